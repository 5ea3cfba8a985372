package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.TopicFilter;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Of which Topic Filters it was told that messages wait: once, until that changes. Loop only. */
final class Announcements {

    private final Set<TopicFilter> told = new HashSet<>(0);

    /** Those to be told at the end of the turn. */
    private final Set<TopicFilter> fresh = new LinkedHashSet<>(0);

    void add(TopicFilter topicFilter) {
        if (told.add(topicFilter)) {
            fresh.add(topicFilter);
        }
    }

    void remove(TopicFilter topicFilter) {
        told.remove(topicFilter);
        fresh.remove(topicFilter);
    }

    /** Takes out what is to be told. */
    List<TopicFilter> takeNew() {
        if (fresh.isEmpty()) {
            return List.of();
        }
        List<TopicFilter> taken = List.copyOf(fresh);
        fresh.clear();
        return taken;
    }

    /** What was told is told again. */
    void forgetTold() {
        told.clear();
    }

    void clear() {
        told.clear();
        fresh.clear();
    }
}

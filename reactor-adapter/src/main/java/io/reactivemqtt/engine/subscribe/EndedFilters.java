package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import java.util.LinkedHashSet;
import java.util.Set;

/** The Topic Filters whose subscriptions have ended lately: what still comes for one of them is late. */
final class EndedFilters {

    private static final int MOST = 256;

    private final Set<TopicFilter> filters = new LinkedHashSet<>();

    void add(TopicFilter topicFilter) {
        filters.add(topicFilter);
        if (filters.size() > MOST) {
            filters.remove(filters.iterator().next());
        }
    }

    boolean match(TopicName topicName) {
        return filters.stream().anyMatch(topicFilter -> Route.matches(topicFilter, topicName));
    }
}

package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.engine.loop.CopiedLists;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which Subscription Identifier belongs to which Topic Filters, for as long as the Session may have the subscription: messages of an
 * earlier process or connection come with its identifier, so nobody else may get it. Loop only.
 */
final class SubscriptionIdentifiers {

    private final Map<TopicFilter, Integer> byFilter = new HashMap<>();
    private final ArrayList<List<TopicFilter>> byIdentifier = new ArrayList<>();
    private final BitSet taken = new BitSet();

    /** What this process has asked for. */
    private final Set<TopicFilter> claimed = new HashSet<>();

    SubscriptionIdentifiers() {
        taken.set(0); // it is no identifier
    }

    /** A recovered Session has {@code topicFilter} under {@code identifier}; 0: under none. */
    void stored(TopicFilter topicFilter, int identifier) {
        if (identifier > 0 && !byFilter.containsKey(topicFilter)) {
            put(topicFilter, identifier);
        }
    }

    /**
     * Returns the identifier of {@code topicFilter}, which this process asks for.
     *
     * @param wanted the one that it gets if it has none; 0: a free one
     */
    int claim(TopicFilter topicFilter, int wanted) {
        claimed.add(topicFilter);
        Integer known = byFilter.get(topicFilter);
        if (known != null) {
            return known;
        }
        int identifier = wanted > 0 ? wanted : taken.nextClearBit(1);
        put(topicFilter, identifier);
        return identifier;
    }

    private void put(TopicFilter topicFilter, int identifier) {
        taken.set(identifier);
        byFilter.put(topicFilter, identifier);
        List<TopicFilter> before = filters(identifier);
        while (byIdentifier.size() <= identifier) {
            byIdentifier.add(List.of());
        }
        byIdentifier.set(identifier, CopiedLists.with(before, topicFilter));
    }

    /** Tells whether code of this process has asked for {@code topicFilter}. */
    boolean isClaimed(TopicFilter topicFilter) {
        return claimed.contains(topicFilter);
    }

    /** Returns a filter that code of this process has asked for and that takes {@code topicName}; null if there is none. */
    @Nullable
    TopicFilter claimedFor(TopicName topicName) {
        for (TopicFilter topicFilter : claimed) {
            if (topicFilter.matches(topicName)) {
                return topicFilter;
            }
        }
        return null;
    }

    /** Returns the Topic Filters of {@code identifier}: those that were asked for in one SUBSCRIBE. */
    List<TopicFilter> filters(int identifier) {
        return identifier < byIdentifier.size() ? byIdentifier.get(identifier) : List.of();
    }

    /** The Session does not have {@code topicFilter} any more. */
    void release(TopicFilter topicFilter) {
        claimed.remove(topicFilter);
        Integer identifier = byFilter.remove(topicFilter);
        if (identifier != null) {
            List<TopicFilter> left = CopiedLists.without(byIdentifier.get(identifier), topicFilter);
            byIdentifier.set(identifier, left);
            taken.set(identifier, !left.isEmpty());
        }
    }
}

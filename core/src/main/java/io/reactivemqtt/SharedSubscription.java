package io.reactivemqtt;

import java.util.Objects;

/**
 * A subscription that several Sessions share: each message goes to one of them (MQTT 5.0 §4.8.2).
 *
 * @param shareName names the group; at least one character, none of {@code / + #}
 * @param topicFilter what the group receives; not shared itself
 */
public record SharedSubscription(String shareName, TopicFilter topicFilter) {

    static final String PREFIX = "$share/";
    static final String NOT_SHARED_ITSELF = "the Topic Filter of a Shared Subscription is not shared itself";

    /**
     * Checks both parts.
     *
     * @throws IllegalArgumentException if one of them is not as described
     */
    public SharedSubscription {
        Objects.requireNonNull(shareName, "shareName");
        Objects.requireNonNull(topicFilter, "topicFilter");
        if (shareName.isEmpty()) {
            throw new IllegalArgumentException("a ShareName has at least one character [MQTT-4.8.2-1]");
        }
        if (shareName.indexOf('/') >= 0 || shareName.indexOf('+') >= 0 || shareName.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "a ShareName has none of / + #, but this one has: \"" + shareName + "\" [MQTT-4.8.2-2]");
        }
        if (topicFilter.isShared()) {
            throw new IllegalArgumentException(NOT_SHARED_ITSELF);
        }
    }

    /** Returns the Topic Filter that stands in SUBSCRIBE: {@code $share/ShareName/filter}. */
    public TopicFilter toTopicFilter() {
        return TopicFilter.of(PREFIX + shareName + "/" + topicFilter);
    }
}

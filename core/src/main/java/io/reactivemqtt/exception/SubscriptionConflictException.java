package io.reactivemqtt.exception;

import io.reactivemqtt.TopicSubscription;

/**
 * The options of a subscription differ from those of another subscriber of the same Topic Filter. The Server keeps one set of
 * options for a filter, so the second would change what the first receives: subscribe with equal options, or to another filter.
 */
public final class SubscriptionConflictException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Shows what is asked for, and what is subscribed to. */
    public SubscriptionConflictException(TopicSubscription asked, TopicSubscription existing) {
        super(
                "another subscriber of " + existing.topicFilter() + " has other options: " + options(existing)
                        + ", and here " + options(asked) + " are asked for",
                null,
                null);
    }

    private static String options(TopicSubscription subscription) {
        return "No Local " + (subscription.noLocal() ? 1 : 0) + ", Retain As Published "
                + (subscription.retainAsPublished() ? 1 : 0) + ", Retain Handling "
                + subscription.retainHandling();
    }
}

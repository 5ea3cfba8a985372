package io.reactivemqtt.exception;

/**
 * A subscriber asked for less than what arrived at QoS 0, its buffer is full, and the policy was to end it. Subscribe again and
 * ask for more, or choose another policy.
 */
public final class SubscriberOverflowException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Names the subscription and how many messages its buffer holds. */
    public SubscriberOverflowException(String topicFilter, int capacity) {
        super("the subscriber of " + topicFilter + " fell " + capacity + " messages behind", null, null);
    }
}

package io.reactivemqtt.client;

/** When a QoS 1 or 2 message counts as processed by a subscriber, so that the Server may forget it. */
public enum AcknowledgementMode {
    /** When the subscriber has taken it: its {@code onNext} has returned. The default. */
    ON_NEXT,
    /** When the subscriber says so, by {@link ReceivedMessage#acknowledge()}. */
    BY_HAND,
    /**
     * Without this subscriber: it never holds an acknowledgement back. Whatever the QoS, messages wait for it in its own buffer, and
     * beyond that its policy holds. For onlookers, such as a browser. A message that has only such subscribers is acknowledged at once.
     */
    WITHOUT_ME
}

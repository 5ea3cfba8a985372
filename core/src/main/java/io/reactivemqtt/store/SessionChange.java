package io.reactivemqtt.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;

/**
 * One change of the Session State. Applied in order, the changes of a Session give what a new process needs to go on;
 * {@link SessionState} is how they are applied.
 *
 * <p>An outgoing message is known by its sequence, which orders messages for ever; its Packet Identifier is an attribute that
 * it gets when it leaves the queue. Points in time are of the wall clock, in milliseconds since 1970 (UTC).
 */
public sealed interface SessionChange {

    /** {@link ConnectionEnded#sessionExpiryIntervalSeconds} of a Session that never expires. */
    long NEVER_EXPIRES = 0xFFFF_FFFFL;

    /**
     * Sequences up to this one are, or will be, used: a later process begins behind it, so that no sequence comes twice. The
     * latest holds.
     *
     * @param upTo the highest
     */
    record SequencesReserved(long upTo) implements SessionChange {}

    /**
     * A CONNECT is about to leave: from now on the Server may have this Session, and it is not known to end. Takes the place
     * of a {@link ConnectionEnded}.
     */
    record ConnectionBegun() implements SessionChange {}

    /**
     * The connection ended; from now on the Session Expiry Interval runs (MQTT 5.0 §3.1.2.11.2). Takes the place of a {@link
     * ConnectionBegun}.
     *
     * @param atMillis when
     * @param sessionExpiryIntervalSeconds how long the Server keeps the Session; {@link #NEVER_EXPIRES}: for ever
     */
    record ConnectionEnded(long atMillis, long sessionExpiryIntervalSeconds) implements SessionChange {}

    /**
     * A QoS 1 or 2 message was accepted and waits to be sent.
     *
     * @param sequence its number; higher than that of every message before
     * @param message all of it, with its Topic Name
     * @param acceptedAtMillis when; its Message Expiry Interval runs from here
     */
    record OutgoingAccepted(long sequence, ApplicationMessage message, long acceptedAtMillis)
            implements SessionChange {}

    /**
     * A message leaves the queue: its PUBLISH is about to be sent for the first time.
     *
     * @param sequence which message
     * @param packetIdentifier 1 to 65,535
     */
    record OutgoingAssigned(long sequence, int packetIdentifier) implements SessionChange {}

    /**
     * The Server lost the Session that the message was sent in: it waits again, at its old place, for a new Packet Identifier.
     *
     * @param sequence which message
     */
    record OutgoingUnassigned(long sequence) implements SessionChange {}

    /**
     * The Server has taken a QoS 2 message over: only its PUBREL is ever sent again [MQTT-4.3.3-6].
     *
     * @param sequence which message
     */
    record OutgoingReleased(long sequence) implements SessionChange {}

    /**
     * A message is done, well or not; nothing of it is needed any more.
     *
     * @param sequence which message
     */
    record OutgoingCompleted(long sequence) implements SessionChange {}

    /**
     * The application is done with an incoming QoS 2 message; its identifier stays so that a repeat is recognised.
     *
     * @param packetIdentifier which
     */
    record IncomingProcessed(int packetIdentifier) implements SessionChange {}

    /**
     * The Server has released an incoming QoS 2 message: its identifier is a new message from now on.
     *
     * @param packetIdentifier which
     */
    record IncomingReleased(int packetIdentifier) implements SessionChange {}

    /**
     * The Server granted a subscription; it takes the place of one with the same Topic Filter.
     *
     * @param subscription what was granted
     * @param subscriptionIdentifier what comes back with its messages; 0: none
     */
    record SubscriptionAdded(TopicSubscription subscription, int subscriptionIdentifier) implements SessionChange {}

    /**
     * A subscription ended.
     *
     * @param topicFilter which
     */
    record SubscriptionRemoved(TopicFilter topicFilter) implements SessionChange {}

    /** There is no Session any more: nothing stays but what {@link SequencesReserved} says. */
    record SessionDiscarded() implements SessionChange {}

    /**
     * An entry of the store could not be read and was set aside. Only ever recovered, never appended.
     *
     * @param description which entry, why, and where it is now; without any payload
     */
    record EntryUnreadable(String description) implements SessionChange {}
}

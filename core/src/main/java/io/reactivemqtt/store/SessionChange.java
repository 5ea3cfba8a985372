package io.reactivemqtt.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Subscription;
import io.reactivemqtt.TopicFilter;

/**
 * One change of the Session State. Applied in order, the changes of a Session give what a new process needs to go on.
 *
 * <p>An outgoing message is known by its sequence, which orders messages for ever; its Packet Identifier is an attribute that
 * it gets when it leaves the queue.
 */
public sealed interface SessionChange {

    /**
     * A QoS 1 or 2 message was accepted and waits to be sent.
     *
     * @param sequence its number; higher than that of every message before
     * @param message all of it, with its Topic Name
     */
    record OutgoingAccepted(long sequence, ApplicationMessage message) implements SessionChange {}

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
    record IncomingReceived(int packetIdentifier) implements SessionChange {}

    /**
     * The Server has released an incoming QoS 2 message: its identifier is a new message from now on.
     *
     * @param packetIdentifier which
     */
    record IncomingReleased(int packetIdentifier) implements SessionChange {}

    /**
     * The Server granted a subscription; it replaces one with the same Topic Filter.
     *
     * @param subscription what was granted
     * @param subscriptionIdentifier what comes back with its messages; 0: none
     */
    record SubscriptionAdded(Subscription subscription, int subscriptionIdentifier) implements SessionChange {}

    /**
     * A subscription ended.
     *
     * @param topicFilter which
     */
    record SubscriptionRemoved(TopicFilter topicFilter) implements SessionChange {}
}

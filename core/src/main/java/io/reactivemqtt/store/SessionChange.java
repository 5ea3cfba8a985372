package io.reactivemqtt.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;

/**
 * One change of the Session State. Applied in order, the changes of a Session give the state that a new process needs to
 * resume it; {@link SessionState} applies them.
 *
 * <p>An outgoing message is identified by its sequence, which orders all messages of a Session; it gets a Packet Identifier
 * when it leaves the queue. Points in time are of the wall clock, in milliseconds since 1970 (UTC).
 */
public sealed interface SessionChange {

    /** {@link ConnectionEnded#sessionExpiryIntervalSeconds} of a Session that never expires. */
    long NEVER_EXPIRES = 0xFFFF_FFFFL;

    /** Calls the method of {@code handler} that is for this kind of change, and returns what it returns. */
    <R> R handle(Handler<R> handler);

    /**
     * Sequences up to this one are, or will be, used: a later process continues after it, so that no sequence is used twice.
     * The latest one counts.
     *
     * @param upTo the highest
     */
    record SequencesReserved(long upTo) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.sequencesReserved(this);
        }
    }

    /**
     * A CONNECT is about to be sent: from now on the Server may have this Session, and its end is unknown. Replaces a {@link
     * ConnectionEnded}.
     */
    record ConnectionBegun() implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.connectionBegun(this);
        }
    }

    /**
     * The connection ended; from now on the Session Expiry Interval runs (MQTT 5.0 §3.1.2.11.2). Replaces a {@link
     * ConnectionBegun}.
     *
     * @param atMillis when
     * @param sessionExpiryIntervalSeconds how long the Server keeps the Session; {@link #NEVER_EXPIRES}: for ever
     */
    record ConnectionEnded(long atMillis, long sessionExpiryIntervalSeconds) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.connectionEnded(this);
        }
    }

    /**
     * A QoS 1 or 2 message was accepted and waits to be sent.
     *
     * @param sequence its number; higher than that of every message before
     * @param message all of it, with its Topic Name
     * @param acceptedAtMillis when; its Message Expiry Interval runs from here
     */
    record OutgoingAccepted(long sequence, ApplicationMessage message, long acceptedAtMillis) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.outgoingAccepted(this);
        }
    }

    /**
     * A message leaves the queue: its PUBLISH is about to be sent for the first time.
     *
     * @param sequence which message
     * @param packetIdentifier 1 to 65,535
     */
    record OutgoingAssigned(long sequence, int packetIdentifier) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.outgoingAssigned(this);
        }
    }

    /**
     * The Server lost the Session in which the message was sent: it waits again, in its old position, for a new Packet
     * Identifier.
     *
     * @param sequence which message
     */
    record OutgoingUnassigned(long sequence) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.outgoingUnassigned(this);
        }
    }

    /**
     * The Server has confirmed a QoS 2 message by PUBREC: only its PUBREL is sent from now on [MQTT-4.3.3-6].
     *
     * @param sequence which message
     */
    record OutgoingReleased(long sequence) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.outgoingReleased(this);
        }
    }

    /**
     * A message is completed, successfully or not; it is deleted.
     *
     * @param sequence which message
     */
    record OutgoingCompleted(long sequence) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.outgoingCompleted(this);
        }
    }

    /**
     * The application has processed an incoming QoS 2 message; its identifier is kept so that a repeat is recognised.
     *
     * @param packetIdentifier which
     */
    record IncomingProcessed(int packetIdentifier) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.incomingProcessed(this);
        }
    }

    /**
     * The Server has released an incoming QoS 2 message: its identifier may be used for a new message from now on.
     *
     * @param packetIdentifier which
     */
    record IncomingReleased(int packetIdentifier) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.incomingReleased(this);
        }
    }

    /**
     * The Server granted a subscription; it replaces one with the same Topic Filter.
     *
     * @param subscription what was granted
     * @param subscriptionIdentifier what comes back with its messages; 0: none
     */
    record SubscriptionAdded(TopicSubscription subscription, int subscriptionIdentifier) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.subscriptionAdded(this);
        }
    }

    /**
     * A subscription ended.
     *
     * @param topicFilter which
     */
    record SubscriptionRemoved(TopicFilter topicFilter) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.subscriptionRemoved(this);
        }
    }

    /** The Session no longer exists: only {@link SequencesReserved} is kept. */
    record SessionDiscarded() implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.sessionDiscarded(this);
        }
    }

    /**
     * An entry of the store could not be read and was set aside. Only ever recovered, never appended.
     *
     * @param description which entry, why, and where it is now; without any payload
     */
    record EntryUnreadable(String description) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.entryUnreadable(this);
        }
    }

    /**
     * One method for each kind of change, so that the compiler finds a missing one: what a store does with a change that is
     * appended to it.
     *
     * @param <R> what a method returns: a statement, a command, a publisher
     */
    interface Handler<R> {
        /** Handles a {@link SequencesReserved}. */
        R sequencesReserved(SequencesReserved change);

        /** Handles a {@link ConnectionBegun}. */
        R connectionBegun(ConnectionBegun change);

        /** Handles a {@link ConnectionEnded}. */
        R connectionEnded(ConnectionEnded change);

        /** Handles an {@link OutgoingAccepted}. */
        R outgoingAccepted(OutgoingAccepted change);

        /** Handles an {@link OutgoingAssigned}. */
        R outgoingAssigned(OutgoingAssigned change);

        /** Handles an {@link OutgoingUnassigned}. */
        R outgoingUnassigned(OutgoingUnassigned change);

        /** Handles an {@link OutgoingReleased}. */
        R outgoingReleased(OutgoingReleased change);

        /** Handles an {@link OutgoingCompleted}. */
        R outgoingCompleted(OutgoingCompleted change);

        /** Handles an {@link IncomingProcessed}. */
        R incomingProcessed(IncomingProcessed change);

        /** Handles an {@link IncomingReleased}. */
        R incomingReleased(IncomingReleased change);

        /** Handles a {@link SubscriptionAdded}. */
        R subscriptionAdded(SubscriptionAdded change);

        /** Handles a {@link SubscriptionRemoved}. */
        R subscriptionRemoved(SubscriptionRemoved change);

        /** Handles a {@link SessionDiscarded}. */
        R sessionDiscarded(SessionDiscarded change);

        /** {@link EntryUnreadable} is never appended: {@link IllegalArgumentException}. */
        default R entryUnreadable(EntryUnreadable change) {
            throw new IllegalArgumentException("this change is recovered, never appended: " + change);
        }
    }

    /**
     * A handler of what {@link SessionLog#recover} and {@link SessionStore#peek} emit. The kinds that are never among that are
     * refused with {@link IllegalArgumentException}.
     *
     * @param <R> what a method returns
     */
    interface RecoveryHandler<R> extends Handler<R> {
        @Override
        default R outgoingUnassigned(OutgoingUnassigned change) {
            throw neverRecovered(change);
        }

        @Override
        default R outgoingCompleted(OutgoingCompleted change) {
            throw neverRecovered(change);
        }

        @Override
        default R incomingReleased(IncomingReleased change) {
            throw neverRecovered(change);
        }

        @Override
        default R subscriptionRemoved(SubscriptionRemoved change) {
            throw neverRecovered(change);
        }

        @Override
        default R sessionDiscarded(SessionDiscarded change) {
            throw neverRecovered(change);
        }

        @Override
        R entryUnreadable(EntryUnreadable change);

        private static IllegalArgumentException neverRecovered(SessionChange change) {
            return new IllegalArgumentException("this change is appended, never recovered: " + change);
        }
    }
}

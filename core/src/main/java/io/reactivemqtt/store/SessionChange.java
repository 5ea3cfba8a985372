package io.reactivemqtt.store;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.check.Utf8;
import org.jspecify.annotations.Nullable;

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

    /**
     * The message of the sequence, which is accepted next, was enqueued: when it is completed, its outcome is to be kept.
     *
     * @param sequence which message
     * @param reference the application's own word for it, or null; see {@link #requireReference}
     */
    record ReceiptWanted(long sequence, @Nullable String reference) implements SessionChange {

        /** The most bytes in UTF-8 that a reference may have. */
        public static final int LONGEST_REFERENCE = 1_024;

        /** Checks the reference. */
        public ReceiptWanted {
            if (reference != null) {
                requireReference(reference);
            }
        }

        /**
         * Returns {@code reference} if a message may be enqueued with it.
         *
         * @throws IllegalArgumentException unless it has 1 to {@link #LONGEST_REFERENCE} bytes in UTF-8, without U+0000 and lone
         *     surrogates
         */
        public static String requireReference(String reference) {
            int length = Utf8.length(Utf8.require(reference, "the reference"));
            if (length < 1 || length > LONGEST_REFERENCE) {
                throw new IllegalArgumentException(
                        "the reference has 1 to " + LONGEST_REFERENCE + " bytes in UTF-8, not " + length);
            }
            return reference;
        }

        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.receiptWanted(this);
        }
    }

    /**
     * A message that was enqueued is completed, successfully or not; it is deleted, and this kept in its place until the
     * application has acknowledged it. Replaces the {@link ReceiptWanted}, and outlives the Session.
     *
     * @param sequence which message
     * @param reference the application's own word for it, or null
     * @param message its Topic Name, QoS and RETAIN, and nothing else of it
     * @param outcome what became of it
     * @param reasonCode the Server's, or UNSPECIFIED_ERROR if it has said none
     * @param possibleRepeat whether the receiver may get the message twice
     * @param words the Server's Reason String, or what went wrong, or null; at most {@link #LONGEST_WORDS} characters
     */
    record ReceiptKept(
            long sequence,
            @Nullable String reference,
            ApplicationMessage message,
            Outcome outcome,
            ReasonCode reasonCode,
            boolean possibleRepeat,
            @Nullable String words)
            implements SessionChange {

        /** So many characters of the words are kept, for thousands of receipts may wait. */
        public static final int LONGEST_WORDS = 1_024;

        /** What became of the message. */
        public enum Outcome {
            /** The Server has acknowledged it; the Reason Code says whether anybody subscribes to it. */
            ACKNOWLEDGED,
            /** The Server refused it. */
            REFUSED,
            /** It was not sent: it exceeds what the Server takes. */
            BEYOND_LIMITS,
            /** Its Message Expiry Interval passed before it was sent. */
            EXPIRED,
            /** It was not sent for want of a connection or time, or was withdrawn before. */
            NOT_SENT,
            /** It was not sent for want of room. */
            NO_ROOM,
            /** It was sent, and given up as the application's options say. */
            DROPPED,
            /** It was discarded with its Session. */
            SESSION_DISCARDED,
            /** It may have arrived, or not. */
            UNKNOWN
        }

        /** Checks the reference, the message and the words. */
        public ReceiptKept {
            if (reference != null) {
                ReceiptWanted.requireReference(reference);
            }
            if (message.qos() == Qos.AT_MOST_ONCE || !message.equals(briefly(message))) {
                throw new IllegalArgumentException(
                        "a receipt has the Topic Name, QoS 1 or 2 and RETAIN of its message");
            }
            if (outcome == Outcome.ACKNOWLEDGED
                    && reasonCode != ReasonCode.SUCCESS
                    && reasonCode != ReasonCode.NO_MATCHING_SUBSCRIBERS) {
                throw new IllegalArgumentException(reasonCode + " acknowledges no message");
            }
            if (words != null && words.length() > LONGEST_WORDS) {
                throw new IllegalArgumentException("more words than " + LONGEST_WORDS + " characters");
            }
        }

        /** Returns what a receipt has of {@code message}. */
        public static ApplicationMessage briefly(ApplicationMessage message) {
            return ApplicationMessage.to(message.topicName())
                    .payload(Payload.EMPTY)
                    .qos(message.qos())
                    .retain(message.retain())
                    .build();
        }

        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.receiptKept(this);
        }
    }

    /**
     * Nobody needs to hear any more what became of a message: its {@link ReceiptKept} or {@link ReceiptWanted} is deleted.
     *
     * @param sequence which message
     */
    record ReceiptAcknowledged(long sequence) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.receiptAcknowledged(this);
        }
    }

    /** The Session no longer exists: only {@link SequencesReserved} and every {@link ReceiptKept} are kept. */
    record SessionDiscarded() implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.sessionDiscarded(this);
        }
    }

    /**
     * The Server has begun a Session: of an earlier one it knows nothing, so that the Packet Identifiers of {@link IncomingProcessed} that
     * {@linkplain HandlerTransaction transactions} have written, and may still write, mean nothing any more; those that the client has
     * appended are each told as {@link IncomingReleased}. Only ever appended to a {@link TransactionalLog}.
     */
    record SessionBegun() implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.sessionBegun(this);
        }
    }

    /**
     * The message before, which came from the {@linkplain TransactionalLog#outbox outbox}, is the Session's now, and no longer there.
     * Only ever appended to a {@link TransactionalLog}.
     *
     * @param number of the message in the outbox
     */
    record OutboxTaken(long number) implements SessionChange {
        @Override
        public <R> R handle(Handler<R> handler) {
            return handler.outboxTaken(this);
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

        /** Handles a {@link ReceiptWanted}. */
        R receiptWanted(ReceiptWanted change);

        /** Handles a {@link ReceiptKept}. */
        R receiptKept(ReceiptKept change);

        /** Handles a {@link ReceiptAcknowledged}. */
        R receiptAcknowledged(ReceiptAcknowledged change);

        /** Handles a {@link SessionDiscarded}. */
        R sessionDiscarded(SessionDiscarded change);

        /** Handles a {@link SessionBegun}: {@link IllegalArgumentException}, where no log is a {@link TransactionalLog}. */
        default R sessionBegun(SessionBegun change) {
            throw new IllegalArgumentException("this store has no transactions of handlers: " + change);
        }

        /** Handles an {@link OutboxTaken}: {@link IllegalArgumentException}, where no log is a {@link TransactionalLog}. */
        default R outboxTaken(OutboxTaken change) {
            throw new IllegalArgumentException("this store has no outbox: " + change);
        }

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
        default R receiptAcknowledged(ReceiptAcknowledged change) {
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

package io.reactivemqtt.store;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of one change, for stores that keep bytes: a version, the kind, its fields in the order of the record, and a
 * CRC32C over all of that. Numbers are big-endian, a Topic Filter is UTF-8 to the end, a message is in its {@linkplain
 * StoredMessage stored form}. Every later release reads what this one writes; receipts have version 2, all else version 1.
 */
public final class StoredChange {

    private static final int VERSION = 2;
    private static final int HEAD = 2;
    private static final int CHECKSUM = Integer.BYTES;

    private static final int SEQUENCES_RESERVED = 1;
    private static final int CONNECTION_BEGUN = 2;
    private static final int CONNECTION_ENDED = 3;
    private static final int OUTGOING_ACCEPTED = 4;
    private static final int OUTGOING_ASSIGNED = 5;
    private static final int OUTGOING_UNASSIGNED = 6;
    private static final int OUTGOING_RELEASED = 7;
    private static final int OUTGOING_COMPLETED = 8;
    private static final int INCOMING_PROCESSED = 9;
    private static final int INCOMING_RELEASED = 10;
    private static final int SUBSCRIPTION_ADDED = 11;
    private static final int SUBSCRIPTION_REMOVED = 12;
    private static final int SESSION_DISCARDED = 13;

    // ---- since version 2
    private static final int RECEIPT_WANTED = 14;
    private static final int RECEIPT_KEPT = 15;
    private static final int RECEIPT_ACKNOWLEDGED = 16;

    /** By the number that is stored: a new one goes to the end. */
    private static final List<ReceiptKept.Outcome> OUTCOMES = List.of(
            ReceiptKept.Outcome.ACKNOWLEDGED,
            ReceiptKept.Outcome.REFUSED,
            ReceiptKept.Outcome.BEYOND_LIMITS,
            ReceiptKept.Outcome.EXPIRED,
            ReceiptKept.Outcome.NOT_SENT,
            ReceiptKept.Outcome.NO_ROOM,
            ReceiptKept.Outcome.DROPPED,
            ReceiptKept.Outcome.SESSION_DISCARDED,
            ReceiptKept.Outcome.UNKNOWN);

    private static final int NO_TEXT = 0xFFFF;
    private static final int POSSIBLE_REPEAT = 1;

    private static final int NO_LOCAL = 1;
    private static final int RETAIN_AS_PUBLISHED = 2;
    private static final Writer WRITER = new Writer();

    private StoredChange() {}

    /**
     * Returns the stored form of {@code change}.
     *
     * @throws IllegalArgumentException if it is {@link SessionChange.EntryUnreadable}, {@link SessionChange.SessionBegun} or {@link
     *     SessionChange.OutboxTaken}, which are never stored
     * @throws io.reactivemqtt.exception.LimitExceededException if its message is larger than any packet
     */
    @SuppressWarnings("ByteBufferBackingArray") // the writer allocates it, as large as it has to be
    public static byte[] toBytes(SessionChange change) {
        ByteBuffer form = change.handle(WRITER);
        form.putInt(checksum(form.array(), form.position()));
        return form.array();
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }

    private static final class Writer implements SessionChange.Handler<ByteBuffer> {

        private static ByteBuffer form(int kind, int fields) {
            return ByteBuffer.allocate(HEAD + fields + CHECKSUM)
                    .put((byte) version(kind))
                    .put((byte) kind);
        }

        private static ByteBuffer form(int kind, long number) {
            return form(kind, Long.BYTES).putLong(number);
        }

        private static byte[] utf8(TopicFilter topicFilter) {
            return topicFilter.toString().getBytes(StandardCharsets.UTF_8);
        }

        private static byte @Nullable [] utf8(@Nullable String text) {
            return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
        }

        /** A text has its length before it, and one that is not there has a length that none has. */
        private static int length(byte @Nullable [] text) {
            return Short.BYTES + (text == null ? 0 : text.length);
        }

        private static void put(byte @Nullable [] text, ByteBuffer form) {
            form.putShort((short) (text == null ? NO_TEXT : text.length));
            if (text != null) {
                form.put(text);
            }
        }

        @Override
        public ByteBuffer sequencesReserved(SequencesReserved change) {
            return form(SEQUENCES_RESERVED, change.upTo());
        }

        @Override
        public ByteBuffer connectionBegun(ConnectionBegun change) {
            return form(CONNECTION_BEGUN, 0);
        }

        @Override
        public ByteBuffer connectionEnded(ConnectionEnded change) {
            return form(CONNECTION_ENDED, 2 * Long.BYTES)
                    .putLong(change.atMillis())
                    .putLong(change.sessionExpiryIntervalSeconds());
        }

        @Override
        public ByteBuffer outgoingAccepted(OutgoingAccepted change) {
            byte[] message = StoredMessage.toBytes(change.message());
            return form(OUTGOING_ACCEPTED, 2 * Long.BYTES + message.length)
                    .putLong(change.sequence())
                    .putLong(change.acceptedAtMillis())
                    .put(message);
        }

        @Override
        public ByteBuffer outgoingAssigned(OutgoingAssigned change) {
            return form(OUTGOING_ASSIGNED, Long.BYTES + Short.BYTES)
                    .putLong(change.sequence())
                    .putShort((short) change.packetIdentifier());
        }

        @Override
        public ByteBuffer outgoingUnassigned(OutgoingUnassigned change) {
            return form(OUTGOING_UNASSIGNED, change.sequence());
        }

        @Override
        public ByteBuffer outgoingReleased(OutgoingReleased change) {
            return form(OUTGOING_RELEASED, change.sequence());
        }

        @Override
        public ByteBuffer outgoingCompleted(OutgoingCompleted change) {
            return form(OUTGOING_COMPLETED, change.sequence());
        }

        @Override
        public ByteBuffer incomingProcessed(IncomingProcessed change) {
            return form(INCOMING_PROCESSED, Short.BYTES).putShort((short) change.packetIdentifier());
        }

        @Override
        public ByteBuffer incomingReleased(IncomingReleased change) {
            return form(INCOMING_RELEASED, Short.BYTES).putShort((short) change.packetIdentifier());
        }

        @Override
        public ByteBuffer subscriptionAdded(SubscriptionAdded change) {
            TopicSubscription subscription = change.subscription();
            byte[] topicFilter = utf8(subscription.topicFilter());
            int flags = (subscription.noLocal() ? NO_LOCAL : 0)
                    | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0);
            return form(SUBSCRIPTION_ADDED, Integer.BYTES + 3 + topicFilter.length)
                    .putInt(change.subscriptionIdentifier())
                    .put((byte) subscription.qos().level())
                    .put((byte) flags)
                    .put((byte) subscription.retainHandling().value())
                    .put(topicFilter);
        }

        @Override
        public ByteBuffer subscriptionRemoved(SubscriptionRemoved change) {
            byte[] topicFilter = utf8(change.topicFilter());
            return form(SUBSCRIPTION_REMOVED, topicFilter.length).put(topicFilter);
        }

        @Override
        public ByteBuffer receiptWanted(ReceiptWanted change) {
            byte[] reference = utf8(change.reference());
            ByteBuffer form =
                    form(RECEIPT_WANTED, Long.BYTES + length(reference)).putLong(change.sequence());
            put(reference, form);
            return form;
        }

        @Override
        public ByteBuffer receiptKept(ReceiptKept change) {
            byte[] reference = utf8(change.reference());
            byte[] words = utf8(change.words());
            byte[] message = StoredMessage.toBytes(change.message());
            ByteBuffer form = form(RECEIPT_KEPT, Long.BYTES + 3 + length(reference) + length(words) + message.length)
                    .putLong(change.sequence())
                    .put((byte) OUTCOMES.indexOf(change.outcome()))
                    .put((byte) change.reasonCode().code())
                    .put((byte) (change.possibleRepeat() ? POSSIBLE_REPEAT : 0));
            put(reference, form);
            put(words, form);
            return form.put(message);
        }

        @Override
        public ByteBuffer receiptAcknowledged(ReceiptAcknowledged change) {
            return form(RECEIPT_ACKNOWLEDGED, change.sequence());
        }

        @Override
        public ByteBuffer sessionDiscarded(SessionDiscarded change) {
            return form(SESSION_DISCARDED, 0);
        }
    }

    private static int version(int kind) {
        return kind < RECEIPT_WANTED ? 1 : 2;
    }

    /**
     * Returns the change whose stored form is {@code bytes}; for many, a {@link Reader} takes less.
     *
     * @throws IllegalArgumentException if it is none: it was cut or changed. Set the entry aside, and report it as {@link
     *     SessionChange.EntryUnreadable}
     * @throws StoreException if a newer release wrote it: nothing is wrong with it. Let the recovery fail with this, and use the
     *     newer release
     */
    public static SessionChange fromBytes(byte[] bytes) {
        return new Reader().read(bytes);
    }

    /** Reads many stored changes: messages of one topic share its Topic Name. Not thread-safe. */
    public static final class Reader {

        private final StoredMessage.Reader messages = new StoredMessage.Reader();

        /** Makes a reader that knows no Topic Name yet. */
        public Reader() {}

        /** Returns the change whose stored form is {@code bytes}, as {@link StoredChange#fromBytes} does. */
        public SessionChange read(byte[] bytes) {
            int length = bytes.length - CHECKSUM;
            if (length < HEAD || ByteBuffer.wrap(bytes).getInt(length) != checksum(bytes, length)) {
                throw new IllegalArgumentException("not the stored form of a change: its checksum is wrong");
            } else if (bytes[0] < 1 || bytes[0] > VERSION) {
                throw new StoreException(
                        "a stored change has version " + bytes[0] + ", and this release knows up to " + VERSION
                                + ". Use the newer release again",
                        null);
            }
            ByteBuffer fields = ByteBuffer.wrap(bytes, HEAD, length - HEAD);
            try {
                SessionChange change = read(bytes[0] == version(bytes[1]) ? bytes[1] : 0, fields);
                if (fields.hasRemaining()) {
                    throw new IllegalArgumentException(fields.remaining() + " bytes after its end");
                }
                return change;
            } catch (BufferUnderflowException tooShort) {
                throw new IllegalArgumentException("not the stored form of a change: it is too short", tooShort);
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException(
                        "not the stored form of a change: " + malformed.getMessage(), malformed);
            }
        }

        private SessionChange read(int kind, ByteBuffer fields) {
            return switch (kind) {
                case SEQUENCES_RESERVED -> new SequencesReserved(fields.getLong());
                case CONNECTION_BEGUN -> new ConnectionBegun();
                case CONNECTION_ENDED -> new ConnectionEnded(fields.getLong(), fields.getLong());
                case OUTGOING_ACCEPTED -> accepted(fields);
                case OUTGOING_ASSIGNED -> new OutgoingAssigned(fields.getLong(), identifier(fields));
                case OUTGOING_UNASSIGNED -> new OutgoingUnassigned(fields.getLong());
                case OUTGOING_RELEASED -> new OutgoingReleased(fields.getLong());
                case OUTGOING_COMPLETED -> new OutgoingCompleted(fields.getLong());
                case INCOMING_PROCESSED -> new IncomingProcessed(identifier(fields));
                case INCOMING_RELEASED -> new IncomingReleased(identifier(fields));
                case SUBSCRIPTION_ADDED -> added(fields);
                case SUBSCRIPTION_REMOVED -> new SubscriptionRemoved(topicFilter(fields));
                case SESSION_DISCARDED -> new SessionDiscarded();
                case RECEIPT_WANTED -> new ReceiptWanted(fields.getLong(), text(fields));
                case RECEIPT_KEPT -> kept(fields);
                case RECEIPT_ACKNOWLEDGED -> new ReceiptAcknowledged(fields.getLong());
                default -> throw new IllegalArgumentException("the kind " + kind + " is unknown");
            };
        }

        private OutgoingAccepted accepted(ByteBuffer fields) {
            long sequence = fields.getLong();
            long acceptedAtMillis = fields.getLong();
            return new OutgoingAccepted(sequence, messages.read(rest(fields)), acceptedAtMillis);
        }

        private ReceiptKept kept(ByteBuffer fields) {
            long sequence = fields.getLong();
            int outcome = fields.get();
            ReasonCode reasonCode = ReasonCode.of(Byte.toUnsignedInt(fields.get()));
            int flags = fields.get();
            String reference = text(fields);
            String words = text(fields);
            if (outcome < 0 || outcome >= OUTCOMES.size() || reasonCode == null) {
                throw new IllegalArgumentException("the outcome is unknown");
            }
            return new ReceiptKept(
                    sequence,
                    reference,
                    messages.read(rest(fields)),
                    OUTCOMES.get(outcome),
                    reasonCode,
                    (flags & POSSIBLE_REPEAT) != 0,
                    words);
        }

        private static @Nullable String text(ByteBuffer fields) {
            int length = Short.toUnsignedInt(fields.getShort());
            if (length == NO_TEXT) {
                return null;
            }
            if (length > fields.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] text = new byte[length];
            fields.get(text);
            return new String(text, StandardCharsets.UTF_8);
        }

        private static SubscriptionAdded added(ByteBuffer fields) {
            int identifier = fields.getInt();
            Qos qos = Qos.of(fields.get());
            int flags = fields.get();
            RetainHandling retainHandling = RetainHandling.of(fields.get());
            return new SubscriptionAdded(
                    TopicSubscription.of(topicFilter(fields), qos)
                            .withNoLocal((flags & NO_LOCAL) != 0)
                            .withRetainAsPublished((flags & RETAIN_AS_PUBLISHED) != 0)
                            .withRetainHandling(retainHandling),
                    identifier);
        }

        private static int identifier(ByteBuffer fields) {
            return Short.toUnsignedInt(fields.getShort());
        }

        private static TopicFilter topicFilter(ByteBuffer fields) {
            return TopicFilter.of(new String(rest(fields), StandardCharsets.UTF_8));
        }

        private static byte[] rest(ByteBuffer fields) {
            byte[] rest = new byte[fields.remaining()];
            fields.get(rest);
            return rest;
        }
    }
}

package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.StoredChange;
import io.reactivemqtt.store.StoredMessage;
import io.reactivemqtt.store.sqlite.ChunkPublisher.Chunk;
import io.reactivemqtt.store.sqlite.ChunkPublisher.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads one chunk of what is left of a session, from the key at which the last chunk ended: no cursor stays open between. */
final class RecoveryReader {

    private static final int LARGEST_PACKET_IDENTIFIER = 65_535;

    /** Stands for NULL, to spare a million rows the question whether the number was one. */
    private static final long WAITS = Long.MIN_VALUE;

    /** A chunk ends behind the message that goes past this. */
    private static final int CHUNK_BYTES = 1 << 18;

    private static final String SESSION = """
            SELECT sequences_reserved, connection_begun, ended_at_millis, session_expiry_interval_seconds,
                    reserved_checksum, connection_checksum
                FROM session WHERE id = ?""";
    private static final String SUBSCRIPTIONS = """
            SELECT position, topic_filter, qos, no_local, retain_as_published, retain_handling, subscription_identifier,
                    checksum
                FROM subscription WHERE session = ? AND position > ? ORDER BY position""";
    private static final String INCOMING = """
            SELECT position, packet_identifier, checksum
                FROM incoming WHERE session = ? AND position > ? ORDER BY position""";
    private static final String RECEIPTS = """
            SELECT sequence, kept, content FROM receipt WHERE session = ? AND sequence > ? ORDER BY sequence""";
    private static final String RELEASED = """
            SELECT release_order, ifnull(packet_identifier, %d), accepted_at_millis, message, released_checksum, sequence
                FROM outgoing WHERE session = ? AND release_order > ? ORDER BY release_order""".formatted(WAITS);
    private static final String WAITING = """
            SELECT sequence, ifnull(packet_identifier, %d), accepted_at_millis, message
                FROM outgoing WHERE session = ? AND sequence > ? AND release_order IS NULL ORDER BY sequence""".formatted(WAITS);

    private static final String FORGET_RESERVED =
            "UPDATE session SET sequences_reserved = NULL, reserved_checksum = NULL WHERE id = ? AND id = ?";
    private static final String FORGET_CONNECTION = """
            UPDATE session SET connection_begun = NULL, ended_at_millis = NULL, session_expiry_interval_seconds = NULL,
                    connection_checksum = NULL
                WHERE id = ? AND id = ?""";
    private static final String DELETE_SUBSCRIPTION = "DELETE FROM subscription WHERE session = ? AND position = ?";
    private static final String DELETE_INCOMING = "DELETE FROM incoming WHERE session = ? AND position = ?";
    private static final String DELETE_RECEIPT = "DELETE FROM receipt WHERE session = ? AND sequence = ?";
    private static final String DELETE_OUTGOING = "DELETE FROM outgoing WHERE session = ? AND sequence = ?";

    private final long session;
    private final Database database;
    private final Unreadable unreadable;
    private final StoredMessage.Reader messages;
    private final Seal seal = new Seal();
    private final StoredChange.Reader receipts = new StoredChange.Reader();
    private List<SessionChange> changes = List.of();
    private int bytes;

    /** What is recovered, in this order. */
    private enum Section {
        SESSION(RecoveryReader.SESSION),
        SUBSCRIPTIONS(RecoveryReader.SUBSCRIPTIONS),
        INCOMING(RecoveryReader.INCOMING),
        RECEIPTS(RecoveryReader.RECEIPTS),
        RELEASED(RecoveryReader.RELEASED),
        WAITING(RecoveryReader.WAITING);

        final String query;

        Section(String query) {
            this.query = query;
        }
    }

    private static final List<Section> SECTIONS = List.of(Section.values());

    RecoveryReader(long session, Database database, Unreadable unreadable, StoredMessage.Reader messages) {
        this.session = session;
        this.database = database;
        this.unreadable = unreadable;
        this.messages = messages;
    }

    /** Reads until there are {@code count} changes or a few more, or many bytes, or no more of them. */
    Chunk<SessionChange> read(Place from, int count) throws SQLException {
        changes = new ArrayList<>(count + 2); // those of one message stay together
        Place place = from;
        while (!place.isEnd() && !isFull(count)) {
            place = readSection(place, count);
        }
        unreadable.move(database);
        return new Chunk<>(changes, place);
    }

    private boolean isFull(int count) {
        return changes.size() >= count || bytes >= CHUNK_BYTES;
    }

    private Place readSection(Place from, int count) throws SQLException {
        Section section = SECTIONS.get(from.section());
        if (section == Section.SESSION) {
            readSession();
            return behind(from);
        }
        long after = from.after();
        try (ResultSet rows = database.bound(section.query, session, after).executeQuery()) {
            while (!isFull(count)) {
                if (!rows.next()) {
                    return behind(from);
                }
                after = rows.getLong(1);
                switch (section) {
                    case SUBSCRIPTIONS -> readSubscription(rows);
                    case INCOMING -> readIncoming(rows);
                    case RECEIPTS -> readReceipt(rows, after);
                    case RELEASED -> readOutgoing(rows, rows.getLong(6), true);
                    default -> readOutgoing(rows, after, false);
                }
            }
        }
        return new Place(from.section(), after);
    }

    private static Place behind(Place section) {
        return section.section() + 1 < SECTIONS.size() ? section.nextSection() : Place.END;
    }

    private void readSession() throws SQLException {
        try (ResultSet rows = database.bound(SESSION, session).executeQuery()) {
            if (!rows.next()) {
                return;
            }
            long reserved = rows.getLong(1);
            boolean isReserved = !rows.wasNull();
            long reservedChecksum = rows.getLong(5);
            if (rows.wasNull() == isReserved || (isReserved && reservedChecksum != Checksums.of(session, reserved))) {
                setAside("highest sequence", WRONG_CHECKSUM, Payload.utf8("" + reserved), FORGET_RESERVED, session);
            } else if (isReserved) {
                changes.add(new SequencesReserved(reserved));
            }
            long begun = rows.getLong(2);
            boolean isKnown = !rows.wasNull();
            long ended = rows.getLong(3);
            long expiry = rows.getLong(4);
            long connectionChecksum = rows.getLong(6);
            if (rows.wasNull() == isKnown
                    || (isKnown && connectionChecksum != Checksums.of(session, begun, ended, expiry))) {
                Payload content = Payload.utf8(begun + " " + ended + " " + expiry);
                setAside("end of the last connection", WRONG_CHECKSUM, content, FORGET_CONNECTION, session);
            } else if (isKnown) {
                changes.add(begun != 0 ? new ConnectionBegun() : new ConnectionEnded(ended, expiry));
            }
        }
    }

    private void readSubscription(ResultSet rows) throws SQLException {
        String topicFilter = rows.getString(2);
        try {
            TopicSubscription subscription = TopicSubscription.of(TopicFilter.of(topicFilter), Qos.of(rows.getInt(3)))
                    .withNoLocal(rows.getLong(4) != 0)
                    .withRetainAsPublished(rows.getLong(5) != 0)
                    .withRetainHandling(RetainHandling.of(rows.getInt(6)));
            long checksum = Checksums.of(
                    topicFilter,
                    session,
                    rows.getLong(3),
                    rows.getLong(4),
                    rows.getLong(5),
                    rows.getLong(6),
                    rows.getLong(7));
            Checksums.require(rows.getLong(8) == checksum);
            changes.add(new SubscriptionAdded(subscription, rows.getInt(7)));
        } catch (IllegalArgumentException problem) {
            Payload content = Payload.utf8(topicFilter);
            setAside("subscription", problem, content, DELETE_SUBSCRIPTION, rows.getLong(1));
        }
    }

    private void readIncoming(ResultSet rows) throws SQLException {
        try {
            int identifier = packetIdentifier(rows.getLong(2));
            Checksums.require(rows.getLong(3) == Checksums.of(session, identifier, rows.getLong(1)));
            changes.add(new IncomingProcessed(identifier));
        } catch (IllegalArgumentException problem) {
            setAside("identifier of an incoming message", problem, Payload.EMPTY, DELETE_INCOMING, rows.getLong(1));
        }
    }

    private void readReceipt(ResultSet rows, long sequence) throws SQLException {
        byte[] content = rows.getBytes(3);
        bytes += content.length;
        try {
            long kept = rows.getLong(2);
            int length = seal.requireWhole(content, session, sequence, kept);
            SessionChange receipt = receipts.read(Arrays.copyOf(content, length));
            Checksums.require(kept == 1 ? receipt instanceof ReceiptKept : receipt instanceof ReceiptWanted);
            changes.add(receipt);
        } catch (IllegalArgumentException problem) {
            setAside("receipt of message " + sequence, problem, Payload.of(content), DELETE_RECEIPT, sequence);
        }
    }

    private void readOutgoing(ResultSet rows, long sequence, boolean released) throws SQLException {
        byte[] message = rows.getBytes(4);
        bytes += message.length;
        try {
            long checked = rows.getLong(2);
            int packetIdentifier = checked == WAITS ? 0 : packetIdentifier(Checksums.identifierIn(checked));
            Checksums.require(
                    checked == WAITS || checked == Checksums.checkedIdentifier(packetIdentifier, session, sequence));
            Checksums.require(!released || rows.getLong(5) == Checksums.ofRelease(rows.getLong(1), sequence));
            long acceptedAt = rows.getLong(3);
            int length = seal.requireWhole(message, session, sequence, acceptedAt);
            changes.add(new OutgoingAccepted(sequence, messages.read(message, length), acceptedAt));
            if (checked != WAITS) {
                changes.add(new OutgoingAssigned(sequence, packetIdentifier));
            }
            if (released) {
                changes.add(new OutgoingReleased(sequence));
            }
        } catch (IllegalArgumentException problem) {
            setAside("outgoing message " + sequence, problem, Payload.of(message), DELETE_OUTGOING, sequence);
        }
    }

    private static int packetIdentifier(long number) {
        if (number < 1 || number > LARGEST_PACKET_IDENTIFIER) {
            throw new IllegalArgumentException("a Packet Identifier is 1 to 65,535, not " + number);
        }
        return (int) number;
    }

    private static final String WRONG_CHECKSUM = "its checksum is wrong";

    private void setAside(String entry, String reason, Payload content, String deletion, long key) {
        changes.add(unreadable.add(entry, reason, content, deletion, key));
    }

    private void setAside(String entry, IllegalArgumentException problem, Payload content, String deletion, long key) {
        String reason = String.valueOf(problem.getMessage());
        setAside(entry, reason, content, deletion, key);
    }
}

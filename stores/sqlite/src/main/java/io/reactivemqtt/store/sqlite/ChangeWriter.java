package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.store.SessionChange;
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
import io.reactivemqtt.store.StoredChange;
import io.reactivemqtt.store.StoredMessage;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Does to the rows of one session what {@link io.reactivemqtt.store.SessionState#apply} does in memory: makes a step on the
 * database of each change, and one of several where they come in a row.
 */
final class ChangeWriter implements SessionChange.Handler<ChangeWriter.Step> {

    /** What a change does to the rows. */
    interface Step {
        void on(Database database) throws SQLException;
    }

    private static final String ACCEPT = """
            INSERT OR REPLACE INTO outgoing (session, sequence, packet_identifier, accepted_at_millis, message)
                VALUES (?, ?, ?, ?, ?)""";
    private static final String ASSIGN = """
            UPDATE outgoing SET packet_identifier = ?
                WHERE session = ? AND sequence = ? AND release_order IS NULL""";
    private static final String UNASSIGN = """
            UPDATE outgoing SET packet_identifier = NULL
                WHERE session = ? AND sequence = ? AND release_order IS NULL""";
    private static final String RELEASE = """
            UPDATE outgoing SET release_order = ?, released_checksum = ?
                WHERE session = ? AND sequence = ? AND release_order IS NULL""";
    private static final String RELEASE_RUN = """
            UPDATE outgoing SET release_order = sequence + ?1, released_checksum = %s
                WHERE session = ?2 AND sequence BETWEEN ?3 AND ?4 AND release_order IS NULL""".formatted(Checksums.RELEASE_OF_ROW);
    private static final String COMPLETE = "DELETE FROM outgoing WHERE session = ? AND sequence = ?";
    private static final String COMPLETE_RUN = "DELETE FROM outgoing WHERE session = ? AND sequence BETWEEN ? AND ?";
    private static final String PUT_RECEIPT =
            "INSERT OR REPLACE INTO receipt (session, sequence, kept, content) VALUES (?, ?, ?, ?)";
    private static final String FORGET_RECEIPT = "DELETE FROM receipt WHERE session = ? AND sequence = ?";
    private static final String RECEIVE =
            "INSERT OR IGNORE INTO incoming (session, packet_identifier, position, checksum) VALUES (?, ?, ?, ?)";
    private static final String FORGET = "DELETE FROM incoming WHERE session = ? AND packet_identifier = ?";
    private static final String RESERVE =
            "UPDATE session SET sequences_reserved = ?, reserved_checksum = ? WHERE id = ?";
    private static final String BEGIN_CONNECTION = """
            UPDATE session SET connection_begun = 1, ended_at_millis = NULL, session_expiry_interval_seconds = NULL,
                    connection_checksum = ?
                WHERE id = ?""";
    private static final String END_CONNECTION = """
            UPDATE session SET connection_begun = 0, ended_at_millis = ?, session_expiry_interval_seconds = ?,
                    connection_checksum = ?
                WHERE id = ?""";
    private static final String FORGET_CONNECTION = """
            UPDATE session SET connection_begun = NULL, ended_at_millis = NULL, session_expiry_interval_seconds = NULL,
                    connection_checksum = NULL
                WHERE id = ?""";
    private static final String SUBSCRIBE = """
            INSERT INTO subscription (session, topic_filter, position, qos, no_local, retain_as_published,
                    retain_handling, subscription_identifier, checksum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (session, topic_filter) DO UPDATE SET qos = excluded.qos, no_local = excluded.no_local,
                    retain_as_published = excluded.retain_as_published, retain_handling = excluded.retain_handling,
                    subscription_identifier = excluded.subscription_identifier, checksum = excluded.checksum""";
    private static final String UNSUBSCRIBE = "DELETE FROM subscription WHERE session = ? AND topic_filter = ?";

    private final Seal seal = new Seal();
    private final long session;

    /** Of the last row whose order of being written counts; gaps do no harm. */
    private long position;

    ChangeWriter(long session, long latestPosition) {
        this.session = session;
        this.position = latestPosition;
    }

    void write(List<SessionChange> changes, Database database) throws SQLException {
        for (int i = 0; i < changes.size(); i++) {
            SessionChange change = changes.get(i);
            if (change instanceof OutgoingAccepted accepted) {
                OutgoingAssigned assigned = assignedNext(changes, i);
                accept(accepted, assigned, database);
                if (assigned != null) {
                    i++;
                }
            } else if (change instanceof OutgoingCompleted completed) {
                int run = run(changes, i, OutgoingCompleted.class, OutgoingCompleted::sequence);
                complete(completed.sequence(), run, database);
                i += run - 1;
            } else if (change instanceof OutgoingReleased released) {
                int run = run(changes, i, OutgoingReleased.class, OutgoingReleased::sequence);
                release(released.sequence(), run, database);
                i += run - 1;
            } else {
                change.handle(this).on(database);
            }
        }
    }

    /**
     * Returns how many changes of one kind, of one message after the other, begin at {@code index}: most acknowledgements come in
     * order, and one statement does for all of them.
     */
    private static <C extends SessionChange> int run(
            List<SessionChange> changes, int index, Class<C> kind, ToLongFunction<C> sequence) {
        long first = sequence.applyAsLong(kind.cast(changes.get(index)));
        int run = 1;
        while (index + run < changes.size()
                && kind.isInstance(changes.get(index + run))
                && sequence.applyAsLong(kind.cast(changes.get(index + run))) == first + run) {
            run++;
        }
        return run;
    }

    private void complete(long first, int run, Database database) throws SQLException {
        if (run == 1) {
            database.update(COMPLETE, session, first);
        } else {
            database.update(COMPLETE_RUN, session, first, first + run - 1);
        }
    }

    private void release(long first, int run, Database database) throws SQLException {
        if (run == 1) {
            database.update(RELEASE, position + 1, Checksums.ofRelease(position + 1, first), session, first);
        } else {
            database.update(RELEASE_RUN, position + 1 - first, session, first, first + run - 1);
        }
        position += run;
    }

    /** Returns the Packet Identifier that the message accepted at {@code index} gets at once: both are one row. */
    private static @Nullable OutgoingAssigned assignedNext(List<SessionChange> changes, int index) {
        return index + 1 < changes.size()
                        && changes.get(index) instanceof OutgoingAccepted accepted
                        && changes.get(index + 1) instanceof OutgoingAssigned assigned
                        && assigned.sequence() == accepted.sequence()
                ? assigned
                : null;
    }

    @Override
    public Step outgoingAccepted(OutgoingAccepted change) {
        return database -> accept(change, null, database);
    }

    @Override
    public Step outgoingAssigned(OutgoingAssigned change) {
        return database -> database.update(ASSIGN, checked(change), session, change.sequence());
    }

    @Override
    public Step outgoingUnassigned(OutgoingUnassigned change) {
        return database -> database.update(UNASSIGN, session, change.sequence());
    }

    @Override
    public Step outgoingReleased(OutgoingReleased change) {
        return database -> release(change.sequence(), 1, database);
    }

    @Override
    public Step outgoingCompleted(OutgoingCompleted change) {
        return database -> complete(change.sequence(), 1, database);
    }

    @Override
    public Step incomingProcessed(IncomingProcessed change) {
        return database -> {
            long checksum = Checksums.of(session, change.packetIdentifier(), ++position);
            database.update(RECEIVE, session, change.packetIdentifier(), position, checksum);
        };
    }

    @Override
    public Step incomingReleased(IncomingReleased change) {
        return database -> database.update(FORGET, session, change.packetIdentifier());
    }

    @Override
    public Step sequencesReserved(SequencesReserved change) {
        return database -> database.update(RESERVE, change.upTo(), Checksums.of(session, change.upTo()), session);
    }

    @Override
    public Step connectionBegun(ConnectionBegun change) {
        return database -> database.update(BEGIN_CONNECTION, Checksums.of(session, 1, 0, 0), session);
    }

    @Override
    public Step connectionEnded(ConnectionEnded change) {
        long atMillis = change.atMillis();
        long expiry = change.sessionExpiryIntervalSeconds();
        return database ->
                database.update(END_CONNECTION, atMillis, expiry, Checksums.of(session, 0, atMillis, expiry), session);
    }

    @Override
    public Step subscriptionAdded(SubscriptionAdded change) {
        return database -> subscribe(change, database);
    }

    @Override
    public Step subscriptionRemoved(SubscriptionRemoved change) {
        return database -> {
            PreparedStatement unsubscribe = database.bound(UNSUBSCRIBE, session);
            unsubscribe.setString(2, change.topicFilter().toString());
            unsubscribe.executeUpdate();
        };
    }

    @Override
    public Step receiptWanted(ReceiptWanted change) {
        return database -> putReceipt(change.sequence(), 0, change, database);
    }

    @Override
    public Step receiptKept(ReceiptKept change) {
        return database -> {
            complete(change.sequence(), 1, database);
            putReceipt(change.sequence(), 1, change, database);
        };
    }

    private void putReceipt(long sequence, int kept, SessionChange receipt, Database database) throws SQLException {
        PreparedStatement put = database.bound(PUT_RECEIPT, session, sequence, kept);
        put.setBytes(4, seal.sealed(StoredChange.toBytes(receipt), session, sequence, kept));
        put.executeUpdate();
    }

    @Override
    public Step receiptAcknowledged(ReceiptAcknowledged change) {
        return database -> database.update(FORGET_RECEIPT, session, change.sequence());
    }

    @Override
    public Step sessionDiscarded(SessionDiscarded change) {
        return this::discard;
    }

    private void accept(OutgoingAccepted accepted, @Nullable OutgoingAssigned assigned, Database database)
            throws SQLException {
        PreparedStatement insert = database.bound(ACCEPT, session, accepted.sequence());
        if (assigned == null) {
            insert.setNull(3, Types.INTEGER);
        } else {
            insert.setLong(3, checked(assigned));
        }
        byte[] message = StoredMessage.toBytes(accepted.message());
        insert.setLong(4, accepted.acceptedAtMillis());
        insert.setBytes(5, seal.sealed(message, session, accepted.sequence(), accepted.acceptedAtMillis()));
        insert.executeUpdate();
    }

    private long checked(OutgoingAssigned assigned) {
        return Checksums.checkedIdentifier(assigned.packetIdentifier(), session, assigned.sequence());
    }

    private void subscribe(SubscriptionAdded added, Database database) throws SQLException {
        TopicSubscription subscription = added.subscription();
        PreparedStatement insert = database.bound(SUBSCRIBE, session);
        insert.setString(2, subscription.topicFilter().toString());
        insert.setLong(3, ++position);
        insert.setLong(4, subscription.qos().level());
        insert.setBoolean(5, subscription.noLocal());
        insert.setBoolean(6, subscription.retainAsPublished());
        insert.setLong(7, subscription.retainHandling().value());
        insert.setLong(8, added.subscriptionIdentifier());
        insert.setLong(
                9,
                Checksums.of(
                        subscription.topicFilter().toString(),
                        session,
                        subscription.qos().level(),
                        subscription.noLocal() ? 1 : 0,
                        subscription.retainAsPublished() ? 1 : 0,
                        subscription.retainHandling().value(),
                        added.subscriptionIdentifier()));
        insert.executeUpdate();
    }

    private void discard(Database database) throws SQLException {
        database.update(FORGET_CONNECTION, session);
        database.update("DELETE FROM subscription WHERE session = ?", session);
        database.update("DELETE FROM incoming WHERE session = ?", session);
        database.update("DELETE FROM receipt WHERE session = ? AND kept = 0", session);
        database.update("DELETE FROM outgoing WHERE session = ?", session);
    }
}

package io.reactivemqtt.store.common;

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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row, as it was read.
 *
 * @param place as the column says
 * @param packetIdentifier as the column says
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record Entry(Row row, @Nullable Long place, int packetIdentifier, byte[] content) {

    private static final int LARGEST_PACKET_IDENTIFIER = 65_535;

    /** In place of one where there is none. */
    public static final Entry NONE = new Entry(new Row((short) -1, 0), null, 0, new byte[0]);

    /** Tells whether it is {@link #NONE}. */
    public boolean isNone() {
        return row.kind() < 0;
    }

    /**
     * Returns what it says, in one to three changes.
     *
     * @throws IllegalArgumentException if it cannot be read
     */
    public List<SessionChange> changes(StoredChange.Reader reader) {
        SessionChange change = reader.read(content);
        if (!row.equals(rowOf(change))) {
            throw new IllegalArgumentException("it is that of another row");
        }
        if (row.kind() != Row.OUTGOING) {
            return List.of(change);
        }
        if (packetIdentifier < 0 || packetIdentifier > LARGEST_PACKET_IDENTIFIER) {
            throw new IllegalArgumentException("a Packet Identifier is 1 to 65,535, not " + packetIdentifier);
        }
        if (packetIdentifier == 0) {
            return place == null ? List.of(change) : List.of(change, new OutgoingReleased(row.key()));
        }
        OutgoingAssigned assigned = new OutgoingAssigned(row.key(), packetIdentifier);
        return place == null ? List.of(change, assigned) : List.of(change, assigned, new OutgoingReleased(row.key()));
    }

    private static @Nullable Row rowOf(SessionChange change) {
        if (change instanceof OutgoingAccepted accepted) {
            return Row.outgoing(accepted.sequence());
        } else if (change instanceof IncomingProcessed incoming) {
            return Row.incoming(incoming.packetIdentifier());
        } else if (change instanceof SubscriptionAdded added) {
            return Row.subscription(added.subscription().topicFilter().toString());
        } else if (change instanceof ReceiptWanted wanted) {
            return Row.receipt(wanted.sequence());
        } else if (change instanceof ReceiptKept kept) {
            return Row.receipt(kept.sequence());
        } else if (change instanceof SequencesReserved) {
            return Row.RESERVED;
        } else if (change instanceof ConnectionBegun || change instanceof ConnectionEnded) {
            return Row.CONNECTION;
        }
        return null;
    }
}

package io.reactivemqtt.store.common;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutboxTaken;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionBegun;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import io.reactivemqtt.store.StoredChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a list of changes does to the rows of a Session: as {@link io.reactivemqtt.store.SessionState#apply} does it, but one effect
 * for each row, whatever came before. So their order does not matter, and many can be one statement.
 */
public final class Effects implements SessionChange.Handler<Effects> {

    /** What becomes of a row. */
    public sealed interface Effect permits Remove, Put, Change {}

    /** It goes, if it is there. */
    public record Remove() implements Effect {}

    /**
     * It is there.
     *
     * @param place where, if it is new
     * @param isAnew whether an earlier one went before, and its place with it
     * @param packetIdentifier as the column says
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    public record Put(@Nullable Long place, boolean isAnew, int packetIdentifier, byte[] content) implements Effect {}

    /**
     * A message to send that is there, and not released, is changed.
     *
     * @param packetIdentifier the new one, or null
     * @param place of its release, or null
     */
    public record Change(
            @Nullable Integer packetIdentifier, @Nullable Long place) implements Effect {}

    private static final Remove REMOVE = new Remove();
    private static final int OUTLIVES = 1;
    private static final int ROW = 64;

    private final LongSupplier places;
    private final Map<Row, Effect> byRow = new LinkedHashMap<>();
    private final List<Long> taken = new ArrayList<>(0);
    private boolean discards;
    private @Nullable Long incomingFrom;
    private long bytes;

    private Effects(LongSupplier places) {
        this.places = places;
    }

    /**
     * Returns what is left of {@code changes}.
     *
     * @param places each is higher than the one before
     */
    public static Effects of(List<SessionChange> changes, LongSupplier places) {
        Effects effects = new Effects(places);
        changes.forEach(change -> change.handle(effects));
        return effects;
    }

    /** Returns the effect on each row that has one. */
    public Map<Row, Effect> byRow() {
        return byRow;
    }

    /** Tells whether, before all else, what was there goes; but not the highest sequence, and receipts that outlive the Session. */
    public boolean discards() {
        return discards;
    }

    /** Returns where received messages of the present Session begin, if that changes: all that have an earlier place count no more. */
    public @Nullable Long incomingFrom() {
        return incomingFrom;
    }

    /** Returns the numbers of messages that are to leave the outbox. */
    public List<Long> takenFromOutbox() {
        return taken;
    }

    /** Returns how much work it is: bytes of contents, and something for each row. */
    public long weight() {
        return bytes + (long) ROW * byRow.size();
    }

    // ---- the kinds of effects

    private Effects put(Row row, @Nullable Long place, int packetIdentifier, SessionChange change) {
        byte[] content = StoredChange.toBytes(change);
        bytes += content.length;
        Effect before = byRow.get(row);
        if (before instanceof Put earlier) {
            byRow.put(row, new Put(earlier.place, earlier.isAnew, packetIdentifier, content));
        } else {
            byRow.put(row, new Put(place, before != null, packetIdentifier, content));
        }
        return this;
    }

    private Effects remove(Row row) {
        byRow.put(row, REMOVE);
        return this;
    }

    private Effects assign(long sequence, int packetIdentifier) {
        Row row = Row.outgoing(sequence);
        Effect before = byRow.get(row);
        if (before == null) {
            byRow.put(row, new Change(packetIdentifier, null));
        } else if (before instanceof Put put && put.place == null) {
            byRow.put(row, new Put(null, put.isAnew, packetIdentifier, put.content));
        } else if (before instanceof Change change && change.place == null) {
            byRow.put(row, new Change(packetIdentifier, null));
        }
        return this;
    }

    @Override
    public Effects outgoingReleased(OutgoingReleased change) {
        Row row = Row.outgoing(change.sequence());
        Effect before = byRow.get(row);
        if (before == null) {
            byRow.put(row, new Change(null, places.getAsLong()));
        } else if (before instanceof Put put && put.place == null) {
            byRow.put(row, new Put(places.getAsLong(), put.isAnew, put.packetIdentifier, put.content));
        } else if (before instanceof Change earlier && earlier.place == null) {
            byRow.put(row, new Change(earlier.packetIdentifier, places.getAsLong()));
        }
        return this;
    }

    // ---- the kinds of changes

    @Override
    public Effects outgoingAccepted(OutgoingAccepted change) {
        byRow.remove(Row.outgoing(change.sequence())); // it is another one now
        return put(Row.outgoing(change.sequence()), null, 0, change);
    }

    @Override
    public Effects outgoingAssigned(OutgoingAssigned change) {
        return assign(change.sequence(), change.packetIdentifier());
    }

    @Override
    public Effects outgoingUnassigned(OutgoingUnassigned change) {
        return assign(change.sequence(), 0);
    }

    @Override
    public Effects outgoingCompleted(OutgoingCompleted change) {
        return remove(Row.outgoing(change.sequence()));
    }

    @Override
    public Effects incomingProcessed(IncomingProcessed change) {
        Row row = Row.incoming(change.packetIdentifier());
        return byRow.get(row) instanceof Put ? this : put(row, places.getAsLong(), 0, change);
    }

    @Override
    public Effects incomingReleased(IncomingReleased change) {
        return remove(Row.incoming(change.packetIdentifier()));
    }

    @Override
    public Effects subscriptionAdded(SubscriptionAdded change) {
        Row row = Row.subscription(change.subscription().topicFilter().toString());
        return put(row, places.getAsLong(), 0, change);
    }

    @Override
    public Effects subscriptionRemoved(SubscriptionRemoved change) {
        return remove(Row.subscription(change.topicFilter().toString()));
    }

    @Override
    public Effects sequencesReserved(SequencesReserved change) {
        return put(Row.RESERVED, null, 0, change);
    }

    @Override
    public Effects connectionBegun(ConnectionBegun change) {
        return put(Row.CONNECTION, null, 0, change);
    }

    @Override
    public Effects connectionEnded(ConnectionEnded change) {
        return put(Row.CONNECTION, null, 0, change);
    }

    @Override
    public Effects receiptWanted(ReceiptWanted change) {
        return put(Row.receipt(change.sequence()), null, 0, change);
    }

    @Override
    public Effects receiptKept(ReceiptKept change) {
        remove(Row.outgoing(change.sequence()));
        return put(Row.receipt(change.sequence()), null, OUTLIVES, change);
    }

    @Override
    public Effects receiptAcknowledged(ReceiptAcknowledged change) {
        return remove(Row.receipt(change.sequence()));
    }

    @Override
    public Effects sessionDiscarded(SessionDiscarded change) {
        discards = true;
        incomingFrom = places.getAsLong();
        Map<Row, Effect> kept = new HashMap<>();
        byRow.forEach((row, effect) -> {
            if (row.equals(Row.RESERVED)) {
                kept.put(row, effect);
            } else if (row.kind() == Row.RECEIPT) {
                kept.put(row, effect instanceof Put put && put.packetIdentifier != OUTLIVES ? REMOVE : effect);
            }
        });
        byRow.clear();
        byRow.putAll(kept);
        return this;
    }

    /** What is put anew gets a place of the new Session. */
    @Override
    public Effects sessionBegun(SessionBegun change) {
        incomingFrom = places.getAsLong();
        byRow.replaceAll((row, effect) -> row.kind() == Row.INCOMING ? REMOVE : effect);
        return this;
    }

    @Override
    public Effects outboxTaken(OutboxTaken change) {
        taken.add(change.number());
        return this;
    }
}

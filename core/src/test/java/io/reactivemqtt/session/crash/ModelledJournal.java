package io.reactivemqtt.session.crash;

import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A store, and group commit in front of it as the engine does it: what comes up while one append is at work goes together into
 * the next, and packets wait for the changes before them, except for {@link OutgoingCompleted} and {@link ReceiptAcknowledged}.
 */
final class ModelledJournal {

    private final WrongOrder wrongOrder;

    /** What a new process recovers. */
    private List<SessionChange> durable = List.of();

    /** What was durable before the last append, and what that said about the Session. */
    private List<SessionChange> durableBefore = List.of();

    private List<SessionChange> appending = new ArrayList<>();
    private boolean appendingHolds;
    private List<SessionChange> gathered = new ArrayList<>();
    private boolean gatheredHolds;

    /** Packets and words that wait for the append at work, and for the one after it. */
    private ArrayDeque<Object> afterAppending = new ArrayDeque<>();

    private ArrayDeque<Object> afterGathered = new ArrayDeque<>();

    ModelledJournal(WrongOrder wrongOrder) {
        this.wrongOrder = wrongOrder;
    }

    void add(SessionChange change) {
        gathered.add(change);
        gatheredHolds |= !(change instanceof OutgoingCompleted || change instanceof ReceiptAcknowledged);
    }

    /** Holds {@code packetOrWord} back until every change before it is durable; false if that is so. */
    boolean holds(Object packetOrWord) {
        if (gatheredHolds) {
            afterGathered.add(packetOrWord);
        } else if (appendingHolds) {
            afterAppending.add(packetOrWord);
        } else {
            return false;
        }
        return true;
    }

    void forgetPackets() {
        afterAppending.removeIf(held -> held instanceof Packet);
        afterGathered.removeIf(held -> held instanceof Packet);
    }

    boolean isAppending() {
        return !appending.isEmpty();
    }

    boolean isLagging() {
        return appending.isEmpty() && !gathered.isEmpty();
    }

    /** Appends what something waits for, unless an append is at work. */
    void commit() {
        if (appending.isEmpty() && gatheredHolds) {
            append();
        }
    }

    void append() {
        appending = gathered;
        gathered = new ArrayList<>();
        appendingHolds = gatheredHolds;
        gatheredHolds = false;
        afterAppending = afterGathered;
        afterGathered = new ArrayDeque<>();
    }

    /** Returns what waited for the append that is durable now. */
    ArrayDeque<Object> appended() {
        if (wrongOrder.losesTheLastAppend()) {
            durableBefore =
                    after(durable, appending.stream().filter(WrongOrder::isMark).toList());
        }
        durable = after(durable, appending);
        appending = new ArrayList<>();
        appendingHolds = false;
        ArrayDeque<Object> released = afterAppending;
        afterAppending = new ArrayDeque<>();
        return released;
    }

    private static List<SessionChange> after(List<SessionChange> before, List<SessionChange> changes) {
        SessionState state = new SessionState();
        before.forEach(state::apply);
        changes.forEach(state::apply);
        return state.changes();
    }

    /** The process died, with all that was not durable; returns what the next one recovers. */
    List<SessionChange> crash() {
        if (wrongOrder.losesTheLastAppend()) {
            durable = durableBefore;
        } else if (wrongOrder == WrongOrder.STORE_KEEPS_THE_END_OF_AN_APPEND && appending.size() > 1) {
            durable = after(durable, appending.subList(1, appending.size()));
        }
        appending = new ArrayList<>();
        appendingHolds = false;
        gathered = new ArrayList<>();
        gatheredHolds = false;
        afterAppending = new ArrayDeque<>();
        afterGathered = new ArrayDeque<>();
        return durable;
    }

    /** Tells what the append at work holds. */
    @Override
    public String toString() {
        return appending.toString();
    }
}

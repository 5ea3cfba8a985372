package io.reactivemqtt.session;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What became of messages that were enqueued, until the application has acknowledged that it knows. They are the client's own, and
 * outlive the Session.
 *
 * <p>One change takes the message from the store and puts the receipt in its place, so that a crash leaves one of the two, and
 * never both or none.
 */
final class Receipts {

    /** More are not kept: an application that acknowledges none would fill memory and store. */
    static final int MAXIMUM = 10_000;

    private static final long EVENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SessionContext context;

    /** In the order of the outcomes; null until there is one, for idle clients come in thousands. */
    private @Nullable Map<Long, ReceiptKept> kept;

    /** While the store is recovered: receipts of messages that are still to come. */
    private @Nullable Map<Long, ReceiptWanted> promised;

    private long dropped;
    private long droppedToldNanos;
    private boolean droppedTold;

    Receipts(SessionContext context) {
        this.context = context;
    }

    // ---- of one message

    /** The message of {@code flow} is about to be accepted. */
    void want(OutgoingFlow flow) {
        if (flow.keepsReceipt()) {
            context.persist(new ReceiptWanted(flow.sequence, flow.reference()));
        }
    }

    /** Keeps {@code result} in place of the message. */
    void keep(OutgoingFlow flow, PublishResult result) {
        Map<Long, ReceiptKept> all = kept();
        if (all.size() >= MAXIMUM) {
            dropOldest(all);
        }
        ReceiptKept receipt = ReceiptResults.kept(flow.sequence, flow.reference(), result);
        all.put(receipt.sequence(), receipt);
        context.persist(receipt);
    }

    private void dropOldest(Map<Long, ReceiptKept> all) {
        acknowledge(all.keySet().iterator().next());
        dropped++;
        if (!droppedTold || context.nowNanos - droppedToldNanos >= EVENT_NANOS) {
            droppedTold = true;
            droppedToldNanos = context.nowNanos;
            context.outputs.emit(new ClientEvent.ReceiptsDropped(dropped));
            dropped = 0;
        }
    }

    /** The message of {@code flow} has ended: {@link #keep} takes it from the store, unless nobody is told how it ended. */
    void ended(OutgoingFlow flow) {
        if (flow.abandoned && !isKept(flow.sequence)) {
            context.persist(new OutgoingCompleted(flow.sequence));
            context.persist(new ReceiptAcknowledged(flow.sequence));
        }
    }

    /** The application knows. */
    void acknowledge(long sequence) {
        if (kept != null && kept.remove(sequence) != null) {
            context.persist(new ReceiptAcknowledged(sequence));
        }
    }

    private boolean isKept(long sequence) {
        return kept != null && kept.containsKey(sequence);
    }

    private Map<Long, ReceiptKept> kept() {
        if (kept == null) {
            kept = new LinkedHashMap<>();
        }
        return kept;
    }

    // ---- reads

    /** Returns what became of the message of {@code sequence}, or null if that is not known, or acknowledged. */
    @Nullable
    ReceiptKept get(long sequence) {
        return kept == null ? null : kept.get(sequence);
    }

    void forEach(Consumer<? super ReceiptKept> visitor) {
        if (kept != null) {
            kept.values().forEach(visitor);
        }
    }

    // ---- what was stored

    void recover(ReceiptKept receipt) {
        kept().put(receipt.sequence(), receipt);
    }

    void recover(ReceiptWanted receipt) {
        if (promised == null) {
            promised = new LinkedHashMap<>();
        }
        promised.put(receipt.sequence(), receipt);
    }

    /** The message of {@code sequence} is there: {@code flow} hears if it was enqueued. */
    void recovered(long sequence, OutgoingFlow flow) {
        ReceiptWanted wanted = promised == null ? null : promised.remove(sequence);
        if (wanted != null) {
            flow.receiptWanted(wanted.reference());
        }
    }

    /** All was recovered: what is promised now has lost its message, which could not be read. */
    void onRecovered() {
        if (promised != null) {
            promised.keySet().forEach(sequence -> context.persist(new ReceiptAcknowledged(sequence)));
            promised = null;
        }
    }

    /** Tells all, also those of messages in {@code lists}, by sequence. */
    void describe(Iterable<FlowList> lists, Consumer<? super SessionChange> target) {
        Map<Long, SessionChange> bySequence = new TreeMap<>();
        for (FlowList list : lists) {
            for (OutgoingFlow flow = list.first(); flow != null; flow = flow.next) {
                if (flow.keepsReceipt()) {
                    bySequence.put(flow.sequence, new ReceiptWanted(flow.sequence, flow.reference()));
                }
            }
        }
        forEach(receipt -> bySequence.put(receipt.sequence(), receipt));
        bySequence.values().forEach(target);
    }
}

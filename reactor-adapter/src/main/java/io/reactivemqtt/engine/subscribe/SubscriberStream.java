package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * The messages of one subscription for a Subscriber, as it asks for them.
 *
 * <p>An operator that fetches ahead, such as {@code publishOn}, may take messages that are acknowledged by hand from a queue of this
 * class instead of one of its own. So what it has not taken when it is cancelled is known here, and handed back.
 */
public class SubscriberStream extends MessageStream implements Fuseable.QueueSubscription<ReceivedMessage>, Scannable {

    private static final AtomicLongFieldUpdater<SubscriberStream> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(SubscriberStream.class, "requested");

    private static final int FEW = 16;

    private final boolean byHand;
    private final Runnable emission = this::emit;
    private volatile long requested;

    /** What a fused operator has not taken yet; null without one. */
    private volatile @Nullable Queue<Arrival> fused;

    // ---- loop only
    private final MessageQueue queue;
    private CoreSubscriber<? super ReceivedMessage> actual;

    /** What was taken and may be acknowledged by hand, in order, beside some that are done with. */
    private final ArrayDeque<Arrival> inHand = new ArrayDeque<>(1);

    /** At this size it is looked for those that are done with: twice what was left the last time. */
    private int inHandAtMost = FEW;

    private boolean emitting;

    public SubscriberStream(
            Subscribing subscribing, SubscribeOptions options, CoreSubscriber<? super ReceivedMessage> actual) {
        this(subscribing, options, actual, new MessageQueue(options.bufferedMessages(), options.bufferedBytes()));
    }

    private SubscriberStream(
            Subscribing subscribing,
            SubscribeOptions options,
            CoreSubscriber<? super ReceivedMessage> actual,
            MessageQueue queue) {
        super(subscribing, options, queue);
        this.queue = queue;
        this.byHand = options.acknowledgement() == AcknowledgementMode.BY_HAND;
        this.actual = actual;
    }

    // ---- from the subscriber

    @Override
    public void request(long n) {
        if (n <= 0) {
            subscribing
                    .turns()
                    .execute(() -> fail(new IllegalArgumentException(
                            "§3.9: a subscriber asks for at least one message, not for " + n)));
        } else {
            Operators.addCap(REQUESTED, this, n);
            subscribing.turns().execute(emission);
        }
    }

    @Override
    void left() {
        actual = Operators.emptySubscriber();
    }

    @Override
    CoreSubscriber<?> actual() {
        return actual;
    }

    @Override
    @SuppressWarnings("rawtypes") // of the method that this is
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        } else if (key == Attr.CANCELLED) {
            return isCancelled();
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    // ---- from a fused operator, on its thread

    @Override
    public int requestFusion(int requestedMode) {
        if (!byHand || (requestedMode & Fuseable.ASYNC) == 0) {
            return Fuseable.NONE;
        }
        fused = Queues.<Arrival>unbounded().get();
        return Fuseable.ASYNC;
    }

    @Override
    public @Nullable Arrival poll() {
        Queue<Arrival> source = fused;
        return source == null ? null : source.poll();
    }

    @Override
    public int size() {
        Queue<Arrival> source = fused;
        return source == null ? 0 : source.size();
    }

    @Override
    public boolean isEmpty() {
        Queue<Arrival> source = fused;
        return source == null || source.isEmpty();
    }

    /** The operator takes no more: what it has not taken is handed back. */
    @Override
    public void clear() {
        for (Arrival message = poll(); message != null; message = poll()) {
            message.handBack();
        }
    }

    // ---- from the router

    @Override
    boolean deliver(Arrival message) {
        if (isGone()) {
            message.handBack();
            return false;
        } else if (!queue.isEmpty() || requested <= 0 || emitting || isEnding() || isCancelled()) {
            enqueue(message);
            return false;
        }
        boolean done;
        emitting = true;
        try {
            done = emit(message);
        } finally {
            emitting = false;
        }
        if (!queue.isEmpty() || isEnding()) {
            emit();
        }
        return done;
    }

    @Override
    void emit() {
        if (emitting) {
            return;
        }
        emitting = true;
        try {
            while (!isCancelled() && requested > 0 && !queue.isEmpty()) {
                Arrival message = queue.remove();
                if (emit(message)) {
                    subscribing.taken(message);
                }
            }
        } finally {
            emitting = false;
        }
        emitted();
    }

    @Override
    boolean isThrough() {
        return queue.isEmpty();
    }

    @Override
    Collection<Arrival> inHand() {
        inHand.removeIf(message -> !message.isInHand());
        return inHand;
    }

    private boolean emit(Arrival message) {
        if (requested != Long.MAX_VALUE) {
            REQUESTED.decrementAndGet(this);
        }
        try {
            if (byHand) {
                emitByHand(message);
                return false;
            }
            actual.onNext(message);
            return message.isDoneByBeingTaken();
        } catch (Throwable thrown) { // out of a subscriber that breaks the rules, or by an Error
            message.handBack();
            fail(thrown);
            return false;
        }
    }

    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // by null a fused source says that there is something to poll
    private void emitByHand(Arrival message) {
        if (message.flow != null) {
            if (inHand.size() >= inHandAtMost) {
                inHandAtMost = Math.max(FEW, 2 * inHand().size());
            }
            inHand.add(message);
        }
        Queue<Arrival> target = fused;
        if (target == null) {
            actual.onNext(message);
        } else {
            target.add(message);
            actual.onNext(null);
        }
    }
}

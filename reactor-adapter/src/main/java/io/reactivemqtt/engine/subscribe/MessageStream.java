package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.SubscriberOverflowException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;

/**
 * The messages of one subscription on their way to one subscriber. All that has state happens on the loop.
 *
 * <p>An operator that fetches ahead, such as {@code publishOn}, may take messages that are acknowledged by hand from a queue of this
 * class instead of one of its own. So what it has not taken when it is cancelled is known here, and handed back.
 */
public final class MessageStream implements Fuseable.QueueSubscription<ReceivedMessage>, Scannable {

    private static final AtomicLongFieldUpdater<MessageStream> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(MessageStream.class, "requested");

    final SubscribeOptions options;
    final Subscribing subscribing;

    private final boolean byHand;
    private final Runnable emission = this::emit;
    private volatile long requested;
    private volatile boolean cancelled;

    /** What a fused operator has not taken yet; null without one. */
    private volatile @Nullable Queue<Arrival> fused;

    // ---- loop only
    private CoreSubscriber<? super ReceivedMessage> actual;
    private final MessageBuffer queue;

    /** What the subscriber has and may acknowledge by hand, in order; those at the head that it is done with may be gone. */
    private final ArrayDeque<Arrival> inHand = new ArrayDeque<>(1);

    /** Null until something was dropped. */
    private @Nullable DroppedMessages dropped;

    private boolean emitting;

    /** Whether it has left its route: what still comes has to go elsewhere. */
    private boolean gone;

    /** Whether the application has ended the subscription, and has done with what it did not take. */
    private boolean endedByName;

    private boolean ending;
    private boolean ended;
    private @Nullable Throwable error;

    public MessageStream(
            Subscribing subscribing, SubscribeOptions options, CoreSubscriber<? super ReceivedMessage> actual) {
        this.subscribing = subscribing;
        this.options = options;
        this.queue = new MessageBuffer(options.bufferedMessages(), options.bufferedBytes());
        this.byHand = options.acknowledgement() == AcknowledgementMode.BY_HAND;
        this.actual = actual;
    }

    /** Tells whether acknowledgements wait for this subscriber. */
    boolean acknowledges() {
        return options.acknowledgement() != AcknowledgementMode.WITHOUT_ME;
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
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            subscribing.turns().execute(this::left);
        }
    }

    private void left() {
        gone = true;
        subscribing.router().subscribers().leave(this);
        actual = Operators.emptySubscriber(); // whoever still knows this stream keeps nobody alive
    }

    @Override
    @SuppressWarnings("rawtypes") // of the method that this is
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.ACTUAL) {
            return actual;
        } else if (key == Attr.CANCELLED) {
            return cancelled;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    boolean isGone() {
        return gone;
    }

    /** Tells whether what this hands back is done with once the subscription has ended. */
    boolean isDoneWithWhatItLeaves() {
        return endedByName || options.onCancel() == OnCancel.UNSUBSCRIBE;
    }

    boolean isCancelled() {
        return cancelled;
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

    /** Gives {@code message} to the subscriber, now or when it asks; true if it is done, and the session still to hear of it. */
    boolean deliver(Arrival message) {
        if (gone) {
            message.handBack();
            return false;
        } else if (!queue.isEmpty() || requested <= 0 || emitting || ending || cancelled) {
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
        if (!queue.isEmpty() || ending) {
            emit();
        }
        return done;
    }

    private void enqueue(Arrival message) {
        if (message.flow == null && queue.isFullFor(message) && !makeRoomFor(message)) {
            return;
        }
        queue.add(message);
        if (options.overflow() == SubscribeOptions.Overflow.PAUSE_READING && queue.isFull()) {
            subscribing.reading().pause(this);
        }
    }

    /** Makes room for a message that need not be acknowledged, or says that there is none. */
    private boolean makeRoomFor(Arrival message) {
        switch (options.overflow()) {
            case PAUSE_READING -> {
                return true; // what was read before the pause took effect
            }
            case DROP_OLDEST -> {
                do {
                    queue.dropOldest();
                    dropped();
                } while (queue.isFullFor(message));
                return true;
            }
            case DROP_NEWEST -> dropped();
            case FAIL -> {
                subscribing.router().subscribers().detach(this);
                end(new SubscriberOverflowException(options.topicFilter().toString(), queue.buffered()));
            }
        }
        return false;
    }

    private void dropped() {
        if (dropped == null) {
            dropped = new DroppedMessages(subscribing, options.topicFilter());
        }
        dropped.add();
    }

    private void emit() {
        if (emitting) {
            return;
        }
        emitting = true;
        try {
            while (!cancelled && requested > 0 && !queue.isEmpty()) {
                Arrival message = queue.remove();
                if (emit(message)) {
                    subscribing.taken(message);
                }
            }
        } finally {
            emitting = false;
        }
        if (!queue.isFull()) {
            subscribing.reading().resume(this);
        }
        if (ending && queue.isEmpty() && !cancelled && !ended) {
            ended = true;
            Throwable cause = error;
            UserCode.run(cause == null ? actual::onComplete : () -> actual.onError(cause));
        }
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
            forgetDone();
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

    private void forgetDone() {
        for (Arrival first = inHand.peek(); first != null && !first.isInHand(); first = inHand.peek()) {
            inHand.remove();
        }
    }

    /** Ends this at once, and nothing else: the subscriber has thrown, or broken the rules of Reactive Streams. */
    private void fail(Throwable cause) {
        if (!cancelled && !ended) {
            cancelled = true;
            ended = true;
            CoreSubscriber<? super ReceivedMessage> failed = actual;
            left();
            UserCode.run(() -> failed.onError(cause));
        }
    }

    /** Ends this once what is queued was taken: with {@code cause}, or well if that is null. */
    void end(@Nullable Throwable cause) {
        if (!ending) {
            ending = true;
            error = cause;
            subscribing.reading().resume(this); // nothing more comes to it
            emit();
        }
    }

    /** Ends this, by the application's word: what it has not taken is done with, once the Server has answered. */
    void endByName() {
        endedByName = true;
        handBackUntaken();
        end(null);
    }

    /** Gives everything back that the subscriber has not taken. */
    void handBackUntaken() {
        queue.takeUntaken().forEach(Arrival::handBack);
    }

    void granted(ReasonCode reasonCode) {
        UserCode.run(() -> options.onGranted().accept(reasonCode));
    }

    /** Takes out what {@code comesAgain} picks, without acknowledging it, and shows it to {@code target}. */
    void forget(Predicate<? super Arrival> comesAgain, Consumer<? super Arrival> target) {
        queue.removeIf(message -> {
            boolean forgets = message.flow != null && comesAgain.test(message);
            if (forgets) {
                target.accept(message);
            }
            return forgets;
        });
    }

    /** Returns what the subscriber has in hand, neither acknowledged nor handed back. */
    ArrayDeque<Arrival> inHand() {
        inHand.removeIf(message -> !message.isInHand());
        return inHand;
    }
}

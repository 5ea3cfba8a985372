package io.reactivemqtt.reactor;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.SubscriberOverflowException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** The messages of one subscription on their way to one subscriber. All that has state happens on the loop. */
final class MessageStream implements Subscription {

    private static final AtomicLongFieldUpdater<MessageStream> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(MessageStream.class, "requested");

    final SubscriptionOptions options;

    private final Engine engine;
    private final Runnable emission = this::emit;
    private volatile long requested;
    private volatile boolean cancelled;

    // ---- loop only
    private CoreSubscriber<? super ReceivedMessage> actual;
    private final ArrayDeque<ReceivedMessage> queue = new ArrayDeque<>();
    private int queuedAtMostOnce;
    private long dropped;
    private boolean emitting;
    private boolean ending;
    private boolean ended;
    private @Nullable Throwable error;

    MessageStream(Engine engine, SubscriptionOptions options, CoreSubscriber<? super ReceivedMessage> actual) {
        this.engine = engine;
        this.options = options;
        this.actual = actual;
    }

    // ---- from the subscriber

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            engine.execute(emission);
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            engine.execute(() -> {
                engine.router().leave(this);
                actual = Operators.emptySubscriber(); // whoever still knows this stream keeps nobody alive
            });
        }
    }

    boolean isCancelled() {
        return cancelled;
    }

    // ---- from the engine

    void offer(ReceivedMessage message) {
        if (queue.isEmpty() && requested > 0 && !emitting && !ending && !cancelled) {
            emitting = true;
            try {
                emit(message);
            } finally {
                emitting = false;
            }
            if (!queue.isEmpty() || ending) {
                emit();
            }
        } else {
            enqueue(message);
        }
    }

    private void enqueue(ReceivedMessage message) {
        if (message.qos() == Qos.AT_MOST_ONCE) {
            if (queuedAtMostOnce >= options.bufferedMessages() && !makeRoom()) {
                return;
            }
            queuedAtMostOnce++;
        }
        queue.add(message);
        if (options.overflow() == SubscriptionOptions.Overflow.PAUSE_READING
                && queuedAtMostOnce >= options.bufferedMessages()) {
            engine.pauseReading(this);
        }
    }

    /** Makes room for one QoS 0 message, or says that there is none. */
    private boolean makeRoom() {
        switch (options.overflow()) {
            case PAUSE_READING -> {
                return true; // what was read before the pause took effect
            }
            case DROP_OLDEST -> {
                removeFirstAtMostOnce();
                dropped();
                return true;
            }
            case DROP_NEWEST -> dropped();
            case FAIL -> {
                engine.router().detach(this);
                end(new SubscriberOverflowException(options.topicFilter().toString(), options.bufferedMessages()));
            }
        }
        return false;
    }

    private void removeFirstAtMostOnce() {
        for (var messages = queue.iterator(); messages.hasNext(); ) {
            if (messages.next().qos() == Qos.AT_MOST_ONCE) {
                messages.remove();
                queuedAtMostOnce--;
                return;
            }
        }
    }

    /** Tells of the first dropped message at once, and of all others when the queue is next empty. */
    private void dropped() {
        if (dropped++ == 0) {
            engine.tellDropped(options.topicFilter(), 1);
        }
    }

    private void emit() {
        if (emitting) {
            return;
        }
        emitting = true;
        try {
            while (!cancelled && requested > 0 && !queue.isEmpty()) {
                ReceivedMessage message = queue.remove();
                if (message.qos() == Qos.AT_MOST_ONCE) {
                    queuedAtMostOnce--;
                }
                emit(message);
            }
        } finally {
            emitting = false;
        }
        if (queue.isEmpty()) {
            if (dropped > 1) {
                engine.tellDropped(options.topicFilter(), dropped - 1);
            }
            dropped = 0;
        }
        if (queuedAtMostOnce < options.bufferedMessages()) {
            engine.resumeReading(this);
        }
        if (ending && queue.isEmpty() && !cancelled && !ended) {
            ended = true;
            if (error == null) {
                actual.onComplete();
            } else {
                actual.onError(error);
            }
        }
    }

    private void emit(ReceivedMessage message) {
        if (requested != Long.MAX_VALUE) {
            REQUESTED.decrementAndGet(this);
        }
        actual.onNext(message);
        if (!options.manualAcknowledgement()) {
            message.acknowledge();
        }
    }

    /** Ends this once what is queued was taken: with {@code cause}, or well if that is null. */
    void end(@Nullable Throwable cause) {
        if (!ending) {
            ending = true;
            error = cause;
            engine.resumeReading(this); // nothing more comes to it
            emit();
        }
    }

    void granted(ReasonCode reasonCode) {
        options.onGranted().accept(reasonCode);
    }

    /** The Server sends unacknowledged messages again: those not taken yet are not needed. */
    void forgetWhatComesAgain(Predicate<Qos> comesAgain) {
        queue.removeIf(message -> comesAgain.test(message.qos()));
    }

    /** Takes out what the subscriber has not taken. */
    @Nullable
    ReceivedMessage pollUntaken() {
        return queue.poll();
    }
}

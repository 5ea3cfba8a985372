package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.subscribe.Lanes.Lane;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The messages of one subscription for a handler: so many at once, those of one key one after the other; or in batches, one after the
 * other. What waits stays in its lane, as untaken as where a Subscriber has not asked for it yet, so that whatever ends this hands it
 * back.
 */
public final class Consumption extends MessageStream implements Subscription {

    static final String NO_PUBLISHER = "the handler returned null; Mono.empty() says that it is done";
    private static final Object ONE_LANE = new Object();
    private final ConsumeOptions consume;
    private final boolean inBatches;
    private final HandlerFailures failures;
    private final BatchTimer batches;
    private final Handler handler;
    private final Context context;

    // ---- loop only
    private final Lanes lanes;
    private CoreSubscriber<? super Void> actual;

    /** Who has a message: handlers at work, and those that wait to try again. */
    private final Set<HandlerRun> runs = new LinkedHashSet<>();

    /** Those that have waited for long enough. */
    private final ArrayDeque<HandlerRun> due = new ArrayDeque<>(0);

    private int working;
    private boolean taking;

    /** What is done with what arrives. */
    public interface Handler {
        /** Begins to process {@code messages}, which are never none; one alone, if it is not made for batches. */
        Publisher<?> process(List<Arrival> messages);

        /** Publishes what the policy has made of a message; that completes when it cannot be lost any more. */
        Publisher<?> publishDeadLetter(ApplicationMessage letter);
    }

    /** Processes one message after the other of each key. */
    public static Consumption byKey(
            Subscribing subscribing, ConsumeOptions options, Handler handler, CoreSubscriber<? super Void> actual) {
        // one at a time needs no keys, unless others are to overtake the one that waits to be tried again
        boolean hasRetries =
                options.onFailure().retries() > 0 || options.onUndecodable().retries() > 0;
        boolean isOneByOne = options.concurrency() == 1 && !hasRetries;
        Lanes lanes = lanes(options, isOneByOne ? message -> ONE_LANE : options.orderedBy());
        return new Consumption(subscribing, options, lanes, false, handler, actual);
    }

    /** Processes one batch after the other. */
    public static Consumption inBatches(
            Subscribing subscribing, ConsumeOptions options, Handler handler, CoreSubscriber<? super Void> actual) {
        Lanes lanes = lanes(options, message -> ONE_LANE);
        subscribing.router().takesBatches();
        return new Consumption(subscribing, options, lanes, true, handler, actual);
    }

    private static Lanes lanes(ConsumeOptions options, Function<? super ReceivedMessage, ?> keys) {
        SubscribeOptions subscription = options.subscription();
        return new Lanes(subscription.bufferedMessages(), subscription.bufferedBytes(), keys);
    }

    private Consumption(
            Subscribing subscribing,
            ConsumeOptions options,
            Lanes lanes,
            boolean inBatches,
            Handler handler,
            CoreSubscriber<? super Void> actual) {
        super(subscribing, options.subscription(), lanes);
        this.consume = options;
        this.inBatches = inBatches;
        int batchSize = inBatches ? options.batchSize() : 1;
        this.handler = handler;
        this.failures = new HandlerFailures(this, options);
        this.batches = new BatchTimer(subscribing.turns(), batchSize, Turns.nanos(options.batchWithin()), this::emit);
        this.context = actual.currentContext();
        this.actual = actual;
        this.lanes = lanes;
    }

    Handler handler() {
        return handler;
    }

    Context context() {
        return context;
    }

    /** There is no demand: a {@code Mono<Void>} has no element. */
    @Override
    public void request(long n) {
        if (n <= 0) {
            inTurn(() -> fail(
                    new IllegalArgumentException("§3.9: a subscriber asks for at least one element, not for " + n)));
        }
    }

    // ---- messages come

    @Override
    boolean deliver(Arrival message) {
        if (isGone()) {
            message.handBack();
            return false;
        }
        enqueue(message);
        emit();
        return false;
    }

    /** Has as many handlers work as may, as long as there is something for them. */
    @Override
    void emit() {
        if (taking) {
            return; // by whom this is called
        }
        taking = true;
        try {
            take();
        } finally {
            taking = false;
        }
        if (lanes.isEmpty()) {
            batches.stop();
        } else {
            batches.start();
        }
        emitted();
    }

    private void take() {
        while (working < consume.concurrency() && !isCancelled()) {
            Throwable wrongKey = lanes.failure();
            if (wrongKey != null) {
                fail(wrongKey);
            } else if (!due.isEmpty()) {
                again(due.remove());
            } else if (lanes.isReady() && isEnough()) {
                Lane lane = lanes.next();
                begin(new HandlerRun(this, lane, lanes.remove(lane, batches.size()), 1));
            } else {
                return;
            }
        }
    }

    /** Tells whether what waits may be taken: a batch is full, or nothing more will come for it in time. */
    private boolean isEnough() {
        Router router = subscribing.router();
        boolean enough = batches.isFullOrDue(lanes.waiting())
                || isEnding()
                || lanes.isFull()
                || router.isDraining()
                || router.isReceiveMaximumReached();
        if (enough) {
            batches.stop();
        }
        return enough;
    }

    private void begin(HandlerRun run) {
        runs.add(run);
        working++;
        try {
            run.await(Objects.requireNonNull(handler.process(run.messages), NO_PUBLISHER));
        } catch (Throwable thrown) {
            run.onError(thrown);
        }
    }

    private void again(HandlerRun failed) {
        runs.remove(failed);
        begin(new HandlerRun(this, failed.lane, failed.messages, failed.attempt + 1));
    }

    /** Does {@code task} now if this is a turn, so that what is done at once costs nothing. */
    void inTurn(Runnable task) {
        if (subscribing.turns().isHere()) {
            task.run();
        } else {
            subscribing.turns().execute(task);
        }
    }

    // ---- handlers end

    void succeeded(HandlerRun run) {
        if (run.isBurying) {
            run.messages.forEach(message -> subscribing.counters().deadLettered());
        }
        run.messages.forEach(Arrival::acknowledge);
        if (inBatches) { // so that a crash repeats no other than the last one
            subscribing.whenAcknowledged(() -> done(run));
        } else {
            done(run);
        }
    }

    /** Nothing is to be waited for any more. */
    void done(HandlerRun run) {
        if (runs.contains(run)) { // else this has ended meanwhile
            working--;
            leaves(run);
        }
    }

    private void leaves(HandlerRun run) {
        runs.remove(run);
        lanes.done(run.lane);
        emit();
    }

    void failed(HandlerRun run, Throwable cause) {
        failures.failed(run, cause);
    }

    void tryAgainIn(HandlerRun failed, Duration delay) {
        working--;
        failed.backoff = subscribing.turns().schedule(() -> due(failed), Turns.nanos(delay));
        emit();
    }

    private void due(HandlerRun failed) {
        if (runs.contains(failed)) {
            due.add(failed);
            emit();
        }
    }

    /** Returns what takes the place of {@code failed} while dead letters are published. */
    HandlerRun burial(HandlerRun failed) {
        HandlerRun burial = new HandlerRun(this, failed.lane, failed.messages, failed.attempt);
        burial.isBurying = true;
        runs.remove(failed);
        runs.add(burial);
        return burial;
    }

    // ---- the end

    @Override
    boolean isThrough() {
        return lanes.isEmpty() && runs.isEmpty();
    }

    /** Who waits to try again does not, so that this ends. */
    @Override
    void ending() {
        for (HandlerRun run : List.copyOf(runs)) {
            if (run.backoff != null) {
                giveUp(run);
                run.handBack();
            }
        }
        if (!runs.isEmpty()) {
            subscribing.router().subscribers().finishing(this);
        }
    }

    private void giveUp(HandlerRun waiting) {
        waiting.leave();
        due.remove(waiting);
        leaves(waiting);
    }

    @Override
    void ended() {
        subscribing.router().subscribers().finished(this);
    }

    @Override
    CoreSubscriber<?> actual() {
        return actual;
    }

    @Override
    void left() {
        actual = Operators.emptySubscriber();
        subscribing.router().subscribers().finished(this);
        batches.stop();
        due.clear();
        List<Arrival> all = new ArrayList<>(inHand());
        List<HandlerRun> atWork = runs.stream().filter(HandlerRun::leave).toList();
        runs.clear();
        all.addAll(lanes.takeUntaken());
        Lanes.inOrder(all).forEach(Arrival::handBack);
        atWork.forEach(HandlerRun::cancel); // last: what a handler does then cannot change what becomes of the messages
    }

    @Override
    Collection<Arrival> inHand() {
        List<Arrival> all = new ArrayList<>();
        for (HandlerRun run : runs) {
            for (Arrival message : run.messages) {
                if (message.isInHand()) {
                    all.add(message);
                }
            }
        }
        return all;
    }

    /** Who waits to try again does not where the messages come again. */
    @Override
    void forget(Predicate<? super Arrival> comesAgain, Consumer<? super Arrival> target) {
        super.forget(comesAgain, target);
        for (HandlerRun run : List.copyOf(runs)) {
            if (run.backoff != null
                    && run.messages.stream().allMatch(message -> message.flow != null && comesAgain.test(message))) {
                giveUp(run);
                run.messages.forEach(message -> {
                    message.leaves();
                    target.accept(message);
                });
            }
        }
    }
}

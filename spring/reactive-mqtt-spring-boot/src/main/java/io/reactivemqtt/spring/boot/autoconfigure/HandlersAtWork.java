package io.reactivemqtt.spring.boot.autoconfigure;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Counts the handlers of a consumer that are at work, and lets no more begin when it is told to. */
final class HandlersAtWork {

    /** Added to the count when no more may begin. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger count = new AtomicInteger();
    private volatile Sinks.Empty<Void> allDone = Sinks.empty();

    void open() {
        allDone = Sinks.empty();
        count.set(0);
    }

    /** Returns what the handler does, or, if none may begin, nothing until the consumer is cancelled, which hands the message back. */
    Publisher<?> handle(Supplier<? extends Publisher<?>> handler) {
        return Mono.defer(() -> enter()
                ? Mono.defer(() -> Flux.from(handler.get()).then()).doFinally(signal -> leave())
                : Mono.never());
    }

    private boolean enter() {
        return count.getAndUpdate(now -> now < 0 ? now : now + 1) >= 0;
    }

    private void leave() {
        if (count.decrementAndGet() == CLOSED) {
            allDone.tryEmitEmpty();
        }
    }

    /** Lets no more begin; completes when those that have are done. */
    Mono<Void> close() {
        if (count.getAndUpdate(now -> now < 0 ? now : now + CLOSED) == 0) {
            allDone.tryEmitEmpty();
        }
        return allDone.asMono();
    }
}

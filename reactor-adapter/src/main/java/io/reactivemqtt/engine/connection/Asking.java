package io.reactivemqtt.engine.connection;

import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Asks the application for one thing, for a limited time. Loop only. */
final class Asking {

    private Asking() {}

    /**
     * Hands the first element to {@code answered}, or what went wrong to {@code failed}; in a turn.
     *
     * @param question emits one element
     * @return disposing of it asks no more
     */
    static <T> Disposable ask(
            Turns turns,
            Duration limit,
            Publisher<? extends T> question,
            Consumer<? super T> answered,
            Consumer<? super Throwable> failed) {
        Disposable.Composite asking = Disposables.composite();
        asking.add(turns.schedule(
                () -> end(asking, () -> failed.accept(new TimeoutException("no answer within " + limit))),
                TimeUnit.MILLISECONDS.toNanos(limit.toMillis())));
        asking.add(Mono.from(question)
                .subscribe(
                        answer -> turns.execute(() -> end(asking, () -> answered.accept(answer))),
                        thrown -> turns.execute(() -> end(asking, () -> failed.accept(thrown)))));
        return asking;
    }

    /** Runs {@code action}, unless it was given up or has ended. */
    private static void end(Disposable asking, Runnable action) {
        if (!asking.isDisposed()) {
            UserCode.run(asking::dispose); // which cancels what the application has made
            action.run();
        }
    }
}

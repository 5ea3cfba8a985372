package io.reactivemqtt.engine.connection;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.ConnectPreparation;
import io.reactivemqtt.client.CredentialsProvider;
import io.reactivemqtt.client.ServerUri;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Asks the application about an attempt before it begins: what is different this time, and with which credentials. Loop only. */
final class Preparation {

    private final Turns turns;
    private final Duration limit;
    private final @Nullable ConnectPreparation beforeConnect;
    private final @Nullable CredentialsProvider credentials;

    private Preparation(Turns turns, ClientOptions options) {
        this.turns = turns;
        this.limit = options.connectTimeout();
        this.beforeConnect = options.beforeConnect();
        this.credentials = options.credentials();
    }

    /** Returns one, or null where there is nothing to ask: idle clients come in thousands. */
    static @Nullable Preparation of(Turns turns, ClientOptions options) {
        return options.beforeConnect() == null && options.credentials() == null
                ? null
                : new Preparation(turns, options);
    }

    /**
     * Hands what becomes of {@code attempt} to {@code ready}, or why it is not made to {@code failed}; in a turn.
     *
     * @return disposing of it gives the attempt up
     */
    Disposable prepare(
            ConnectAttempt attempt, Consumer<ConnectAttempt> ready, Consumer<ConnectFailedException> failed) {
        Disposable.Composite asking = Disposables.composite();
        asking.add(turns.schedule(
                () -> end(
                        asking,
                        () -> failed.accept(failure(attempt, new TimeoutException("no answer within " + limit)))),
                TimeUnit.MILLISECONDS.toNanos(limit.toMillis())));
        asking.add(Mono.defer(() -> Mono.from(changed(attempt)))
                .defaultIfEmpty(attempt)
                .flatMap(prepared -> Mono.from(withCredentials(prepared)))
                .subscribe(
                        prepared -> turns.execute(() -> end(asking, () -> ready.accept(prepared))),
                        thrown -> turns.execute(() -> end(asking, () -> failed.accept(failure(attempt, thrown))))));
        return asking;
    }

    /** Runs {@code action}, unless the attempt was given up or has ended. */
    private static void end(Disposable asking, Runnable action) {
        if (!asking.isDisposed()) {
            asking.dispose();
            action.run();
        }
    }

    private Publisher<ConnectAttempt> changed(ConnectAttempt attempt) {
        return beforeConnect == null ? Mono.just(attempt) : beforeConnect.prepare(attempt);
    }

    private Publisher<ConnectAttempt> withCredentials(ConnectAttempt attempt) {
        CredentialsProvider provider = credentials;
        return provider == null
                ? Mono.just(attempt)
                : Mono.defer(() -> Mono.from(provider.credentials(attempt)))
                        .switchIfEmpty(Mono.error(() -> new NoSuchElementException("credentials(...) has none")))
                        .map(answer -> attempt.withSettings(
                                attempt.settings().mutate().credentials(answer).build()));
    }

    private static ConnectFailedException failure(ConnectAttempt attempt, Throwable thrown) {
        return new ConnectFailedException(
                Phase.PREPARATION,
                ServerUri.shown(attempt.server()),
                "the attempt could not be prepared: " + thrown,
                thrown);
    }
}

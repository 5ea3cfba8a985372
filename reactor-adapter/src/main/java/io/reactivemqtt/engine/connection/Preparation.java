package io.reactivemqtt.engine.connection;

import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.ConnectLimiter;
import io.reactivemqtt.client.ConnectPreparation;
import io.reactivemqtt.client.CredentialsProvider;
import io.reactivemqtt.client.ServerUri;
import io.reactivemqtt.engine.loop.LinkedSafely;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Has an attempt wait for its turn, and asks the application about it before it begins: what is different this time, with which
 * credentials, and what an enhanced authentication says first. Loop only.
 */
final class Preparation {

    private final Turns turns;
    private final Duration limit;
    private final @Nullable ConnectLimiter limiter;
    private final @Nullable ConnectPreparation beforeConnect;
    private final @Nullable CredentialsProvider credentials;
    private final @Nullable Authenticator authenticator;

    private Preparation(Turns turns, ClientOptions options) {
        this.turns = turns;
        this.limit = options.connectTimeout();
        this.limiter = options.connectLimiter();
        this.beforeConnect = options.beforeConnect();
        this.credentials = options.credentials();
        this.authenticator = options.authenticator();
    }

    /** Returns one, or null where there is nothing to ask: idle clients come in thousands. */
    static @Nullable Preparation of(Turns turns, ClientOptions options) {
        return options.connectLimiter() == null
                        && options.beforeConnect() == null
                        && options.credentials() == null
                        && options.authenticator() == null
                ? null
                : new Preparation(turns, options);
    }

    /**
     * Hands what becomes of {@code attempt} to {@code ready}, or why it is not made to {@code failed}; in a turn, when its turn has
     * come among the clients of the process.
     *
     * @return disposing of it gives the attempt up
     */
    Disposable prepare(
            ConnectAttempt attempt, Consumer<? super Prepared> ready, Consumer<ConnectFailedException> failed) {
        Publisher<Prepared> question = Mono.defer(() -> Mono.from(changed(attempt)))
                .defaultIfEmpty(attempt)
                .flatMap(changed -> Mono.from(withCredentials(changed)))
                .flatMap(changed -> Mono.from(withAuthentication(changed)));
        Consumer<Throwable> refused = thrown -> failed.accept(failure(attempt, thrown));
        ConnectLimiter shared = limiter;
        long delayNanos = shared == null ? 0 : shared.takeTurn(turns.nowNanos());
        if (shared == null || delayNanos == 0) {
            return Asking.ask(turns, limit, question, ready, refused);
        }
        Disposable.Composite waiting = Disposables.composite();
        long turnNanos = turns.nowNanos() + delayNanos;
        boolean[] hasCome = {false};
        waiting.add(turns.schedule(
                () -> {
                    hasCome[0] = true;
                    waiting.add(Asking.ask(turns, limit, question, ready, refused));
                },
                delayNanos));
        waiting.add(() -> {
            if (!hasCome[0]) {
                shared.giveBack(turnNanos);
            }
        });
        return waiting;
    }

    /** Asks what a re-authentication of the connection of {@code before} says first; as {@link #prepare}. */
    Disposable prepareAgain(Prepared before, Consumer<? super Prepared> ready, Consumer<? super Throwable> failed) {
        return Asking.ask(turns, limit, withAuthentication(before), ready, failed);
    }

    private Publisher<ConnectAttempt> changed(ConnectAttempt attempt) {
        return beforeConnect == null ? Mono.just(attempt) : beforeConnect.prepare(attempt);
    }

    private Publisher<Prepared> withCredentials(ConnectAttempt attempt) {
        CredentialsProvider provider = credentials;
        return provider == null || !attempt.hasCredentials()
                ? Mono.just(Prepared.plain(attempt))
                : Mono.defer(() -> Mono.from(provider.credentials(attempt)))
                        .switchIfEmpty(Mono.error(() -> new NoSuchElementException("credentials(...) has none")))
                        .map(answer -> new Prepared(
                                attempt.withSettings(attempt.settings()
                                        .mutate()
                                        .credentials(answer)
                                        .build()),
                                answer.expiresAt(),
                                null,
                                null));
    }

    private Publisher<Prepared> withAuthentication(Prepared prepared) {
        Authenticator method = authenticator;
        if (method == null || !prepared.attempt().hasCredentials()) {
            return Mono.just(prepared);
        }
        return Mono.defer(() -> {
                    AuthenticationExchange exchange = LinkedSafely.call(() -> Objects.requireNonNull(
                            method.begin(prepared.attempt()), "Authenticator.begin(...) has returned null"));
                    return Mono.from(LinkedSafely.call(exchange::begin))
                            .map(data -> prepared.with(exchange, ExchangePart.sayable(data)))
                            .defaultIfEmpty(prepared.with(exchange, null));
                })
                .subscribeOn(Schedulers.boundedElastic()); // it may compute for long
    }

    private static ConnectFailedException failure(ConnectAttempt attempt, Throwable thrown) {
        return new ConnectFailedException(
                Phase.PREPARATION,
                ServerUri.shown(attempt.server()),
                "the attempt could not be prepared: " + thrown,
                thrown);
    }
}

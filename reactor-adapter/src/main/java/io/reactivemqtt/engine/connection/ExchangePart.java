package io.reactivemqtt.engine.connection;

import io.reactivemqtt.Payload;
import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.LinkedSafely;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.state.SessionGate;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.session.AuthenticationPart;
import java.net.URI;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** An {@link AuthenticationExchange} of the application's, as the session talks to it. Event loop only. */
final class ExchangePart implements AuthenticationPart {

    private static final int LONGEST_DATA = 65_535;
    private static final String FAILED = "the enhanced authentication failed: ";

    private final String method;
    private final AuthenticationExchange exchange;
    private final @Nullable Payload firstData;
    private final Turns turns;
    private final SessionGate gate;
    private final Duration limit;
    private final BooleanSupplier isPresent;
    private final Function<Throwable, MqttException> failure;

    /**
     * Talks to the exchange of {@code prepared}.
     *
     * @param isPresent whether the connection is still the present one
     * @param failure makes of what the exchange throws what people are told
     */
    ExchangePart(
            ClientOptions options,
            Prepared prepared,
            Turns turns,
            SessionGate gate,
            BooleanSupplier isPresent,
            Function<Throwable, MqttException> failure) {
        this.method = Objects.requireNonNull(options.authenticator()).method();
        this.exchange = Objects.requireNonNull(prepared.exchange());
        this.firstData = prepared.firstData();
        this.limit = options.connectTimeout();
        this.turns = turns;
        this.gate = gate;
        this.isPresent = isPresent;
        this.failure = failure;
    }

    /** Returns {@code data} if a packet can say it. */
    static Payload sayable(Payload data) {
        if (data.size() > LONGEST_DATA) {
            throw new IllegalArgumentException("the Authentication Data is longer than 65,535 bytes");
        }
        return data;
    }

    /** Says that the exchange before CONNACK has failed. */
    static MqttException failed(URI server, Throwable thrown) {
        return new ConnectFailedException(Phase.AUTHENTICATION, server, FAILED + thrown, thrown);
    }

    /** Says that the exchange on a connection has failed. */
    static MqttException lost(Throwable thrown) {
        return new ConnectionLostException(FAILED + thrown, null, thrown);
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public @Nullable Payload firstData() {
        return firstData;
    }

    @Override
    public void challenged(Payload data) {
        Asking.ask(
                turns,
                limit,
                Mono.defer(() -> Mono.from(LinkedSafely.call(() -> exchange.answer(data))))
                        .switchIfEmpty(Mono.error(() -> new NoSuchElementException("it has no answer")))
                        .map(ExchangePart::sayable)
                        .subscribeOn(Schedulers.boundedElastic()), // it may compute for long
                this::answered,
                this::failed);
    }

    private void answered(Payload answer) {
        if (isPresent.getAsBoolean()) {
            gate.enter(session -> session.authenticate(answer, turns.nowNanos()));
        }
    }

    private void failed(Throwable thrown) {
        if (isPresent.getAsBoolean()) {
            gate.enter(session -> session.onAuthenticationFailed(failure.apply(thrown), turns.nowNanos()));
        }
    }

    @Override
    public @Nullable MqttException succeeded(@Nullable Payload data) {
        try {
            exchange.succeeded(data);
            return null;
        } catch (Throwable thrown) { // by the application
            return failure.apply(thrown);
        }
    }
}

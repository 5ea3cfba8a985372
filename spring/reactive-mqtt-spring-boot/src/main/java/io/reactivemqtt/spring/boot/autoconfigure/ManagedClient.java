package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.autoconfigure.MqttClientProperties.Startup;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * A client from the start of the application to its end.
 *
 * @param settings those that it was made of; if the application has made it, those of all clients
 */
record ManagedClient(ClientSettings settings, ReactorMqttClient client) {

    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(2);
    private static final Log LOG = LogFactory.getLog(ManagedClient.class);

    /** Completes when the start of the application may go on; fails with a {@link StartFailedException}. */
    Mono<Void> start() {
        Startup startup = settings.properties().startup();
        if (startup == Startup.MANUAL) {
            return Mono.empty();
        }
        AtomicBoolean waitedFor = new AtomicBoolean(startup != Startup.BACKGROUND);
        Sinks.Empty<Void> firstFailed = Sinks.empty();
        Mono<?> connecting = attempts(startup, firstFailed).cache(); // it goes on, whoever waits
        connecting.subscribe(result -> {}, failure -> ended(failure, waitedFor.get()));
        return startup == Startup.BACKGROUND
                ? Mono.empty()
                : Mono.firstWithSignal(connecting, firstFailure(), firstFailed.asMono())
                        .then()
                        .doFinally(signal -> waitedFor.set(false))
                        .onErrorMap(MqttException.class, refused -> new StartFailedException(settings, refused));
    }

    /** A client that the application has made need not try its first attempt again by itself. */
    private Mono<?> attempts(Startup startup, Sinks.Empty<Void> firstFailed) {
        boolean tries =
                startup == Startup.REQUIRE || client.options().reconnect().isFirstRetried();
        return tries
                ? client.connect()
                : client.connect()
                        .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_DELAY)
                                .maxBackoff(LONGEST_DELAY)
                                .filter(failure -> failure instanceof MqttException known
                                        && known.isRetryable()
                                        && !(failure instanceof ClientClosedException))
                                .doBeforeRetry(failed -> {
                                    LOG.warn(this + " goes on trying: " + message(failed.failure()));
                                    firstFailed.tryEmitEmpty();
                                }));
    }

    /** Ends when the first attempt has failed, and the next one waits for its time; or where another process may have the Session. */
    private Mono<ClientState> firstFailure() {
        return client.states()
                .filter(state -> state.status() == Status.WAITING || state.status() == Status.STANDING_BY)
                .next()
                .doOnNext(state -> {
                    if (state.status() == Status.WAITING) {
                        LOG.warn(this + " goes on trying: " + message(state.cause()));
                    }
                });
    }

    private static String message(@Nullable Throwable cause) {
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    private void ended(Throwable failure, boolean isTold) {
        if (!isTold && !(failure instanceof ClientClosedException)) {
            LOG.error(this + " cannot connect, and does not try any more: " + failure.getMessage());
        }
    }

    /** Completes when nothing is on its way any more, or the time for that has passed. */
    Mono<Void> stop() {
        return client.disconnect(settings.properties().shutdown().drainTimeout())
                .doOnNext(report -> LOG.debug(this + " has left: " + report))
                .then();
    }

    @Override
    public String toString() {
        return "MQTT client \"" + settings.name() + "\"";
    }
}

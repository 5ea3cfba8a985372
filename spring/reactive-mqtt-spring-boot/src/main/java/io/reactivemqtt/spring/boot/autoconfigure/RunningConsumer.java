package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttConsumer;
import io.reactivemqtt.spring.boot.MqttConsumers.State;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import java.time.Duration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** A consumer at work: it is started again when it ends, and when it is told to stop, the handlers that are at work come to their ends. */
final class RunningConsumer {

    private static final Log LOG = LogFactory.getLog(RunningConsumer.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final Backoff PAUSES = Backoff.exponential(Duration.ofSeconds(1), LONGEST_PAUSE);

    private final String name;
    private final String clientName;
    private final ReactorMqttClient client;
    private final String filter;
    private final Mono<Void> work;
    private final HandlersAtWork handlers = new HandlersAtWork();
    private volatile Disposable subscription = Disposables.disposed();
    private volatile boolean running;
    private volatile long begunNanos;
    private volatile int endsInARow;
    private volatile @Nullable Throwable failure;

    /** Takes the names of the consumer and of its client. */
    RunningConsumer(
            String name, String clientName, MqttConsumer consumer, ReactorMqttClient client, PayloadCodecs codecs) {
        this.name = name;
        this.clientName = clientName;
        this.client = client;
        this.filter = consumer.filter();
        this.work = consumer.around(handlers::handle).on(client, codecs);
    }

    State state() {
        return new State(name, clientName, filter, running, failure);
    }

    void start() {
        handlers.open();
        subscription = work.doOnSubscribe(begun -> began())
                .doOnError(this::failed)
                .then(Mono.<Void>error(Ended::new))
                .retryWhen(Retry.from(ends -> ends.concatMap(end -> pause())))
                .subscribe(nothing -> {}, end -> LOG.error("MQTT consumer \"" + name + "\" is not started again", end));
    }

    private void began() {
        begunNanos = System.nanoTime();
        running = true;
    }

    private void failed(Throwable end) {
        failure = end;
        if (!(end instanceof ClientClosedException)) {
            LOG.error("MQTT consumer \"" + name + "\" has ended, and is started again", end);
        }
    }

    /** Completes when it is time to start again: after a pause that grows while it ends soon, and not while the client is told to be away. */
    private Mono<?> pause() {
        running = false;
        boolean lasted = System.nanoTime() - begunNanos > LONGEST_PAUSE.toNanos();
        int ends = lasted ? 1 : endsInARow + 1;
        endsInARow = ends;
        return Mono.delay(PAUSES.bound(ends))
                .then(client.states()
                        .filter(now -> now.status() != Status.CLOSED)
                        .next());
    }

    /** It has completed, as it does when the client is told to disconnect. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        Ended() {
            super("the client was disconnected", null, false, false);
        }
    }

    /** Takes no new message; completes when the handlers that are at work are done, and their messages acknowledged. */
    Mono<Void> stop() {
        return handlers.close().doFinally(signal -> {
            running = false;
            subscription.dispose();
        });
    }
}

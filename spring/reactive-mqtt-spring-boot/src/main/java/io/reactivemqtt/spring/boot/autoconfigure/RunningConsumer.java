package io.reactivemqtt.spring.boot.autoconfigure;

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
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final String name;
    private final String client;
    private final String filter;
    private final Mono<Void> work;
    private final HandlersAtWork handlers = new HandlersAtWork();
    private volatile Disposable subscription = Disposables.disposed();
    private volatile boolean running;
    private volatile @Nullable Throwable failure;

    /** Takes the names of the consumer and of its client. */
    RunningConsumer(
            String name, String clientName, MqttConsumer consumer, ReactorMqttClient client, PayloadCodecs codecs) {
        this.name = name;
        this.client = clientName;
        this.filter = consumer.filter();
        this.work = consumer.around(handlers::handle).on(client, codecs);
    }

    State state() {
        return new State(name, client, filter, running, failure);
    }

    void start() {
        handlers.open();
        subscription = work.doOnSubscribe(begun -> running = true)
                .doOnError(this::ended)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .filter(end -> !(end instanceof ClientClosedException)))
                .subscribe(nothing -> {}, end -> {});
    }

    private void ended(Throwable end) {
        running = false;
        failure = end;
        if (!(end instanceof ClientClosedException)) {
            LOG.error("MQTT consumer \"" + name + "\" has ended, and is started again", end);
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

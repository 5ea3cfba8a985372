package io.reactivemqtt.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * What Redis tells of Sessions that were opened or deleted, and of leases: over one connection, as long as somebody wants to know. What is told while there
 * is no connection is missed.
 */
final class Takeovers {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Flux<String> heard;

    /**
     * Listens to nothing yet.
     *
     * @param channel where whoever opens or deletes a Session says its tag, and the token of its new owner
     */
    Takeovers(Servers servers, String channel) {
        byte[] name = Keys.bytes(channel);
        this.heard = Flux.usingWhen(
                        servers.listen(),
                        connection -> listen(connection, name),
                        connection -> Mono.fromCompletionStage(connection::closeAsync))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .transientErrors(true))
                .publish()
                .refCount();
    }

    /** The driver subscribes again by itself after it has lost the connection. */
    private static Flux<String> listen(StatefulRedisPubSubConnection<byte[], byte[]> connection, byte[] channel) {
        return Flux.<String>create(
                        sink -> connection.addListener(new Ear(sink)), // first, so that none is missed
                        FluxSink.OverflowStrategy.BUFFER)
                .mergeWith(Mono.<String>defer(
                        () -> Mono.fromCompletionStage(connection.async().subscribe(channel))
                                .then(Mono.empty())));
    }

    private static final class Ear extends RedisPubSubAdapter<byte[], byte[]> {
        private final FluxSink<String> sink;

        Ear(FluxSink<String> sink) {
            this.sink = sink;
        }

        @Override
        public void message(byte[] channel, byte[] message) {
            sink.next(new String(message, UTF_8));
        }
    }

    /** Returns what is said on the channel when the lease of a Session is released; no Session has such a tag. */
    static String released(String tag) {
        return "released " + tag;
    }

    /** Emits a hint each time when it is heard that the lease of a Session was released; never ends. */
    Flux<String> releases(String tag) {
        return heard.filter(released(tag)::equals);
    }

    /** Emits a hint each time when another owner than that of {@code token} is heard of; never ends. */
    Flux<String> of(String tag, String token) {
        String mine = tag + " " + token;
        return heard.filter(told -> told.startsWith(tag + " ") && !told.equals(mine));
    }
}

package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection that all share, made when it is first used. One that is lost is closed, so that what was under way on it fails at once, and
 * the next who wants something makes another: nobody waits for a server to come back, and nothing is sent to it unasked.
 */
final class Connection {

    private final Mono<Link> link;
    private final Replication replication;

    Connection(Servers servers, Replication replication) {
        this.replication = replication;
        this.link = servers.connect()
                .doOnNext(made -> {
                    if (servers.isOne()) {
                        made.connection().addListener(new ClosedWhenLost());
                    }
                })
                .cacheInvalidateIf(made -> !made.connection().isOpen());
    }

    /** What is told of a connection; the driver would keep what is under way, and try for long to get through. */
    private static final class ClosedWhenLost implements RedisConnectionStateListener {
        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
            if (!lost.isClosed()) { // by the application
                CompletableFuture<Void> unused = lost.closeAsync(); // nobody needs to know when
            }
        }
    }

    /** Does {@code work}. Whoever cancels stops nothing: what has begun is done, or is not. */
    <T> Mono<T> once(Function<Link, Mono<T>> work) {
        Mono<T> inWords = link.flatMap(work).onErrorMap(Connection::inWords);
        return Mono.defer(inWords::cache); // a cache goes on without its subscriber
    }

    /** Does {@code work} as far as it is asked for. */
    <T> Flux<T> many(Function<Link, Flux<T>> work) {
        return once(Mono::just).flatMapMany(work).onErrorMap(Connection::inWords);
    }

    /** Runs a script that returns a number. */
    Mono<Long> run(Script script, byte[][] keys, byte[]... arguments) {
        return once(made -> made.run(script, keys, arguments));
    }

    /** Runs a script that changes something, and returns a number when as many replicas have the change as are to have it. */
    Mono<Long> write(Script script, byte[][] keys, byte[]... arguments) {
        return once(
                made -> made.<Long>run(script, keys, arguments).flatMap(number -> replication.awaited(made, number)));
    }

    private static Throwable inWords(Throwable failure) {
        return failure instanceof MqttException
                ? failure
                : new StoreException("Redis failed: " + failure.getMessage(), failure);
    }
}

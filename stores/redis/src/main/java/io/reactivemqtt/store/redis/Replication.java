package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import io.reactivemqtt.exception.StoreException;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * How many replicas are to have a change before anybody is told that it is done.
 *
 * @param replicas how many; 0: nobody asks
 * @param atMost for how long they are waited for
 */
record Replication(int replicas, Duration atMost) {

    static final Replication NONE = new Replication(0, Duration.ZERO);

    /**
     * Emits {@code result} when they have all that was written on this connection before. Redis waits, and with it whatever is sent on the
     * connection meanwhile; a replica that has all of it already is not asked again.
     */
    <T> Mono<T> awaited(Link link, T result) {
        return replicas == 0
                ? Mono.just(result)
                : link.<Long>command(this::wait).map(having -> {
                    if (having < replicas) {
                        throw new StoreException(
                                having + " of " + replicas + " replicas have it after " + atMost.toMillis()
                                        + " ms: what is written now a fail-over could lose",
                                null);
                    }
                    return result;
                });
    }

    private RedisFuture<Long> wait(BaseRedisAsyncCommands<byte[], byte[]> commands) {
        return commands.waitForReplication(replicas, atMost.toMillis());
    }
}

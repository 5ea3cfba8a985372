package io.reactivemqtt.reliability.nemesis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.r2dbc.pool.ConnectionPool;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import io.reactivemqtt.store.redis.RedisSessionStore;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Where an owner keeps the Session.
 *
 * @param store for its client
 * @param closing gives back what the store works with
 */
record SessionHome(SessionStore store, Mono<Void> closing) {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Returns that of an owner whose name is {@code name}. */
    static SessionHome of(PodOrder order, String name) {
        return order.redis().isEmpty() ? inDatabase(order.database(), name) : inRedis(order.redis(), name);
    }

    private static SessionHome inDatabase(String address, String name) {
        ConnectionPool pool = Databases.pool(address, name);
        return new SessionHome(R2dbcSessionStore.builder(pool).ownerName(name).build(), pool.disposeLater());
    }

    private static SessionHome inRedis(String address, String name) {
        RedisClient client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .socketOptions(SocketOptions.builder().connectTimeout(PATIENCE).build())
                .timeoutOptions(TimeoutOptions.enabled(PATIENCE.multipliedBy(2)))
                .build());
        SessionStore store = RedisSessionStore.builder(client, RedisURI.create(address, RedisPair.PORT))
                .ownerName(name)
                .replicas(1, PATIENCE)
                .build();
        return new SessionHome(store, Mono.fromCompletionStage(client::shutdownAsync));
    }
}

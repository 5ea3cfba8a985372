package io.reactivemqtt.store.redis;

import io.lettuce.core.RedisClient;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.store.SessionStoreContract;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

class RedisSessionStoreContractTest implements SessionStoreContract {

    private static @Nullable TestRedis started;

    /** Where a store is, and what connects it. */
    private record Place(String prefix, RedisClient client, LosesConnections losing) {}

    private final Map<SessionStore, Place> places = new ConcurrentHashMap<>();

    @BeforeAll
    static void start() {
        started = TestRedis.start();
    }

    @AfterAll
    static void end() throws IOException {
        if (started != null) {
            started.close();
        }
    }

    @AfterEach
    void shutDown() {
        places.values().forEach(place -> TestRedis.shutDown(place.client));
    }

    private static TestRedis redis() {
        return Objects.requireNonNull(started);
    }

    private SessionStore at(String prefix) {
        LosesConnections losing = new LosesConnections();
        RedisClient client = RedisClient.create(losing.in(TestRedis.RESOURCES));
        SessionStore store = RedisSessionStore.builder(client, redis().uri())
                .keyPrefix(prefix)
                .build();
        places.put(store, new Place(prefix, client, losing));
        return store;
    }

    private Place of(SessionStore store) {
        return Objects.requireNonNull(places.get(store));
    }

    @Override
    public SessionStore newStore() {
        return at(redis().newPrefix());
    }

    @Override
    public SessionStore reopen(SessionStore store) {
        Place place = of(store);
        TestRedis.shutDown(place.client);
        return at(place.prefix);
    }

    /** The process is gone with its connections, and what it had begun is done or not. */
    @Override
    public SessionStore crash(SessionStore store) {
        return at(of(store).prefix);
    }

    @Override
    public SessionStore another(SessionStore store) {
        return at(of(store).prefix);
    }

    @Override
    public boolean failNextAppend(SessionStore store) {
        of(store).losing.atTheNext(Script.APPEND.digest());
        return true;
    }

    @Override
    public boolean largeVolumes() {
        return Boolean.getBoolean("large.volumes");
    }
}

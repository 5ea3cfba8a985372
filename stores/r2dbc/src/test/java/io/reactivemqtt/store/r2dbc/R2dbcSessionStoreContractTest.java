package io.reactivemqtt.store.r2dbc;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.r2dbc.spi.Wrapped;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.store.SessionStoreContract;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

@Tag("once")
class R2dbcSessionStoreContractTest implements SessionStoreContract {

    private static @Nullable TestDatabase started;

    /** Where a store is, and the pool that it uses. */
    private record Place(String schema, ConnectionPool pool, FailingOnce failing) {}

    private final Map<SessionStore, Place> places = new ConcurrentHashMap<>();

    @BeforeAll
    static void start() {
        started = TestDatabase.start();
    }

    @AfterAll
    static void end() throws IOException {
        if (started != null) {
            started.close();
        }
    }

    @AfterEach
    void closePools() {
        places.values().forEach(place -> TestDatabase.dispose(place.pool));
    }

    private static TestDatabase database() {
        return Objects.requireNonNull(started);
    }

    private SessionStore at(String schema) {
        ConnectionPool pool = database().pool(schema);
        FailingOnce failing = new FailingOnce(pool);
        SessionStore store = R2dbcSessionStore.at(failing);
        places.put(store, new Place(schema, pool, failing));
        return store;
    }

    private Place of(SessionStore store) {
        return Objects.requireNonNull(places.get(store));
    }

    @Override
    public SessionStore newStore() {
        return at(database().newSchema());
    }

    @Override
    public SessionStore reopen(SessionStore store) {
        Place place = of(store);
        TestDatabase.dispose(place.pool);
        return at(place.schema);
    }

    /** The process is gone with its connections, and what it had begun is committed or not. */
    @Override
    public SessionStore crash(SessionStore store) {
        return at(of(store).schema);
    }

    @Override
    public SessionStore another(SessionStore store) {
        return at(of(store).schema);
    }

    @Override
    public boolean failNextAppend(SessionStore store) {
        of(store).failing.next.set(true);
        return true;
    }

    @Override
    public boolean largeVolumes() {
        return Boolean.getBoolean("large.volumes");
    }

    /** Connections of which one loses the database when it is to append. */
    private static final class FailingOnce implements ConnectionFactory, Wrapped<ConnectionFactory> {
        private final ConnectionFactory connections;
        private final AtomicBoolean next = new AtomicBoolean();

        FailingOnce(ConnectionFactory connections) {
            this.connections = connections;
        }

        @Override
        public Publisher<? extends Connection> create() {
            return Mono.from(connections.create()).map(this::failing);
        }

        private Connection failing(Connection connection) {
            return (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> {
                        boolean isAppend = method.getName().equals("createStatement")
                                && String.valueOf(arguments[0]).contains("mqtt_append");
                        if (isAppend && next.getAndSet(false)) {
                            throw new R2dbcTransientResourceException("the connection is lost");
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException failure) {
                            throw failure.getTargetException();
                        }
                    });
        }

        @Override
        public ConnectionFactory unwrap() {
            return connections;
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return connections.getMetadata();
        }
    }
}

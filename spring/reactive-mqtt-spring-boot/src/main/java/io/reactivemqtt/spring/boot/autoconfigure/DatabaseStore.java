package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store in the application's database, which all clients share that want it, and its leases; made when the first does. */
final class DatabaseStore implements AutoCloseable {

    /** A store, and what makes leases of it. */
    record Made(SessionStore store, Function<Duration, SessionLeases> leases) {}

    private final Supplier<Made> supplier;
    private final Map<Duration, SessionLeases> leases = new HashMap<>();
    private @Nullable Made made;

    DatabaseStore(Supplier<Made> supplier) {
        this.supplier = supplier;
    }

    /** Returns what says, when it is wanted, what is missing. */
    static DatabaseStore absent() {
        return new DatabaseStore(() -> {
            throw new IllegalArgumentException(
                    "session.store is r2dbc, which is in the artifact reactive-mqtt-store-r2dbc");
        });
    }

    SessionStore store() {
        return made().store();
    }

    /** Returns leases that last so long, which its clients share. */
    synchronized SessionLeases leases(Duration lease) {
        return leases.computeIfAbsent(lease, made().leases());
    }

    private synchronized Made made() {
        if (made == null) {
            made = supplier.get();
        }
        return made;
    }

    /** Closes the leases; their clients are disconnected by then. */
    @Override
    public synchronized void close() {
        leases.values().forEach(SessionLeases::close);
        leases.clear();
    }
}

package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.store.SessionStore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The store in the application's database, which all clients share that want it; made when the first does. */
final class DatabaseStore {

    private final Supplier<SessionStore> supplier;
    private @Nullable SessionStore made;

    DatabaseStore(Supplier<SessionStore> supplier) {
        this.supplier = supplier;
    }

    /** Returns what says, when it is wanted, what is missing. */
    static DatabaseStore absent() {
        return new DatabaseStore(() -> {
            throw new IllegalArgumentException(
                    "session.store is r2dbc, which is in the artifact reactive-mqtt-store-r2dbc");
        });
    }

    synchronized SessionStore store() {
        if (made == null) {
            made = supplier.get();
        }
        return made;
    }
}

// #contract
package io.reactivemqtt.samples.store;

import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.store.SessionStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class H2SessionStoreContractTest implements SessionStoreContract {

    @TempDir
    Path directory;

    private final Map<SessionStore, Path> places = new HashMap<>();

    private SessionStore at(Path place) {
        SessionStore store = new H2SessionStore(place);
        places.put(store, place);
        return store;
    }

    @Override
    public SessionStore newStore() {
        return at(directory.resolve("sessions" + places.size())); // an empty one each time
    }

    @Override
    public SessionStore reopen(SessionStore store) { // as after a restart of the process
        ((H2SessionStore) store).close();
        return at(places.get(store));
    }

    @Override
    public SessionStore crash(SessionStore store) { // what a killed process leaves: the file as it is now
        Path copy = directory.resolve("sessions" + places.size());
        try {
            Files.copy(Path.of(places.get(store) + ".mv.db"), Path.of(copy + ".mv.db"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return at(copy);
    }

    @Override
    public boolean largeVolumes() {
        return Boolean.getBoolean("large.volumes");
    }
}
// #end

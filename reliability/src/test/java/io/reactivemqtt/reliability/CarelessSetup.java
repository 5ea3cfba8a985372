package io.reactivemqtt.reliability;

import io.reactivemqtt.store.SessionStore;
import java.nio.file.Path;

/** The store is good; the application acknowledges what it has not done yet. */
final class CarelessSetup implements ChildSetup {

    CarelessSetup() {}

    @Override
    public SessionStore store(Path directory) {
        return new SqliteSetup().store(directory);
    }

    @Override
    public boolean acknowledgesBeforeTheEffect() {
        return true;
    }
}

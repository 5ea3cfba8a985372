package io.reactivemqtt.reliability;

import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionStore;
import java.nio.file.Path;

/** Nothing survives the process. */
final class ForgetfulSetup implements ChildSetup {

    ForgetfulSetup() {}

    @Override
    public SessionStore store(Path directory) {
        return new InMemorySessionStore();
    }

    @Override
    public boolean cleanStart() {
        return true; // a Session that the Server has kept and the client has not is refused
    }
}

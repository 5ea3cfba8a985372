package io.reactivemqtt.reliability;

import io.reactivemqtt.store.SessionStore;
import java.nio.file.Path;

/** What a killed process works with. Made by its class name in that process, so it needs a constructor without parameters. */
interface ChildSetup {

    /** Opens the store, for all clients of the process, in a directory that all processes share. */
    SessionStore store(Path directory);

    /** Tells whether each process throws the Session of the one before away. */
    default boolean cleanStart() {
        return false;
    }

    /** Tells whether a received message is acknowledged before its effect is on the disk. */
    default boolean acknowledgesBeforeTheEffect() {
        return false;
    }
}

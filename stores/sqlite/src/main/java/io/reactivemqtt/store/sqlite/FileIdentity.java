package io.reactivemqtt.store.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Which file lies at a path: what is written into a file that was deleted, replaced or moved away is lost, and the operating
 * system says nothing of it. A file system without identities tells only whether there is a file.
 */
record FileIdentity(Path path, @Nullable Object key) {

    static FileIdentity of(Path path) throws IOException {
        return new FileIdentity(
                path, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
    }

    /** Tells whether the same file is still there. */
    boolean isStillThere() {
        try {
            return equals(of(path));
        } catch (IOException gone) {
            return false;
        }
    }
}

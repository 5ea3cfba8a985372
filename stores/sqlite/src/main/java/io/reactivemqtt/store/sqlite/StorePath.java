package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.exception.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the file lies, and those that SQLite keeps beside it. */
final class StorePath {

    private final Path path;

    StorePath(Path path) {
        this.path = path.toAbsolutePath();
    }

    Path path() {
        return path;
    }

    /** Returns the file that SQLite keeps beside the database: where that really lies, if {@link #path} is a link. */
    Path beside(String suffix) {
        try {
            return Path.of(path.toRealPath() + suffix);
        } catch (IOException failure) {
            throw refused("cannot be read: " + failure, failure);
        }
    }

    long size() {
        try {
            return Files.size(path);
        } catch (IOException failure) {
            throw refused("cannot be read: " + failure, failure);
        }
    }

    /** Any path, whatever characters it has. */
    String uri() {
        return "file:" + path.toUri().getRawPath();
    }

    /** Says why the store cannot be used, and what can be done. */
    StoreException refused(String problem, @Nullable Throwable cause) {
        return new StoreException("the session store " + path + " " + problem, cause);
    }

    /** Returns the absolute path. */
    @Override
    public String toString() {
        return path.toString();
    }
}

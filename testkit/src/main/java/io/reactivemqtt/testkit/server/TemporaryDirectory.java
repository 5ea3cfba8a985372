package io.reactivemqtt.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories of Servers and of programs that try something, gone with them. */
public final class TemporaryDirectory {

    private TemporaryDirectory() {}

    /** Makes an empty one whose name begins with {@code prefix}, and deletes it when the JVM ends. */
    public static Path create(String prefix) {
        try {
            Path directory = Files.createTempDirectory(prefix);
            Thread atLast =
                    new Thread(() -> delete(directory), "temporary-directory"); // a Server may outlive its close()
            Runtime.getRuntime().addShutdownHook(atLast);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes {@code directory} with all that is in it, as far as that works: a Server may still write while it ends. */
    public static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            return; // tried again when the JVM ends
        }
    }
}

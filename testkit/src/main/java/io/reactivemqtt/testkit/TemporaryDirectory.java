package io.reactivemqtt.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories of Servers, gone with them. */
final class TemporaryDirectory {

    private TemporaryDirectory() {}

    static Path create() {
        try {
            Path directory = Files.createTempDirectory("mqtt-server-");
            Thread atLast =
                    new Thread(() -> delete(directory), "mqtt-server-directory"); // a Server may outlive its close()
            Runtime.getRuntime().addShutdownHook(atLast);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes {@code directory} with all that is in it, as far as that works: a Server may still write while it ends. */
    static void delete(Path directory) {
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

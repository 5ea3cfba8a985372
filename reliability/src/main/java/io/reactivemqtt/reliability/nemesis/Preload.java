package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Small libraries in C, compiled where they are needed, that come between a program and the system. */
enum Preload {
    /** Waits in {@code fsync} and {@code fdatasync} while a file says so. */
    SLOW_DISK("slow-disk", "NEMESIS_STALL"),
    /** Has the wall clock be wrong by what stands in a file. */
    WRONG_CLOCK("wrong-clock", "NEMESIS_CLOCK");

    private final String name;
    private final String variable;

    Preload(String name, String variable) {
        this.name = name;
        this.variable = variable;
    }

    /** Compiles it, and returns the library. */
    Path compile(Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve(name + ".c");
        Path library = directory.resolve(name + ".so");
        try (InputStream words = Objects.requireNonNull(Preload.class.getResourceAsStream(name + ".c"))) {
            Files.copy(words, source);
        }
        Programs.run(List.of("gcc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString(), "-ldl"));
        return library;
    }

    /**
     * Returns the environment of a program that is to have it.
     *
     * @param file that says how much
     */
    Map<String, String> environment(Path library, Path file) {
        return Map.of("LD_PRELOAD", library.toString(), variable, file.toString());
    }
}

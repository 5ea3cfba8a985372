package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a process and writes down, in order, what it does to the files of a directory: a library in C, which comes between the process
 * and the system, and is compiled here.
 */
final class Recorder {

    private static final String COMPILER = "gcc";
    private static final long PATIENCE_SECONDS = 120;

    private final Path library;
    private final Path directory = TemporaryDirectory.create("power-cut-recorder-");

    Recorder() throws IOException, InterruptedException {
        Path source = directory.resolve("recorder.c");
        this.library = directory.resolve("recorder.so");
        try (InputStream words = Objects.requireNonNull(Recorder.class.getResourceAsStream("recorder.c"))) {
            Files.copy(words, source);
        }
        run(List.of(COMPILER, "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString()), Map.of());
    }

    /** Tells whether what it needs is here: Linux, a compiler for C, and what the library is compiled with. */
    static boolean canRun() {
        return System.getProperty("os.name").equals("Linux")
                && Files.exists(Path.of("/usr/include/stdio.h"))
                && Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, COMPILER)));
    }

    /** Does in another JVM what {@code order} says, and returns what that did to the files of its directory. */
    List<Operation> record(LifeOrder order) throws IOException, InterruptedException {
        Path record = Files.createTempFile(directory, "record-", "");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-classpath",
                System.getProperty("java.class.path"),
                Life.class.getName()));
        command.addAll(order.toArguments());
        run(
                command,
                Map.of(
                        "LD_PRELOAD", library.toString(),
                        "POWER_CUT_DIRECTORY", order.directory().toString(),
                        "POWER_CUT_RECORD", record.toString()));
        List<Operation> operations = Operation.read(record);
        Files.delete(record);
        return operations;
    }

    private void run(List<String> command, Map<String, String> environment) throws IOException, InterruptedException {
        Path words = Files.createTempFile(directory, "words-", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(words.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        String said = Files.readString(words, StandardCharsets.UTF_8);
        Files.delete(words);
        if (!ended || process.exitValue() != 0) {
            throw new IOException(command.get(0) + (ended ? " failed: " : " does not end: ") + said);
        }
    }
}

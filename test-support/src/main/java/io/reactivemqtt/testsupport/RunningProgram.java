package io.reactivemqtt.testsupport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program that serves a test, with a directory of its own: it can be killed and started again, and leaves nothing behind. */
final class RunningProgram {

    private static final int TRIES = 600;
    private static final long PATIENCE_SECONDS = 60;

    /** Ends the program in its arguments with its own input, so with this process, however that ends. */
    private static final String ENDS_WITH_US =
            "exec 3<&0; \"$@\" </dev/null & program=$!; (cat <&3 >/dev/null; kill -%s $program) & wait $program";

    private final String name;
    private final Path directory;
    private @Nullable Process process;

    /** Tells whether it serves by now. */
    interface Readiness {
        boolean isReady() throws IOException;
    }

    RunningProgram(String name, Path directory) {
        this.name = name;
        this.directory = directory;
    }

    /** Returns what stands before a command that ends, by {@code signal}, with this process. */
    static List<String> endingWithUs(String signal) {
        return List.of("sh", "-c", ENDS_WITH_US.formatted(signal), "sh");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits for the end of another one, and returns its exit status. */
    static int waitFor(Process other) throws IOException {
        try {
            if (other.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return other.exitValue();
            }
            throw new IOException(other.info() + " does not end");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** Starts it over what is there, and waits until it is ready; nothing happens if it runs. */
    void start(List<String> command, Duration betweenLooks, Readiness readiness) throws IOException {
        if (process != null && process.isAlive()) {
            return;
        }
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .directory(directory.toFile())
                .start();
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            if (readiness.isReady()) {
                return;
            }
            pause(betweenLooks);
        }
        throw new IOException(name + " does not start: " + log());
    }

    private static void pause(Duration length) throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(length.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** Returns what it has said. */
    String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    /** Returns the processes of its first one. */
    Stream<ProcessHandle> children() {
        return Objects.requireNonNull(process).children();
    }

    /** Ends it by the signal that {@link #endingWithUs} has. */
    void stop() throws IOException {
        Process running = process;
        if (running != null) {
            running.getOutputStream().close();
            waitFor(running);
        }
    }

    /** Ends all of its processes with no chance to write anything down. */
    void kill() {
        Process running = process;
        if (running != null) {
            List<ProcessHandle> all = Stream.concat(running.descendants(), Stream.of(running.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle each : all) { // else the next one finds what this one holds in use
                each.onExit()
                        .completeOnTimeout(each, PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
            }
            process = null;
        }
    }

    /** Kills it, and deletes its directory. */
    void delete() throws IOException {
        kill();
        try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Has {@code close} done with the JVM, and the program killed at least. */
    void closesWithTheJvm(AutoCloseable close) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                close.close();
            } catch (Exception stays) {
                kill();
            }
        }));
    }
}

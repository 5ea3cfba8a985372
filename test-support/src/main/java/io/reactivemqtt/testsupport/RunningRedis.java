package io.reactivemqtt.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Redis of Debian's package, with data of its own, on the loopback interface; it asks nobody for a password. */
public final class RunningRedis implements AutoCloseable {

    /** What makes Redis keep all that it has answered for: its files are on the disk before it answers. */
    public static final List<String> DURABLE = List.of("--appendonly", "yes", "--appendfsync", "always");

    /** What makes it a node of a Cluster, once it is told of the others. */
    public static final List<String> CLUSTERED = List.of("--cluster-enabled", "yes");

    private static final int TRIES = 600;
    private static final long PATIENCE_SECONDS = 60;

    /** Ends the program in its arguments with its own input, so with this process, however that ends. */
    private static final String ENDS_WITH_US =
            "exec 3<&0; \"$@\" </dev/null & program=$!; (cat <&3 >/dev/null; kill -KILL $program) & wait $program";

    private final Path directory;
    private final int port;
    private final int portForNodes;
    private final List<String> options;
    private @Nullable Process process;

    private RunningRedis(Path directory, int port, int portForNodes, List<String> options) {
        this.directory = directory;
        this.port = port;
        this.portForNodes = portForNodes;
        this.options = options;
        Runtime.getRuntime().addShutdownHook(new Thread(this::endWithTheJvm));
    }

    /**
     * Starts one, if {@code redis-server} and {@code redis-cli} are there.
     *
     * @param options as the command line has them, such as {@link #DURABLE}; without any, nothing is written to a disk
     */
    public static Optional<RunningRedis> start(List<String> options) {
        if (!isInstalled("redis-server") || !isInstalled("redis-cli")) {
            return Optional.empty();
        }
        try {
            RunningRedis server =
                    new RunningRedis(Files.createTempDirectory("redis-"), freePort(), freePort(), List.copyOf(options));
            server.startAgain();
            return Optional.of(server);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Starts it, on its port, over what is there; nothing happens if it runs. */
    public void startAgain() throws IOException {
        if (process != null && process.isAlive()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("sh", "-c", ENDS_WITH_US, "sh", "redis-server"));
        command.addAll(
                List.of("--bind", "127.0.0.1", "--port", "" + port, "--dir", directory.toString(), "--save", ""));
        command.addAll(List.of("--cluster-port", "" + portForNodes, "--repl-diskless-sync-delay", "0"));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .directory(directory.toFile())
                .start();
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            if (said("ping").equals("PONG")) {
                return;
            }
            pause();
        }
        throw new IOException("Redis does not start: " + Files.readString(directory.resolve("log")));
    }

    /** Returns what it answers to a command, without the last end of line; or why it does not. */
    public String said(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", "" + port));
        all.addAll(List.of(command));
        Process client = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        waitFor(client);
        return said.strip();
    }

    /** Sends it a signal, by its name, such as STOP and CONT. */
    public void signal(String name) throws IOException {
        for (ProcessHandle each : programs().toList()) {
            waitFor(new ProcessBuilder("kill", "-" + name, "" + each.pid()).start());
        }
    }

    private Stream<ProcessHandle> programs() {
        return Objects.requireNonNull(process)
                .children()
                .filter(child -> child.info().command().orElse("").contains("redis"));
    }

    private static void waitFor(Process process) throws IOException {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(process.info() + " does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** Ends it with no chance to write anything down. */
    public void kill() {
        Process running = process;
        if (running != null) {
            List<ProcessHandle> all = Stream.concat(running.descendants(), Stream.of(running.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle each : all) {
                each.onExit()
                        .completeOnTimeout(each, PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
            }
            process = null;
        }
    }

    /** Returns where it listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Ends it, and deletes its data. */
    @Override
    public void close() throws IOException {
        kill();
        try (Stream<Path> files = Files.exists(directory) ? Files.walk(directory) : Stream.empty()) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void endWithTheJvm() {
        try {
            close();
        } catch (IOException stays) {
            kill();
        }
    }
}

package io.reactivemqtt.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A Redis of Debian's package, with data of its own, on the loopback interface; it asks nobody for a password. */
public final class RunningRedis implements AutoCloseable {

    /** What makes Redis keep all that it has answered for: its files are on the disk before it answers. */
    public static final List<String> DURABLE = List.of("--appendonly", "yes", "--appendfsync", "always");

    /** What makes it a node of a Cluster, once it is told of the others. */
    public static final List<String> CLUSTERED = List.of("--cluster-enabled", "yes");

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final RunningProgram program;
    private final Path directory;
    private final int port;
    private final int portForNodes;
    private final List<String> options;

    private RunningRedis(Path directory, int port, int portForNodes, List<String> options) {
        this.directory = directory;
        this.port = port;
        this.portForNodes = portForNodes;
        this.options = options;
        this.program = new RunningProgram("Redis", directory);
        program.closesWithTheJvm(this);
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
            RunningRedis server = new RunningRedis(
                    Files.createTempDirectory("redis-"),
                    RunningProgram.freePort(),
                    RunningProgram.freePort(),
                    List.copyOf(options));
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

    /** Starts it, on its port, over what is there; nothing happens if it runs. */
    public void startAgain() throws IOException {
        List<String> command = new ArrayList<>(RunningProgram.endingWithUs("KILL"));
        command.add("redis-server");
        command.addAll(
                List.of("--bind", "127.0.0.1", "--port", "" + port, "--dir", directory.toString(), "--save", ""));
        command.addAll(List.of("--cluster-port", "" + portForNodes, "--repl-diskless-sync-delay", "0"));
        command.addAll(options);
        program.start(command, BETWEEN_LOOKS, () -> said("ping").equals("PONG"));
    }

    /** Returns what it answers to a command, without the last end of line; or why it does not. */
    public String said(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", "" + port));
        all.addAll(List.of(command));
        Process client = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        RunningProgram.waitFor(client);
        return said.strip();
    }

    /** Sends it a signal, by its name, such as STOP and CONT. */
    public void signal(String name) throws IOException {
        for (ProcessHandle each : programs().toList()) {
            RunningProgram.waitFor(new ProcessBuilder("kill", "-" + name, "" + each.pid()).start());
        }
    }

    private Stream<ProcessHandle> programs() {
        return program.children()
                .filter(child -> child.info().command().orElse("").contains("redis"));
    }

    /** Ends it with no chance to write anything down. */
    public void kill() {
        program.kill();
    }

    /** Returns where it listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Ends it, and deletes its data. */
    @Override
    public void close() throws IOException {
        program.delete();
    }
}

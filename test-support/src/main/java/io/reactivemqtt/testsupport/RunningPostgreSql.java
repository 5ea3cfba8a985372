package io.reactivemqtt.testsupport;

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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of Debian's package, with data of its own, on the loopback interface; it trusts whoever connects. Root cannot run it, so
 * for root the user {@code postgres} does.
 */
public final class RunningPostgreSql implements AutoCloseable {

    /** The superuser, and the name of the database. */
    public static final String USER = "postgres";

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
    private static final int TRIES = 600;
    private static final long PATIENCE_SECONDS = 60;

    /** Ends the program in its arguments with its own input, so with this process, however that ends. */
    private static final String ENDS_WITH_US =
            "exec 3<&0; \"$@\" </dev/null & program=$!; (cat <&3 >/dev/null; kill -QUIT $program) & wait $program";

    private final Path programs;
    private final Path directory;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

    private RunningPostgreSql(Path programs, Path directory, int port, List<String> options) {
        this.programs = programs;
        this.directory = directory;
        this.port = port;
        this.options = options;
        Runtime.getRuntime().addShutdownHook(new Thread(this::endWithTheJvm));
    }

    /**
     * Starts one, if the package is there.
     *
     * @param options such as {@code synchronous_commit=on}
     */
    public static Optional<RunningPostgreSql> start(String... options) {
        return programs().map(programs -> {
            try {
                Path directory = Files.createTempDirectory("postgresql-");
                if (isRoot()) {
                    run(List.of("chown", USER, directory.toString()));
                }
                RunningPostgreSql server =
                        new RunningPostgreSql(programs, directory, freePort(), List.copyOf(Arrays.asList(options)));
                server.initialize();
                server.startAgain();
                return server;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    /** Returns where its programs are, of the newest version, if the package is there. */
    public static Optional<Path> programs() {
        if (!Files.isDirectory(PACKAGES)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(PACKAGES)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(programs -> Files.isExecutable(programs.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Returns the command of a program, by the user who may run it. */
    private List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
        }
        if (program.equals("postgres")) {
            command.addAll(List.of("sh", "-c", ENDS_WITH_US, "sh"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(arguments);
        return command;
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (waitFor(process) != 0) {
            throw new IOException(command + " failed: " + said);
        }
    }

    private static int waitFor(Process process) throws IOException {
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new IOException(process.info() + " does not end");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    private void initialize() throws IOException {
        run(command(
                "initdb",
                List.of(
                        "--pgdata=" + directory.resolve("data"),
                        "--username=" + USER,
                        "--auth=trust",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync")));
    }

    /** Starts it, on its port, over what is there; nothing happens if it runs. */
    public void startAgain() throws IOException {
        if (process != null && process.isAlive()) {
            return;
        }
        List<String> arguments = new ArrayList<>(List.of(
                "-D",
                directory.resolve("data").toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "port=" + port,
                "-c",
                "unix_socket_directories=",
                "-c",
                "dynamic_shared_memory_type=mmap")); // else what a killed one leaves lies in /dev/shm
        options.forEach(option -> arguments.addAll(List.of("-c", option)));
        process = new ProcessBuilder(command("postgres", arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .directory(directory.toFile())
                .start();
        for (int i = 0; i < TRIES && process.isAlive(); i++) {
            if (isReady()) {
                return;
            }
            pause();
        }
        throw new IOException("PostgreSQL does not start: " + Files.readString(directory.resolve("log")));
    }

    private boolean isReady() throws IOException {
        Process ready = new ProcessBuilder(
                        command("pg_isready", List.of("-q", "-t", "1", "-h", "127.0.0.1", "-p", "" + port)))
                .start();
        return waitFor(ready) == 0;
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** Ends all of its processes with no chance to write anything down. */
    public void kill() {
        Process running = process;
        if (running != null) {
            List<ProcessHandle> all = Stream.concat(running.descendants(), Stream.of(running.toHandle()))
                    .toList();
            all.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle each : all) { // else the next one finds the memory of this one in use
                each.onExit()
                        .completeOnTimeout(each, PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join();
            }
            process = null;
        }
    }

    /** Ends it at once, but so that it gives back the memory that its processes share. */
    private void stop() throws IOException {
        Process running = process;
        if (running != null) {
            running.getOutputStream().close();
            waitFor(running);
        }
    }

    /** Returns where it listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Returns what it has said. */
    public String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    /** Ends it, and deletes its data. */
    @Override
    public void close() throws IOException {
        stop();
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

package io.reactivemqtt.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL of Debian's package, with data of its own, on the loopback interface; it trusts whoever connects. Root cannot run it, so
 * for root the user {@code postgres} does.
 */
public final class RunningPostgreSql implements AutoCloseable {

    /** The superuser, and the name of the database. */
    public static final String USER = "postgres";

    private static final Path PACKAGES = Path.of("/usr/lib/postgresql");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final RunningProgram program;
    private final Path programs;
    private final Path directory;
    private final int port;
    private final List<String> options;

    private RunningPostgreSql(Path programs, Path directory, int port, List<String> options) {
        this.programs = programs;
        this.directory = directory;
        this.port = port;
        this.options = options;
        this.program = new RunningProgram("PostgreSQL", directory);
        program.closesWithTheJvm(this);
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
                RunningPostgreSql server = new RunningPostgreSql(
                        programs, directory, RunningProgram.freePort(), List.copyOf(Arrays.asList(options)));
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

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Returns the command of a program, by the user who may run it. */
    private List<String> command(String name, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
        }
        if (name.equals("postgres")) {
            command.addAll(
                    RunningProgram.endingWithUs("QUIT")); // so that it gives back the memory that its processes share
        }
        command.add(programs.resolve(name).toString());
        command.addAll(arguments);
        return command;
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (RunningProgram.waitFor(process) != 0) {
            throw new IOException(command + " failed: " + said);
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
        program.start(command("postgres", arguments), BETWEEN_LOOKS, this::isReady);
    }

    private boolean isReady() throws IOException {
        Process ready = new ProcessBuilder(
                        command("pg_isready", List.of("-q", "-t", "1", "-h", "127.0.0.1", "-p", "" + port)))
                .start();
        return RunningProgram.waitFor(ready) == 0;
    }

    /** Ends all of its processes with no chance to write anything down. */
    public void kill() {
        program.kill();
    }

    /** Returns where it listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** Returns what it has said. */
    public String log() throws IOException {
        return program.log();
    }

    /** Ends it, and deletes its data. */
    @Override
    public void close() throws IOException {
        program.stop();
        program.delete();
    }
}

package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL on a machine of the network; it trusts whoever connects. */
final class Postgres implements AutoCloseable {

    private static final int TRIES = 600;
    private static final int PAUSE_MILLIS = 50;

    private final Network network;
    private final String machine;
    private final Path programs;
    private final Path directory;
    private final Map<String, String> environment;
    private final List<String> options;
    private @Nullable Process process;

    /**
     * Has no data yet.
     *
     * @param directory where its data and its log go; belongs to the user who runs it
     * @param environment of its processes
     * @param options such as {@code fsync=on}
     */
    Postgres(Network network, String machine, Path directory, Map<String, String> environment, List<String> options) {
        this.network = network;
        this.machine = machine;
        this.programs = RunningPostgreSql.programs().orElseThrow();
        this.directory = directory;
        this.environment = environment;
        this.options = options;
    }

    String machine() {
        return machine;
    }

    /** Makes new data. Small segments of the log: new ones are needed, and so room on the disk, all the time. */
    void initialize() throws IOException, InterruptedException {
        run(List.of(
                "initdb",
                "--pgdata=" + data(),
                "--username=" + RunningPostgreSql.USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--wal-segsize=1"));
        Files.writeString(data().resolve("pg_hba.conf"), "host all all all trust\nhost replication all all trust\n");
    }

    /** Takes a copy of the data of another one, as a standby that follows it. */
    void follow(String primary) throws IOException, InterruptedException {
        Programs.run(List.of("rm", "-rf", data().toString()));
        run(List.of(
                "pg_basebackup",
                "--pgdata=" + data(),
                "--dbname=host=" + primary + " port=" + Databases.PORT + " user=" + RunningPostgreSql.USER,
                "--write-recovery-conf",
                "--wal-method=stream",
                "--checkpoint=fast",
                "--no-sync"));
    }

    private Path data() {
        return directory.resolve("data");
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Programs.run(network.on(machine, asItsUser(command)));
    }

    private List<String> asItsUser(List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                "setpriv", "--reuid=" + RunningPostgreSql.USER, "--regid=" + RunningPostgreSql.USER, "--clear-groups"));
        if (!environment.isEmpty() && command.get(0).equals("postgres")) {
            all.add("env"); // for it alone, not for the program that changes the user
            environment.forEach((name, value) -> all.add(name + "=" + value));
        }
        all.add(programs.resolve(command.get(0)).toString());
        all.addAll(command.subList(1, command.size()));
        return all;
    }

    /** Starts it over what is there; nothing happens if it runs. */
    void start() throws IOException, InterruptedException {
        if (process != null && process.isAlive()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(
                "postgres",
                "-D",
                data().toString(),
                "-c",
                "listen_addresses=*",
                "-c",
                "port=" + Databases.PORT,
                "-c",
                "unix_socket_directories=",
                "-c",
                "restart_after_crash=on",
                "-c",
                "dynamic_shared_memory_type=mmap")); // else what a killed one leaves lies in /dev/shm
        options.forEach(option -> command.addAll(List.of("-c", option)));
        Files.deleteIfExists(data().resolve("postmaster.pid")); // the number in it may be another's by now
        process = new ProcessBuilder(network.on(machine, asItsUser(command)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** Waits until it takes connections. */
    void awaitReady() throws IOException, InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            if (isReady()) {
                return;
            }
            if (!isRunning()) {
                throw new IOException("PostgreSQL does not start: see " + log());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new IOException("PostgreSQL takes no connections: see " + log());
    }

    private boolean isReady() throws IOException, InterruptedException {
        List<String> command = List.of("pg_isready", "-q", "-t", "1", "-h", "127.0.0.1", "-p", "" + Databases.PORT);
        return new ProcessBuilder(network.on(machine, asItsUser(command)))
                        .start()
                        .waitFor()
                == 0;
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Makes a standby the primary. */
    void promote() throws IOException, InterruptedException {
        run(List.of("pg_ctl", "promote", "-D", data().toString(), "--wait"));
    }

    /** Ends all of its processes with no chance to write anything down. */
    void kill() {
        Process running = process;
        if (running != null) {
            Programs.kill(running);
            process = null;
        }
    }

    Path log() {
        return directory.resolveSibling(machine + ".log");
    }

    @Override
    public void close() {
        kill();
    }
}

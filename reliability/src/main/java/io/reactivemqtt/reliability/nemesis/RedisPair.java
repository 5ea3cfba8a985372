package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A Redis and its replica, under an address that is always that of the primary. Neither writes files: what one of them had is nowhere else
 * when it is killed.
 */
final class RedisPair implements FailOver.Pair, AutoCloseable {

    static final int PORT = 6379;

    private static final int ADDRESS = 4;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int PAUSE_MILLIS = 10;

    private final Network network;
    private final Path directory;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private String primary = "redis-1";
    private String replica = "redis-2";

    private RedisPair(Network network, Path directory) {
        this.network = network;
        this.directory = directory;
    }

    static RedisPair start(Network network, Path directory) throws IOException, InterruptedException {
        RedisPair pair = new RedisPair(network, directory);
        network.add(pair.primary, 31);
        network.add(pair.replica, 32);
        network.give(ADDRESS, pair.primary);
        pair.run(pair.primary);
        pair.await(pair.primary, "PONG", "ping");
        pair.rebuildStandby();
        return pair;
    }

    String address() {
        return network.address(ADDRESS);
    }

    private void run(String machine, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                "" + PORT,
                "--bind",
                "0.0.0.0",
                "--protected-mode",
                "no",
                "--save",
                "",
                "--repl-diskless-sync-delay",
                "0",
                "--dir",
                directory.toString(),
                "--dbfilename",
                machine + ".rdb"));
        command.addAll(List.of(options));
        processes.put(
                machine,
                new ProcessBuilder(network.on(machine, command))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                directory.resolve(machine + ".log").toFile()))
                        .start());
    }

    /** Waits until a command is answered by something with these words. */
    private void await(String machine, String words, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("redis-cli", "-p", "" + PORT));
        all.addAll(List.of(command));
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!said(network.on(machine, all)).contains(words)) {
            if (System.nanoTime() > end) {
                throw new IOException("Redis is not as it should be: see " + directory.resolve(machine + ".log"));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private static String said(List<String> command) throws InterruptedException {
        try {
            return Programs.run(command, "");
        } catch (IOException notYet) {
            return "";
        }
    }

    @Override
    public void killPrimary() {
        Process killed = processes.remove(primary);
        if (killed != null) {
            Programs.kill(killed);
        }
    }

    @Override
    public void failOver() throws IOException, InterruptedException {
        await(replica, "OK", "replicaof", "no", "one");
        network.move(ADDRESS, primary, replica);
        String gone = primary;
        primary = replica;
        replica = gone;
    }

    /** Starts it anew, and waits until it has all. */
    @Override
    public void rebuildStandby() throws IOException, InterruptedException {
        Files.deleteIfExists(directory.resolve(replica + ".rdb"));
        run(replica, "--replicaof", network.address(primary), "" + PORT);
        await(replica, "master_link_status:up", "info", "replication");
    }

    @Override
    public void close() {
        processes.values().forEach(Programs::kill);
    }
}

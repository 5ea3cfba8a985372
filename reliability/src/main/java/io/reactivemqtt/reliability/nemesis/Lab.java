package io.reactivemqtt.reliability.nemesis;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All that a cell is tried with: a network, a database, a Server, three pods, and who watches from outside. */
final class Lab implements AutoCloseable {

    private static final String SERVER = "server";
    private static final int MESSAGES_OF_PROGRESS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(90);
    private static final int POLL_MILLIS = 10;

    final Network network;
    final Cluster cluster;
    private final @Nullable RedisPair redis;
    final Mosquitto server;
    final Pods pods;
    final Outside outside;
    private final Watch watch;

    private Lab(
            Network network,
            Cluster cluster,
            @Nullable RedisPair redis,
            Mosquitto server,
            Pods pods,
            Outside outside,
            Watch watch) {
        this.network = network;
        this.cluster = cluster;
        this.redis = redis;
        this.server = server;
        this.pods = pods;
        this.outside = outside;
        this.watch = watch;
    }

    /**
     * Starts all of it.
     *
     * @param prefix of the names of namespaces
     * @param number tells labs of one run apart
     * @param directory empty, for all that is left of it
     */
    static Lab start(String prefix, int number, Extra extra, Handling handling, Path directory)
            throws IOException, InterruptedException {
        Network network = new Network(prefix, number);
        network.add(SERVER, 3);
        int host = 11;
        for (String machine : Pods.MACHINES) {
            network.add(machine, host++);
        }
        Cluster cluster = Cluster.start(network, directory, extra);
        RedisPair redis = extra == Extra.REDIS ? RedisPair.start(network, directory) : null;
        Mosquitto server = new Mosquitto(network, SERVER, directory);
        server.start();
        Path wrongClock = extra == Extra.FAKE_CLOCK ? Preload.WRONG_CLOCK.compile(directory) : null;
        Pods pods = new Pods(
                network,
                server.uri(),
                cluster.address(),
                redis == null ? "" : redis.address(),
                handling,
                directory,
                wrongClock);
        Watch watch = Watch.start(cluster.address());
        Lab lab = new Lab(network, cluster, redis, server, pods, new Outside(server.uri(), watch::handled), watch);
        lab.outside.join();
        pods.start();
        pods.move();
        pods.awaitSubscribed();
        lab.outside.publishOn();
        return lab;
    }

    /** Returns the addresses of all pods. */
    List<String> podAddresses() {
        return Pods.MACHINES.stream().map(network::address).toList();
    }

    /** Returns what has the Session, where that is Redis. */
    RedisPair redis() {
        return Objects.requireNonNull(redis);
    }

    String serverMachine() {
        return SERVER;
    }

    /**
     * Waits until messages arrive in both directions.
     *
     * @return what is not as it should be; empty if all is well
     */
    List<String> awaitProgress() throws IOException, InterruptedException {
        int out = outside.count() + MESSAGES_OF_PROGRESS;
        long in = watch.handled() + MESSAGES_OF_PROGRESS;
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (outside.count() < out || watch.handled() < in) {
            outside.require();
            if (System.nanoTime() > end) {
                return List.of("no progress for " + PATIENCE.toSeconds() + " s: sent "
                        + (outside.count() + MESSAGES_OF_PROGRESS - out) + ", handled "
                        + (watch.handled() + MESSAGES_OF_PROGRESS - in) + " messages");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return List.of();
    }

    /**
     * Lets nothing new begin, and waits until nothing is on its way.
     *
     * @return what is not as it should be; empty if all is well
     */
    List<String> drain() throws IOException, InterruptedException {
        pods.rest();
        outside.pause();
        List<String> complaints = new ArrayList<>();
        long end = System.nanoTime() + LONG_PATIENCE.toNanos();
        int onItsWay = pods.owner().onItsWay();
        while (onItsWay != 0 || watch.handled() < outside.published() || watch.missing(outside) > 0) {
            if (System.nanoTime() > end) {
                complaints.add("not drained after " + LONG_PATIENCE.toSeconds() + " s: " + onItsWay + " on their way, "
                        + watch.missing(outside) + " not handled");
                break;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            onItsWay = pods.owner().onItsWay();
        }
        outside.pause(); // so the witness has what was on its way
        return complaints;
    }

    Watch watch() {
        return watch;
    }

    @Override
    public void close() throws IOException {
        try (network;
                cluster;
                redis;
                server;
                watch;
                outside) {
            pods.close();
        }
    }
}

package io.reactivemqtt.store.redis;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.reactivemqtt.testsupport.RunningRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A Redis for a test class, with a prefix of keys for each store. */
final class TestRedis implements AutoCloseable {

    /** What is not of one client alone, and takes long to end. */
    static final ClientResources RESOURCES = DefaultClientResources.create();

    /** What it says of lost connections is what tests expect, and its logger waits for locks. */
    private static final Logger LETTUCE = Logger.getLogger("io.lettuce");

    static {
        LETTUCE.setLevel(Level.OFF);
    }

    private final RunningRedis server;
    private final AtomicInteger prefixes = new AtomicInteger();

    private TestRedis(RunningRedis server) {
        this.server = server;
    }

    /** Starts one that keeps what it has answered for. */
    static TestRedis start() {
        return start(RunningRedis.DURABLE);
    }

    static TestRedis start(List<String> options) {
        Optional<RunningRedis> server = RunningRedis.start(options);
        assumeThat(server).as("Debian's package redis-server").isPresent();
        return new TestRedis(server.orElseThrow());
    }

    RunningRedis server() {
        return server;
    }

    /** Returns a prefix that no key has. */
    String newPrefix() {
        return "place" + prefixes.incrementAndGet() + ":";
    }

    RedisURI uri() {
        return uri(server.port());
    }

    static RedisURI uri(int port) {
        return RedisURI.create("127.0.0.1", port);
    }

    /** Waits until Redis answers so to a command. */
    void await(String expected, String... command) {
        Mono.fromCallable(() -> server.said(command))
                .subscribeOn(Schedulers.boundedElastic()) // it starts a process, and waits for it
                .repeatWhen(times -> times.delayElements(Duration.ofMillis(20)))
                .takeUntil(expected::equals)
                .blockLast(Duration.ofSeconds(30));
    }

    static RedisClient newClient() {
        return RedisClient.create(RESOURCES);
    }

    static void shutDown(RedisClient client) {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

package io.reactivemqtt.benchmarks.stores;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.benchmarks.sink.SinkServer;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectLimiter;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReactorRuntime;
import io.reactivemqtt.store.SessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Many clients in one JVM, on two event loops, with one store for all, that connect at once through one limiter. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        description = "Connects many clients with durable Sessions, has each publish, and says what they hold.")
public final class Gateway implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int LOOPS = 2;

    /** So many clients have one local address: a system has some 28,000 ports for each. */
    private static final int OF_ONE_ADDRESS = 10_000;

    @Option(names = "--clients", paramLabel = "N", description = "How many, default 20000.")
    private int clients = 20_000;

    @Option(names = "--store", paramLabel = "STORE", description = "SQLITE, POSTGRESQL or REDIS; default POSTGRESQL.")
    private Place.Kind kind = Place.Kind.POSTGRESQL;

    @Option(names = "--per-second", paramLabel = "N", description = "How many may begin to connect, default 2000.")
    private int perSecond = 2_000;

    private Gateway() {}

    /** Runs it and ends the JVM. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Gateway()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        LoopResources loops = LoopResources.create("gateway", LOOPS, true);
        Process server = startServer();
        try (Place place = kind.open()) {
            int port = Integer.parseInt(server.inputReader().readLine());
            ReactorRuntime runtime =
                    ReactorRuntime.builder().loopResources(loops).build();
            ConnectLimiter limiter = ConnectLimiter.of(perSecond, perSecond);
            long before = heap();
            List<ReactorMqttClient> all = IntStream.range(0, clients)
                    .mapToObj(number -> client(number, port, place.store(), limiter, runtime))
                    .toList();
            long made = heap();
            System.out.printf(
                    Locale.ROOT,
                    "made        %,d clients: %,d bytes of heap each%n",
                    clients,
                    (made - before) / clients);

            long begin = System.nanoTime();
            Flux.fromIterable(all).flatMap(ReactorMqttClient::connect, clients).blockLast(PATIENCE);
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "connected   all in %.1f s, each with a Session in %s; at most %,d a second were to begin%n",
                    seconds,
                    kind,
                    perSecond);
            System.out.printf(
                    Locale.ROOT,
                    "idle        %,d bytes of heap each; %,d file descriptors, %d threads%n",
                    (heap() - before) / clients,
                    descriptors(),
                    Thread.getAllStackTraces().size());

            begin = System.nanoTime();
            AtomicInteger acknowledged = new AtomicInteger();
            Flux.fromIterable(all)
                    .flatMap(each -> each.publish(ApplicationMessage.of("sink/a", "1", Qos.AT_LEAST_ONCE)), clients)
                    .doOnNext(result -> acknowledged.incrementAndGet())
                    .blockLast(PATIENCE);
            seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "published   one durable message each, all at once: %,d acknowledged in %.1f s, %,.0f a second%n",
                    acknowledged.get(),
                    seconds,
                    acknowledged.get() / seconds);

            begin = System.nanoTime();
            Flux.fromIterable(all)
                    .flatMap(ReactorMqttClient::disconnect, clients)
                    .blockLast(PATIENCE);
            System.out.printf(Locale.ROOT, "left        all in %.1f s%n", (System.nanoTime() - begin) / 1e9);
            return acknowledged.get() == clients ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        } finally {
            server.destroy();
            loops.disposeLater().block(PATIENCE);
        }
    }

    /** In a process of its own, since each connection is a file descriptor there too. */
    private static Process startServer() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SinkServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static ReactorMqttClient client(
            int number, int port, SessionStore store, ConnectLimiter limiter, ReactorRuntime runtime) {
        ClientOptions options = ClientOptions.builder()
                .server("mqtt://127.0.0.1:" + port)
                .durableSession("gateway-" + number, Duration.ofDays(1), store)
                .connectTimeout(PATIENCE)
                .storeTimeout(PATIENCE)
                .connectLimiter(limiter)
                .socket(socket -> socket.localAddress("127.0.0." + (2 + number / OF_ONE_ADDRESS)))
                .build();
        return ReactorMqttClient.create(options, runtime);
    }

    private static long heap() {
        System.gc();
        Mono.delay(Duration.ofMillis(500)).block();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}

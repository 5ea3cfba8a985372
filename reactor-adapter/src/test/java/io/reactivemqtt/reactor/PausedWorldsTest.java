package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.FaultProxy;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A process, a Server or a network stands still for longer than the Keep Alive, and then goes on: the client notices within one and a half
 * times the Keep Alive of its waking, and nothing is lost.
 */
@Tag("once") // time passes here
class PausedWorldsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(2);

    /** One and a half times the Keep Alive, and a second for a busy machine. */
    private static final Duration NOTICED_WITHIN =
            KEEP_ALIVE.multipliedBy(3).dividedBy(2).plusSeconds(1);

    private static final long STOPPED_MILLIS = KEEP_ALIVE.multipliedBy(2).toMillis();
    private static final String DOWN = "paused/down";
    private static final String UP = "paused/up";
    private static final int MESSAGES = 20;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Path file;

    @SuppressWarnings("NullAway.Init")
    private RunningServer server;

    @SuppressWarnings("NullAway.Init")
    private FaultProxy proxy;

    @SuppressWarnings("NullAway.Init")
    private ReactorMqttClient other;

    private final Set<Integer> arrivedUp = new ConcurrentSkipListSet<>();

    PausedWorldsTest(@TempDir Path directory) {
        this.file = directory.resolve("sessions.db");
    }

    @BeforeEach
    void start() {
        RunningServer started = RunningServer.mosquitto().orElse(null);
        assumeTrue(started != null, "mosquitto is not installed");
        server = Objects.requireNonNull(started);
        open.add(server);
        proxy = FaultProxy.to(server.uri());
        open.add(0, proxy);
        other = ReactorMqttClient.create(options -> options.server(server.uri()).keepAlive(Duration.ZERO));
        other.connect().block(PATIENCE);
        other.subscribe(UP, Qos.EXACTLY_ONCE)
                .subscribe(
                        message ->
                                arrivedUp.add(Integer.valueOf(message.payload().asUtf8())),
                        ended -> {});
    }

    @AfterEach
    void end() throws Exception {
        other.disconnect().onErrorComplete().block(PATIENCE);
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static ReactorMqttClient client(URI server, SqliteSessionStore store) {
        return ReactorMqttClient.create(options -> options.server(server)
                .keepAlive(KEEP_ALIVE)
                .durableSession("paused", Duration.ofHours(1), store)
                .reconnect(policy -> policy.backoff(Duration.ofMillis(50), Duration.ofMillis(200))));
    }

    /** Says what it receives, what it is doing, and how many it has enqueued. */
    static final class Sleeper {
        public static void main(String[] arguments) throws InterruptedException {
            ReactorMqttClient client = client(URI.create(arguments[0]), SqliteSessionStore.at(Path.of(arguments[1])));
            client.states().subscribe(state -> System.out.println(state.status()));
            client.consume(
                            options -> options.filter(DOWN)
                                    .qos(Qos.EXACTLY_ONCE)
                                    .onGranted(granted -> System.out.println("SUBSCRIBED")),
                            message -> Mono.fromRunnable(
                                    () -> System.out.println(message.payload().asUtf8())))
                    .subscribe();
            client.connect().block();
            for (int number = 0; number < MESSAGES; number++) {
                client.enqueue(ApplicationMessage.of(UP, "" + number, Qos.EXACTLY_ONCE))
                        .block();
                TimeUnit.MILLISECONDS.sleep(STOPPED_MILLIS / MESSAGES); // some before, some after
            }
            TimeUnit.MINUTES.sleep(1);
        }
    }

    private Process sleeper() throws IOException {
        Process sleeper = OtherJvm.running(
                        List.of("-XX:TieredStopAtLevel=1"),
                        Sleeper.class,
                        proxy.uri().toString(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        open.add(0, sleeper::destroyForcibly);
        return sleeper;
    }

    /** Reads up to a line, and keeps the numbers before it. */
    private static void readTo(String wanted, BufferedReader said, Set<Integer> numbers) throws IOException {
        for (String line = next(said); !line.equals(wanted); line = next(said)) {
            keepNumber(line, numbers);
        }
    }

    private static void readAll(BufferedReader said, Set<Integer> numbers) throws IOException {
        while (numbers.size() < MESSAGES) {
            keepNumber(next(said), numbers);
        }
    }

    private static String next(BufferedReader said) throws IOException {
        return Objects.requireNonNull(said.readLine(), "the process has ended");
    }

    private static void keepNumber(String line, Set<Integer> numbers) {
        if (Character.isDigit(line.charAt(0))) {
            numbers.add(Integer.valueOf(line));
        }
    }

    private void publishDown() {
        Flux.range(0, MESSAGES)
                .concatMap(number -> other.publish(ApplicationMessage.of(DOWN, "" + number, Qos.EXACTLY_ONCE)))
                .blockLast(PATIENCE);
    }

    private static void awaitAll(Set<Integer> numbers) {
        Mono.fromSupplier(numbers::size)
                .filter(size -> size == MESSAGES)
                .repeatWhenEmpty(times -> times.delayElements(Duration.ofMillis(20)))
                .block(PATIENCE);
    }

    @Test
    void aProcessThatSlept() throws Exception {
        Process sleeper = sleeper();
        BufferedReader said = sleeper.inputReader();
        Set<Integer> numbers = new TreeSet<>();
        readTo("SUBSCRIBED", said, numbers);
        OtherJvm.signal(sleeper.pid(), "STOP");
        publishDown();
        TimeUnit.MILLISECONDS.sleep(STOPPED_MILLIS);
        proxy.goDown(); // what a Server does after one and a half times the Keep Alive, some of them later
        proxy.comeBack();

        long wokenNanos = System.nanoTime();
        OtherJvm.signal(sleeper.pid(), "CONT");

        readTo("WAITING", said, numbers);
        assertThat(Duration.ofNanos(System.nanoTime() - wokenNanos)).isLessThan(NOTICED_WITHIN);
        readAll(said, numbers);
        awaitAll(arrivedUp);
    }

    @Test
    void aProcessThatWakesInAnotherNetwork() throws Exception {
        Process sleeper = sleeper();
        BufferedReader said = sleeper.inputReader();
        Set<Integer> numbers = new TreeSet<>();
        readTo("SUBSCRIBED", said, numbers);
        OtherJvm.signal(sleeper.pid(), "STOP");
        proxy.blackHole(true); // nobody tells it that the connection is none
        publishDown();
        TimeUnit.MILLISECONDS.sleep(STOPPED_MILLIS);

        long wokenNanos = System.nanoTime();
        OtherJvm.signal(sleeper.pid(), "CONT");

        readTo("WAITING", said, numbers);
        assertThat(Duration.ofNanos(System.nanoTime() - wokenNanos)).isLessThan(NOTICED_WITHIN);
        proxy.blackHole(false);
        readAll(said, numbers);
        awaitAll(arrivedUp);
    }

    @Test
    void aNetworkInWhichAllVanishes() {
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            goesThrough(store, () -> proxy.blackHole(true), () -> proxy.blackHole(false));
        }
    }

    @Test
    void aServerThatStandsStill() {
        long process = ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("mosquitto"))
                .max(Comparator.comparing(child -> child.info().startInstant().orElseThrow()))
                .orElseThrow()
                .pid();
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            goesThrough(store, () -> signalled(process, "STOP"), () -> signalled(process, "CONT"));
        }
    }

    private static void signalled(long process, String signal) {
        try {
            OtherJvm.signal(process, signal);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void goesThrough(SqliteSessionStore store, Runnable stops, Runnable goesOn) {
        ReactorMqttClient client = client(proxy.uri(), store);
        Set<Integer> numbers = new ConcurrentSkipListSet<>();
        Mono<ClientState> lost = client.states()
                .filter(state -> state.status() == ClientState.Status.WAITING)
                .next();
        client.consume(
                        options -> options.filter(DOWN).qos(Qos.EXACTLY_ONCE),
                        message -> Mono.fromRunnable(() ->
                                numbers.add(Integer.valueOf(message.payload().asUtf8()))))
                .subscribe();
        client.connect().block(PATIENCE);
        client.publish(ApplicationMessage.of(DOWN, "0", Qos.EXACTLY_ONCE)).block(PATIENCE); // behind SUBSCRIBE

        long stoppedNanos = System.nanoTime();
        stops.run();
        Flux.range(0, MESSAGES)
                .concatMap(number -> client.enqueue(ApplicationMessage.of(UP, "" + number, Qos.EXACTLY_ONCE)))
                .blockLast(PATIENCE);
        lost.block(PATIENCE);
        assertThat(Duration.ofNanos(System.nanoTime() - stoppedNanos)).isLessThan(NOTICED_WITHIN);
        goesOn.run();

        publishDown();
        awaitAll(numbers);
        awaitAll(arrivedUp);
        client.disconnect().block(PATIENCE);
    }
}

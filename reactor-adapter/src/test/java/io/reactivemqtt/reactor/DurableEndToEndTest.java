package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A client over a file, and the one that takes its Session over, against each real Server in both versions of MQTT. */
@MqttServer
class DurableEndToEndTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MESSAGES = 200;

    private final RunningServer server;

    private final Path file;

    DurableEndToEndTest(RunningServer server, @TempDir Path directory) {
        this.server = server;
        this.file = directory.resolve("sessions.db");
    }

    static Stream<Arguments> versionsAndQos() {
        return Stream.of(ProtocolVersion.values()).flatMap(version -> Stream.of(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE)
                .map(qos -> Arguments.of(version, qos)));
    }

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void whatOneClientAcceptedTheNextOneSends(ProtocolVersion version, Qos qos) {
        String topic = "durable/" + version + "/" + qos + "/" + System.nanoTime();
        ReactorMqttClient witness =
                ReactorMqttClient.create(options -> options.server(server.uri()).receiveMaximum(65_535));
        witness.connect().block(PATIENCE);
        Queue<Integer> arrived = arrivals(witness, topic);
        String name = "durable-" + System.nanoTime();
        try (SqliteSessionStore store = SqliteSessionStore.at(file);
                SqliteSessionStore again = SqliteSessionStore.at(file)) {
            ReactorMqttClient first = client(version, name, store);
            first.connect().block(PATIENCE);
            TopicName topicName = TopicName.of(topic);
            List<Long> keys = Flux.range(0, MESSAGES)
                    .concatMap(i -> first.enqueue(ApplicationMessage.of(topicName, Payload.utf8("" + i), qos)))
                    .collectList()
                    .block(PATIENCE);
            assertThat(keys).hasSize(MESSAGES).doesNotHaveDuplicates().isSorted();

            ReactorMqttClient second = client(version, name, again);
            second.connect().block(PATIENCE);

            await(() -> new TreeSet<>(arrived).size() == MESSAGES);
            await(() -> isDrained(second));
            second.disconnect().block(PATIENCE);
            first.disconnect().block(PATIENCE);
            assertThat(new TreeSet<>(arrived))
                    .containsExactlyElementsOf(Flux.range(0, MESSAGES).toIterable());
            if (qos == Qos.EXACTLY_ONCE) {
                assertThat(arrived).doesNotHaveDuplicates();
            }
        }
        witness.disconnect().block(PATIENCE);
    }

    private ReactorMqttClient client(ProtocolVersion version, String name, SqliteSessionStore store) {
        return ReactorMqttClient.create(options -> options.server(server.uri())
                .protocolVersion(version)
                .clientIdentifier(name)
                .cleanSession(false)
                .disconnectTimeout(Duration.ofSeconds(2))
                .sessionStore(store));
    }

    private static Queue<Integer> arrivals(ReactorMqttClient witness, String topic) {
        Queue<Integer> arrived = new ConcurrentLinkedQueue<>();
        Sinks.One<ReasonCode> granted = Sinks.one();
        witness.subscribe(options -> options.filter(topic).qos(Qos.EXACTLY_ONCE).onGranted(granted::tryEmitValue))
                .subscribe(
                        message -> arrived.add(Integer.valueOf(message.payload().asUtf8())));
        granted.asMono().block(PATIENCE);
        return arrived;
    }

    private static boolean isDrained(ReactorMqttClient client) {
        return Restarts.get(client.inspectSession()
                .map(session -> session.waiting() == 0 && session.inFlight().isEmpty()));
    }

    private static void await(BooleanSupplier reached) {
        Flux.interval(Duration.ofMillis(10))
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic())
                .takeUntil(tick -> reached.getAsBoolean())
                .blockLast(PATIENCE);
    }
}

package io.reactivemqtt.benchmarks.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.reactivemqtt.benchmarks.sink.SinkServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PeersTest {

    private static final byte[] PAYLOAD = new byte[64];
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static Stream<Arguments> peers() {
        return Stream.of(
                peer("HiveMQ", HiveMqDefaults::new, 2, 2000),
                peer("HiveMQ, tuned", () -> new HiveMqTuned(Way.TCP), 2, 2000),
                peer("Paho v5", PahoV5::new, 2, 2000),
                peer("Paho v3", PahoV3::new, 2, 2000),
                peer("Paho v3, files", PahoV3Files::new, 2, 100), // some hundred a second
                peer("Vert.x", VertxMqtt::new, 2, 2000),
                peer("AWS CRT", AwsCrt::new, 1, 2000));
    }

    private static Arguments peer(String name, Supplier<BenchmarkClient> factory, int highestQos, int messages) {
        return arguments(name, factory, highestQos, messages);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    void everyMessageIsPublishedAndEveryMessageArrives(
            String name, Supplier<BenchmarkClient> factory, int highestQos, int messages) throws Exception {
        try (SinkServer sink = SinkServer.start()) {
            BenchmarkClient client = factory.get();
            client.connect("127.0.0.1", sink.port(), "test");

            for (int qos = 0; qos <= highestQos; qos++) {
                client.publish("a/b", qos, PAYLOAD, messages);
            }
            client.publish("fence", 1, PAYLOAD, 1);
            assertThat(sink.tally().publishes()).isEqualTo((highestQos + 1L) * messages);

            for (int qos = 1; qos <= highestQos; qos++) {
                AtomicInteger arrived = new AtomicInteger();
                client.subscribe("push/" + qos + "/64/" + messages, qos, payloadBytes -> {
                    assertThat(payloadBytes).isEqualTo(PAYLOAD.length);
                    arrived.incrementAndGet();
                });
                long acknowledged = (long) qos * messages;
                await(() -> arrived.get() == messages && sink.tally().pushedAcknowledged() == acknowledged);
            }

            long[] nanos = new long[50];
            client.publishOneByOne("a/b", PAYLOAD, nanos);
            assertThat(nanos).doesNotContain(0);
            client.disconnect();

            assertThat(sink.tally().pushed()).isEqualTo((long) highestQos * messages);
            assertThat(sink.tally().violations()).isZero();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(1);
        }
    }
}

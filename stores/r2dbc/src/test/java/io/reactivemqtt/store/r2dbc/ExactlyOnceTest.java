package io.reactivemqtt.store.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** From the Server into a table and out again, each message once, whoever is killed when. */
@MqttServer(ServerKind.MOSQUITTO)
@Tag("once")
class ExactlyOnceTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int PAYMENTS = 500;
    private static final int KILLS = 6;
    private static final String WARM = "warm";

    private final RunningServer server;

    ExactlyOnceTest(RunningServer server) {
        this.server = server;
    }

    @Test
    void eachPaymentIsOneRowAndOneMessageOverManyKills() throws Exception {
        try (TestDatabase database = TestDatabase.start()) {
            database.read("public", "CREATE TABLE payment (number text)");
            ReactorMqttClient others = ReactorMqttClient.create(options -> options.server(server.uri()));
            others.connect().block(SOON);
            Queue<String> booked = new ConcurrentLinkedQueue<>();
            others.subscribe("booked/+", Qos.EXACTLY_ONCE)
                    .map(message -> message.payload().asUtf8())
                    .filter(number -> !number.equals(WARM))
                    .subscribe(booked::add);

            Process service = start(database);
            awaitFirst(database, others);
            var published = Flux.range(1, PAYMENTS)
                    .delayElements(Duration.ofMillis(10))
                    .concatMap(number -> others.publish(payment("" + number)))
                    .then()
                    .toFuture();
            Random random = new Random(16);
            for (int kill = 0; kill < KILLS; kill++) {
                long rows = rows(database);
                long until = rows + 20 + random.nextInt(30);
                while (rows(database) < until && !published.isDone()) {
                    Thread.onSpinWait();
                }
                service.destroyForcibly().waitFor();
                service = start(database);
            }
            published.join();
            database.await(
                    "public", "SELECT count(DISTINCT number) FROM payment WHERE number <> 'warm'", (long) PAYMENTS);
            database.await("public", "SELECT count(*) FROM mqtt_outbox", 0L);
            database.await("public", "SELECT count(*) FROM mqtt_entry WHERE kind = 4", 0L);
            service.destroyForcibly().waitFor();

            assertThat(rows(database)).as("rows").isEqualTo(PAYMENTS);
            assertThat(booked).containsExactlyInAnyOrderElementsOf(numbers());
            others.disconnect().block(SOON);
        }
    }

    private static List<String> numbers() {
        return IntStream.rangeClosed(1, PAYMENTS).mapToObj(Integer::toString).toList();
    }

    private static long rows(TestDatabase database) {
        return (Long) database.read("public", "SELECT count(*) FROM payment WHERE number <> 'warm'")
                .get(0);
    }

    /** It has subscribed by then. */
    private static void awaitFirst(TestDatabase database, ReactorMqttClient others) {
        while (database.read("public", "SELECT 1 FROM payment").isEmpty()) {
            others.publish(payment(WARM)).block(SOON);
        }
    }

    private static ApplicationMessage payment(String number) {
        return ApplicationMessage.of("payments/1", number, Qos.EXACTLY_ONCE);
    }

    private Process start(TestDatabase database) throws IOException {
        return OtherJvm.running(
                        PaymentsProcess.class,
                        server.uri().toString(),
                        "" + database.server().port(),
                        "public")
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}

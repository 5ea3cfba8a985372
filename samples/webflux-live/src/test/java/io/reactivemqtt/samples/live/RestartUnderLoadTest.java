package io.reactivemqtt.samples.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Readings flow into the database while the service, or the Server, is ended and comes back: none is lost. */
@MqttServer(value = ServerKind.MOSQUITTO, mosquittoOptions = "max_queued_messages 0")
class RestartUnderLoadTest {

    private static final int READINGS = 20_000;

    /** Beyond the numbers that the service counts from, which are times. */
    private static final long FIRST = 9_000_000_000_000L;

    private final RunningServer server;
    private final ReactorMqttClient sensor;
    private final AtomicLong accepted = new AtomicLong();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    RestartUnderLoadTest(RunningServer server) {
        this.server = server;
        this.sensor = ReactorMqttClient.create(options -> options.server(server.uri())
                .reconnect(policy -> policy.backoff(Duration.ofMillis(10), Duration.ofMillis(200))));
    }

    @BeforeEach
    void connect() {
        sensor.connect().block();
    }

    @AfterEach
    void disconnect() {
        sensor.disconnect().block();
    }

    private void publishAll() {
        sensor.publish(Flux.range(0, READINGS)
                        .map(i -> ApplicationMessage.of(
                                "sensors/s1/reading",
                                "{\"sensor\":\"s1\",\"number\":" + (FIRST + i) + ",\"celsius\":20}",
                                Qos.AT_LEAST_ONCE)))
                .filter(PublishResult::isSuccess)
                .subscribe(result -> accepted.incrementAndGet());
    }

    private static void awaitStored(ServiceProcess service, long count) throws Exception {
        service.browser().next("numbers", now -> now.get("stored").asLong() >= count);
    }

    private static long repeated(ServiceProcess service) throws Exception {
        return service.browser().next("numbers", now -> true).get("repeated").asLong();
    }

    private ServiceProcess start() throws Exception {
        return ServiceProcess.start(server.uri(), directory);
    }

    @Test
    void killsLoseNothingAndDoubleNoRow() throws Exception {
        try (ServiceProcess first = start()) {
            publishAll();
            awaitStored(first, READINGS / 10);
            first.kill();
        }
        try (ServiceProcess second = start()) {
            awaitStored(second, READINGS / 4);
            second.kill();
        }
        try (ServiceProcess last = start()) {
            awaitStored(last, READINGS); // each row once: its key is sensor and number
        }
        assertThat(accepted).hasValue(READINGS);
    }

    @Test
    void aServiceThatIsToldToLeaveRepeatsNothing() throws Exception {
        try (ServiceProcess first = start()) {
            publishAll();
            awaitStored(first, READINGS / 10);
            first.terminate();
        }
        try (ServiceProcess last = start()) {
            awaitStored(last, READINGS);
            assertThat(repeated(last)).isZero();
        }
    }

    @Test
    void aServerThatIsStartedAnewLosesNothing() throws Exception {
        try (ServiceProcess service = start()) {
            publishAll();
            awaitStored(service, READINGS / 10);
            server.restart();
            awaitStored(service, READINGS);
        }
    }
}

package io.reactivemqtt.samples.live;

import static io.reactivemqtt.samples.live.Load.READINGS;
import static io.reactivemqtt.samples.live.Load.awaitStored;
import static io.reactivemqtt.samples.live.Load.repeated;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readings flow into the database while the service, or the Server, is ended and comes back: none is lost. */
@MqttServer(value = ServerKind.MOSQUITTO, mosquittoOptions = "max_queued_messages 0")
@Tag("once")
class RestartUnderLoadTest {

    private final RunningServer server;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Load load;

    RestartUnderLoadTest(RunningServer server) {
        this.server = server;
    }

    @BeforeEach
    void connect() {
        load = new Load(server);
    }

    @AfterEach
    void disconnect() {
        load.close();
    }

    private ServiceProcess start() throws Exception {
        return ServiceProcess.start(server.uri(), directory);
    }

    @Test
    void killsLoseNothingAndDoubleNoRow() throws Exception {
        try (ServiceProcess first = start()) {
            load.publishAll();
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
        load.awaitAccepted();
    }

    @Test
    void aServiceThatIsToldToLeaveRepeatsNothing() throws Exception {
        try (ServiceProcess first = start()) {
            load.publishAll();
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
            load.publishAll();
            awaitStored(service, READINGS / 10);
            server.restart();
            awaitStored(service, READINGS);
        }
    }
}

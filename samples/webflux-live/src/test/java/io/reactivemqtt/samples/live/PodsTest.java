package io.reactivemqtt.samples.live;

import static io.reactivemqtt.samples.live.Load.READINGS;
import static io.reactivemqtt.samples.live.Load.awaitStored;
import static io.reactivemqtt.samples.live.Load.repeated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods without a disk, over one PostgreSQL: one is replaced by another while readings flow, and none is lost. */
@MqttServer(value = ServerKind.MOSQUITTO, mosquittoOptions = "max_queued_messages 0")
@SuppressWarnings("NullAway.Init")
@Tag("once")
class PodsTest {

    private final RunningServer server;

    @TempDir
    private Path logs;

    private RunningPostgreSql database;
    private Load load;

    PodsTest(RunningServer server) {
        this.server = server;
    }

    @BeforeEach
    void start() {
        Optional<RunningPostgreSql> found = RunningPostgreSql.start();
        assumeThat(found).as("Debian's package postgresql").isPresent();
        database = found.orElseThrow();
        load = new Load(server);
    }

    @AfterEach
    void end() throws IOException {
        load.close();
        database.close();
    }

    private ServiceProcess startPod() throws Exception {
        return ServiceProcess.start(
                server.uri(),
                logs,
                "--spring.profiles.active=postgresql",
                "--spring.r2dbc.username=" + RunningPostgreSql.USER,
                "--spring.r2dbc.url=r2dbc:postgresql://127.0.0.1:" + database.port() + "/" + RunningPostgreSql.USER);
    }

    @Test
    void aPodThatIsToldToLeaveIsReplacedWithoutALossOrARepeat() throws Exception {
        try (ServiceProcess first = startPod()) {
            load.publishAll();
            awaitStored(first, READINGS / 10);
            first.terminate();
        }
        try (ServiceProcess second = startPod()) {
            awaitStored(second, READINGS);
            assertThat(repeated(second)).isZero();
        }
        load.awaitAccepted();
    }

    @Test
    void aPodThatIsKilledIsReplacedWithoutALoss() throws Exception {
        try (ServiceProcess first = startPod()) {
            load.publishAll();
            awaitStored(first, READINGS / 10);
            first.kill();
        }
        try (ServiceProcess second = startPod()) {
            awaitStored(second, READINGS); // each row once: its key is sensor and number
        }
    }

    @Test
    void aPodTakesOverFromOneThatStillRuns() throws Exception {
        try (ServiceProcess first = startPod()) {
            load.publishAll();
            awaitStored(first, READINGS / 10);
            try (ServiceProcess second = startPod()) {
                awaitStored(second, READINGS);
                assertThat(first.browser().get("/actuator/health").body()).contains("\"DOWN\"");
            }
        }
    }
}

package io.reactivemqtt.samples.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One process of three is killed, and its Sessions go on in the other two. */
@MqttServer(value = ServerKind.MOSQUITTO, mosquittoOptions = "max_queued_messages 0")
@Tag("once")
class FleetTest {

    private final RunningServer server;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    FleetTest(RunningServer server) {
        this.server = server;
    }

    private int run(String... arguments) {
        return Fleet.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void eachMessageIsOneRowAlthoughAMemberIsKilled() throws IOException {
        Optional<RunningPostgreSql> found = RunningPostgreSql.start();
        assumeThat(found).as("Debian's package postgresql").isPresent();
        try (RunningPostgreSql database = found.orElseThrow()) {
            String user = RunningPostgreSql.USER;
            int status = run(
                    "--server=" + server.uri(),
                    "--database=r2dbc:postgresql://" + user + "@127.0.0.1:" + database.port() + "/" + user,
                    "--sessions=6",
                    "--messages=600");
            assertThat(err.toString()).isEmpty();
            assertThat(out.toString())
                    .contains("each with 2 of 6 Sessions", "killed    member-3", "sent 600, repeated 0, lost 0");
            assertThat(status).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--sessions=1", "--messages=x", "--no"})
    void aMistakeGetsOneLineAndStatusTwo(String argument) {
        assertThat(run("--server=mqtt://localhost", "--database=r2dbc:postgresql://localhost/a", argument))
                .isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().startsWith("fleet: ");
    }
}

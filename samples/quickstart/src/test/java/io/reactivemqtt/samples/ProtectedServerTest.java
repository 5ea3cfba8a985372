package io.reactivemqtt.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MqttServer(
        value = {ServerKind.MOSQUITTO, ServerKind.ARTEMIS},
        userName = "meter",
        password = "correct horse")
class ProtectedServerTest {

    @ParameterizedTest
    @ValueSource(strings = {"5.0", "3.1.1"})
    void badPasswordIsOneLine(String version, RunningServer server) {
        Run run = Run.of(
                "--server", server.uri().toString(), "--mqtt", version, "--user", "meter", "--password=wrong horse");

        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("quickstart: the Server refused the connection: ")
                .doesNotContain("horse");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.0", "3.1.1"})
    void passwordComesFromTheEnvironment(String version, RunningServer server) {
        Run run = Run.with(
                Map.of("MQTT_PASSWORD", "correct horse"),
                "--server",
                server.uri().toString(),
                "--mqtt",
                version,
                "--user",
                "meter",
                "--readings",
                "4");

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
    }
}

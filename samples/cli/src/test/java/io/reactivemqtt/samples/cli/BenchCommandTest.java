package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@MqttServer(ServerKind.LOCAL)
class BenchCommandTest {

    @ParameterizedTest
    @CsvSource({"5,0", "5,1", "5,2", "3.1.1,1"})
    void saysHowLongItTook(String protocol, String qos, RunningServer server) {
        Run run =
                Run.of("bench", "-n", "50", "--size=64", "-q", qos, "--protocol", protocol, "--server=" + server.uri());

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).hasSize(3);
        assertThat(run.out().get(0)).isEqualTo("messages   50 of 64 bytes at QoS " + qos + ": sent 50, received 50");
        assertThat(run.out().get(1)).matches("time       [0-9.]+ s, [0-9]+ messages a second there and back");
        assertThat(run.out().get(2)).matches("latency    median [0-9.]+ ms, 99 % below [0-9.]+ ms, longest [0-9.]+ ms");
        assertThat(run.status()).isZero();
    }
}

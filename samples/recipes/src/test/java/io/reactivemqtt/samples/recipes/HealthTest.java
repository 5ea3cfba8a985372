package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HealthTest {

    private final FakeMqttClient mqtt = FakeMqttClient.connected();
    private final Health health = new Health(mqtt, Duration.ofMinutes(1));

    @Test
    void aServerThatDoesNotAnswerIsLag() {
        assertThat(health.isReady()).isTrue();
        mqtt.answerPublish(message -> null);
        mqtt.publish(ApplicationMessage.of("a", "b", Qos.AT_LEAST_ONCE)).subscribe();

        mqtt.advance(Duration.ofMinutes(2));

        assertThat(health.isReady()).isFalse();
        assertThat(health.isLive()).isTrue();
        assertThat(health.line()).startsWith("CONNECTED (null), lag 120 s, waiting 0, in flight 1, in hand 0");
    }

    @Test
    void aServerThatIsAwayIsNoReasonForARestart() {
        mqtt.serverReachable(false);
        mqtt.loseConnection();
        mqtt.advance(Duration.ofHours(1));

        assertThat(health.isReady()).isFalse();
        assertThat(health.isLive()).isTrue();
        assertThat(health.line()).startsWith("WAITING (");
    }

    @Test
    void aClientWhoseSessionSomebodyElseHasTakenOverIsNotLive() {
        mqtt.disconnectByServer(ReasonCode.SESSION_TAKEN_OVER);

        assertThat(health.isLive()).isFalse();
        assertThat(health.line()).startsWith("STOPPED (");
    }
}

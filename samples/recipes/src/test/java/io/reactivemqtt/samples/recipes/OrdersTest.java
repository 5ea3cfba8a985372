package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.testkit.reactor.Delivery;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class OrdersTest {

    private final FakeMqttClient mqtt = FakeMqttClient.connected();
    private final List<String> processed = new ArrayList<>();

    @Test
    void anOrderThatNobodyCanProcessGoesToAnotherTopicAndStopsNoOther() {
        new Orders(mqtt, order -> {
                    String text = order.payload().asUtf8();
                    return text.equals("bad")
                            ? Mono.error(new IllegalStateException("nobody can process this"))
                            : Mono.fromRunnable(() -> processed.add(text));
                })
                .process()
                .subscribe();

        Delivery bad = mqtt.deliver("orders/1", "bad", Qos.AT_LEAST_ONCE);
        Delivery behind = mqtt.deliver("orders/1", "behind it", Qos.AT_LEAST_ONCE);
        mqtt.deliver("orders/2", "good", Qos.AT_LEAST_ONCE);
        assertThat(processed).containsExactly("good");
        assertThat(bad.isAcknowledged()).isFalse();

        mqtt.advance(Duration.ofMinutes(1));

        assertThat(mqtt.published()).containsExactly(ApplicationMessage.of("dead/orders/1", "bad", Qos.AT_LEAST_ONCE));
        assertThat(processed).containsExactly("good", "behind it");
        assertThat(bad.isAcknowledged()).isTrue();
        assertThat(behind.isAcknowledged()).isTrue();
    }
}

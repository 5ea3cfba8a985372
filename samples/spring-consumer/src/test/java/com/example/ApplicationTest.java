// #test
package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.testkit.reactor.Delivery;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import reactor.core.publisher.Mono;

@SpringBootTest
class ApplicationTest {

    private static final List<String> WRITTEN = new ArrayList<>();

    @TestConfiguration
    static class Fakes {
        @Bean
        FakeMqttClient mqtt() {
            return FakeMqttClient.connected(); // takes the place of the client of the properties
        }

        @Bean
        @Primary
        Application.Journal fake() {
            return (sensor, celsius) -> Mono.fromRunnable(() -> WRITTEN.add(sensor + " " + celsius));
        }
    }

    @Test
    void aReadingIsWrittenAndThenAcknowledged(@Autowired FakeMqttClient mqtt) {
        Delivery reading = mqtt.deliver("sensors/7/reading", "{\"celsius\":21.5}", Qos.AT_LEAST_ONCE);
        assertThat(WRITTEN).containsExactly("7 21.5");
        assertThat(reading.isAcknowledged()).isTrue();
    }
}
// #end

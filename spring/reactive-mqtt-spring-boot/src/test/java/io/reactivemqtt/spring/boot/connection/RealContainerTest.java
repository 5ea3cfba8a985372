package io.reactivemqtt.spring.boot.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A test with a Server in a container says nothing of where that listens; where an engine for containers runs. */
@EnabledIf("anEngineRuns")
@SpringBootTest(properties = "reactive-mqtt.startup=require")
class RealContainerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static boolean anEngineRuns() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean
        @ServiceConnection("eclipse-mosquitto")
        @SuppressWarnings("resource") // the context closes it
        GenericContainer<?> mosquitto() {
            return new GenericContainer<>(DockerImageName.parse("eclipse-mosquitto:2"))
                    .withCommand("mosquitto", "-c", "/mosquitto-no-auth.conf")
                    .withExposedPorts(1883);
        }
    }

    @Test
    void theClientIsConnectedToIt(@Autowired ReactorMqttClient client) {
        PublishResult result = client.publish(ApplicationMessage.of("t", "x", Qos.AT_LEAST_ONCE))
                .block(PATIENCE);
        assertThat(result).isNotNull();
    }
}

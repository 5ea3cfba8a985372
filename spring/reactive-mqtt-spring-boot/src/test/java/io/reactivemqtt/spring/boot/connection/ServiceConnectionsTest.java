package io.reactivemqtt.spring.boot.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.spring.boot.MqttConnectionDetails;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetailsFactories;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Where the Servers listen that Docker Compose and Testcontainers have started; without Docker, of which nothing is needed here. */
class ServiceConnectionsTest {

    /** A container as it is when it runs; its ports are mapped to those a thousand above. */
    static final class Mosquitto extends GenericContainer<Mosquitto> {
        Mosquitto() {
            super(DockerImageName.parse("eclipse-mosquitto:2"));
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public String getHost() {
            return "docker.example";
        }

        @Override
        public Integer getMappedPort(int port) {
            return port + 1000;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Containers {
        @Bean
        @ServiceConnection("eclipse-mosquitto")
        @SuppressWarnings("resource") // the context closes it
        Mosquitto mosquitto() {
            return new Mosquitto();
        }
    }

    @Test
    void aContainerOfATestSaysWhereItListens() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(ServiceConnectionAutoConfiguration.class))
                .withUserConfiguration(Containers.class)
                .run(context -> assertThat(
                                context.getBean(MqttConnectionDetails.class).servers())
                        .containsExactly(URI.create("mqtt://docker.example:2883")));
    }

    private record Service(ImageReference image) implements RunningService {
        @Override
        public String name() {
            return "server";
        }

        @Override
        public String host() {
            return "docker.example";
        }

        @Override
        public ConnectionPorts ports() {
            return new ConnectionPorts() {
                @Override
                public int get(int containerPort) {
                    return containerPort + 1000;
                }

                @Override
                public List<Integer> getAll() {
                    return List.of(1883);
                }

                @Override
                public List<Integer> getAll(@Nullable String protocol) {
                    return getAll();
                }
            };
        }

        @Override
        public Map<String, String> env() {
            return Map.of();
        }

        @Override
        public Map<String, String> labels() {
            return Map.of();
        }
    }

    private static Map<Class<?>, ?> detailsOf(String image) throws ReflectiveOperationException {
        Constructor<DockerComposeConnectionSource> constructor =
                DockerComposeConnectionSource.class.getDeclaredConstructor(RunningService.class, Environment.class);
        constructor.setAccessible(true);
        return new ConnectionDetailsFactories(null)
                .getConnectionDetails(
                        constructor.newInstance(new Service(ImageReference.of(image)), new MockEnvironment()), false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eclipse-mosquitto:2", "emqx/emqx:5.8", "hivemq/hivemq-ce", "hivemq/hivemq4:4.40.0"})
    void aServiceOfDockerComposeSaysWhereItListens(String image) throws Exception {
        MqttConnectionDetails details =
                (MqttConnectionDetails) Objects.requireNonNull(detailsOf(image).get(MqttConnectionDetails.class));
        assertThat(details.servers()).containsExactly(URI.create("mqtt://docker.example:2883"));
        assertThat(details.sslBundle()).isNull();
    }

    @Test
    void otherServicesAreNoServers() throws Exception {
        assertThat(detailsOf("nginx").get(MqttConnectionDetails.class)).isNull();
    }
}

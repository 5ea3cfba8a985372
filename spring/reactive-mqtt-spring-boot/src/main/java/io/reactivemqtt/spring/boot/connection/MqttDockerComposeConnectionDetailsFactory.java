package io.reactivemqtt.spring.boot.connection;

import io.reactivemqtt.spring.boot.MqttConnectionDetails;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;

/** Knows the images of MQTT Servers. A service whose labels name an SSL bundle is reached by TLS. */
final class MqttDockerComposeConnectionDetailsFactory
        extends DockerComposeConnectionDetailsFactory<MqttConnectionDetails> {

    MqttDockerComposeConnectionDetailsFactory() {
        super(MqttImages.NAMES.toArray(String[]::new));
    }

    @Override
    protected MqttConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
        return new Details(source.getRunningService());
    }

    private static final class Details extends DockerComposeConnectionDetails implements MqttConnectionDetails {
        private final List<URI> servers;
        private final @Nullable SslBundle bundle;

        Details(RunningService service) {
            super(service);
            this.bundle = getSslBundle(service);
            this.servers = List.of(
                    MqttImages.uri(service.host(), port -> service.ports().get(port), bundle != null));
        }

        @Override
        public List<URI> servers() {
            return servers;
        }

        @Override
        public @Nullable SslBundle sslBundle() {
            return bundle;
        }
    }
}

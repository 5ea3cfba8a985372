package io.reactivemqtt.spring.boot.connection;

import io.reactivemqtt.spring.boot.MqttConnectionDetails;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.containers.Container;

/** Knows any container of an image of an MQTT Server, or one whose {@code @ServiceConnection} is named so. */
final class MqttContainerConnectionDetailsFactory
        extends ContainerConnectionDetailsFactory<Container<?>, MqttConnectionDetails> {

    MqttContainerConnectionDetailsFactory() {
        super(MqttImages.NAMES);
    }

    @Override
    protected MqttConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
        return new Details(source);
    }

    /** Where the Server in a container listens; by TLS, if the annotations of the test say how to trust it. */
    private static final class Details extends ContainerConnectionDetails<Container<?>>
            implements MqttConnectionDetails {

        Details(ContainerConnectionSource<Container<?>> source) {
            super(source);
        }

        @Override
        public List<URI> servers() {
            return List.of(
                    MqttImages.uri(getContainer().getHost(), getContainer()::getMappedPort, sslBundle() != null));
        }

        @Override
        public @Nullable SslBundle sslBundle() {
            return getSslBundle();
        }
    }
}

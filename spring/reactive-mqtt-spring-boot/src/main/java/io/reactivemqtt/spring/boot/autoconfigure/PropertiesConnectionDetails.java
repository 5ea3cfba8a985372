package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.spring.boot.MqttConnectionDetails;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** What the properties say. */
record PropertiesConnectionDetails(MqttClientProperties properties, SslBundles bundles)
        implements MqttConnectionDetails {

    private static final List<URI> LOCAL = List.of(URI.create("mqtt://localhost:1883"));

    @Override
    public List<URI> servers() {
        return properties.servers().isEmpty() ? LOCAL : properties.servers();
    }

    @Override
    public @Nullable String username() {
        return properties.username();
    }

    @Override
    public @Nullable String password() {
        return properties.password();
    }

    @Override
    public @Nullable SslBundle sslBundle() {
        String name = properties.ssl().bundle();
        return name == null ? null : bundles.getBundle(name);
    }
}

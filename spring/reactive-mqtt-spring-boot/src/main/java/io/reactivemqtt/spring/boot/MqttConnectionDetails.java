package io.reactivemqtt.spring.boot;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where to connect, and as whom. A bean of this type takes the place of the properties {@code servers}, {@code username}, {@code password}
 * and {@code ssl.bundle}, for all clients that have no {@code servers} of their own. Docker Compose and Testcontainers make one.
 */
public interface MqttConnectionDetails extends ConnectionDetails {

    /** Returns the Servers, in the order in which they are tried; at least one. */
    List<URI> servers();

    /** Returns the user name, or null. */
    default @Nullable String username() {
        return null;
    }

    /** Returns the password, or null. */
    default @Nullable String password() {
        return null;
    }

    /** Returns what secures the connection, or null. */
    default @Nullable SslBundle sslBundle() {
        return null;
    }
}

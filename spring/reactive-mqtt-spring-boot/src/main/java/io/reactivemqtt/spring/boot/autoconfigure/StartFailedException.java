package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.exception.MqttException;
import java.util.Objects;

/** A client could not connect when the application started. */
final class StartFailedException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final String prefix;

    StartFailedException(ClientSettings settings, MqttException cause) {
        super("the MQTT client \"" + settings.name() + "\" cannot connect: " + cause.getMessage(), cause);
        this.prefix = settings.prefix();
    }

    /** Returns what the names of the properties begin with. */
    String prefix() {
        return prefix;
    }

    /** Returns why. */
    MqttException reason() {
        return (MqttException) Objects.requireNonNull(getCause());
    }
}

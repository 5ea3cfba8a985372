package io.reactivemqtt.spring.boot.autoconfigure;

/** A client cannot be made of its properties. */
final class InvalidClientSettingsException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    private final String prefix;

    InvalidClientSettingsException(ClientSettings settings, IllegalArgumentException cause) {
        super(
                "the settings of the MQTT client \"" + settings.name() + "\" cannot be used: " + cause.getMessage(),
                cause);
        this.prefix = settings.prefix();
    }

    /** Returns what the names of the properties begin with. */
    String prefix() {
        return prefix;
    }
}

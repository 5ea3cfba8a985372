package io.reactivemqtt.testkit.server;

import java.util.List;

/**
 * What {@link MqttServer} asks of a Server.
 *
 * @param userName the only one that may connect; empty: everybody may
 * @param password of that user
 * @param mosquittoOptions further lines of mosquitto's configuration
 */
record ServerSetup(String userName, String password, List<String> mosquittoOptions) {

    /** Everybody may connect, and nothing is special. */
    static final ServerSetup OPEN = new ServerSetup("", "", List.of());

    /** Tells whether clients must give a User Name and a Password. */
    boolean isProtected() {
        return !userName.isEmpty();
    }

    @Override
    public String toString() {
        return "ServerSetup[" + (isProtected() ? "protected" : "open") + ", " + mosquittoOptions + "]";
    }
}

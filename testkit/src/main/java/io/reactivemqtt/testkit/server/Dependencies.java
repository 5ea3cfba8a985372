package io.reactivemqtt.testkit.server;

/** What a Server needs on the class path that this module does not bring: nobody wants all of them. */
final class Dependencies {

    private Dependencies() {}

    /** Says what to add for a Server of {@code kind}. */
    static String missingFor(ServerKind kind) {
        String dependencies =
                switch (kind) {
                    case ARTEMIS, LOCAL ->
                        "org.apache.artemis:artemis-server and org.apache.artemis:artemis-mqtt-protocol";
                    case HIVEMQ -> "com.hivemq:hivemq-community-edition-embedded";
                    case CONTAINER -> "org.testcontainers:testcontainers";
                    case MOSQUITTO -> throw new IllegalArgumentException("mosquitto is a program");
                };
        return "the Server " + kind + " of @MqttServer is not on the class path: add " + dependencies
                + " as a dependency of scope test, or name another ServerKind";
    }
}

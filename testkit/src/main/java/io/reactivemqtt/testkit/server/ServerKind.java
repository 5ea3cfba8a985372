package io.reactivemqtt.testkit.server;

/** The real Servers that {@link MqttServer} can run. */
public enum ServerKind {
    /** The program {@code mosquitto}, where it is on the path or in {@code /usr/sbin}; elsewhere this run is left out. */
    MOSQUITTO,
    /** Apache Artemis inside this JVM: see {@link EmbeddedServer}. */
    ARTEMIS,
    /** HiveMQ Community Edition inside this JVM; one for all test classes, because it takes seconds to start. */
    HIVEMQ,
    /** Eclipse Mosquitto in a container, where Docker answers; elsewhere this run is reported as skipped. */
    CONTAINER,
    /** {@link #MOSQUITTO} where it is there, {@link #ARTEMIS} otherwise: for tests that need any Server. */
    LOCAL
}

package io.reactivemqtt.testkit.server;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** A real MQTT Server that runs for tests, on the loopback interface. */
public interface RunningServer extends AutoCloseable {

    /**
     * Starts the program {@code mosquitto}, if it is on the path or in {@code /usr/sbin}, on a free port: for programs; a test
     * class has {@link MqttServer}.
     *
     * @param options further lines of its configuration, such as {@code max_inflight_messages 5}
     * @return the Server, which ends with this JVM at the latest; empty if the program is not there
     */
    static Optional<RunningServer> mosquitto(String... options) {
        ServerSetup setup = new ServerSetup("", "", List.of(options));
        return MosquittoServer.program().map(program -> MosquittoServer.start(program, setup));
    }

    /** Returns where it listens, as {@code mqtt://127.0.0.1:PORT}; the same after a restart. */
    URI uri();

    /** Returns what it is called and its version, such as {@code mosquitto 2.0.11}. */
    String name();

    /** Tells whether Session State and retained messages outlive {@link #stop()}. */
    default boolean keepsSessions() {
        return false;
    }

    /**
     * Ends it gracefully; {@link #start()} brings it back.
     *
     * @throws UnsupportedOperationException if this Server cannot be brought back
     */
    default void stop() {
        throw new UnsupportedOperationException(name() + " cannot be stopped and brought back by a test");
    }

    /**
     * Ends it with no chance to say goodbye to anyone or to write anything down; {@link #start()} brings it back.
     *
     * @throws UnsupportedOperationException if this Server cannot be brought back
     */
    default void kill() {
        stop();
    }

    /**
     * Brings it back on the same port; nothing happens if it runs.
     *
     * @throws UnsupportedOperationException if this Server cannot be brought back
     */
    default void start() {
        throw new UnsupportedOperationException(name() + " cannot be stopped and brought back by a test");
    }

    /**
     * Stops it and brings it back.
     *
     * @throws UnsupportedOperationException if this Server cannot be brought back
     */
    default void restart() {
        stop();
        start();
    }

    /** Ends it for good and gives back all that it held. */
    @Override
    void close();
}

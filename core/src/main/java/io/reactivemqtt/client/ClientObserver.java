package io.reactivemqtt.client;

import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Packet;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a client does, to log, count or trace it: {@link ClientOptions.Builder#observer}. One observer may serve many clients.
 *
 * <p>All methods are called on the client's event loop, in the order in which things happen, and do nothing by default. They MUST
 * NOT block, and SHOULD NOT throw: what they throw is dropped, by Reactor's {@code onErrorDropped}, and the client goes on.
 */
public interface ClientObserver {

    /** Hears nothing. */
    ClientObserver NONE = new ClientObserver() {};

    /**
     * Returns an observer that writes lines to the {@link System.Logger} {@code io.reactivemqtt.client}: the life of connections
     * and Sessions at INFO, all other events at WARNING, each attempt to connect at DEBUG, and at TRACE each packet, without
     * payloads and secrets. Whether TRACE is on is asked once for each attempt to connect.
     *
     * @param name what each line begins with, such as the Client Identifier
     */
    static ClientObserver logging(String name) {
        return new LoggingObserver(name);
    }

    /**
     * An attempt to connect begins.
     *
     * @param server where to
     * @param reconnect which of the reconnects in a row, as {@link ClientEvent.ReconnectScheduled#attempt} counts them; 0: the
     *     application has called {@code connect()}
     * @param lastFailure why the connection was lost, or the reconnect before failed; null if {@code reconnect} is 0
     */
    default void connecting(URI server, int reconnect, @Nullable MqttException lastFailure) {}

    /** Something happened that {@code events()} tells too. */
    default void event(ClientEvent event) {}

    /** Tells whether it wants to hear of packets; asked once for each attempt to connect. If not, packets cost nothing more. */
    default boolean wantsPackets() {
        return false;
    }

    /**
     * A packet was written; it leaves with the next flush.
     *
     * @param packet its {@code toString} leaves payloads and secrets out
     */
    default void packetSent(Packet packet) {}

    /**
     * A packet arrived. What is no packet is not heard of here: {@link ClientEvent.Disconnected} says what was wrong with it.
     *
     * @param packet its {@code toString} leaves payloads and secrets out
     */
    default void packetReceived(Packet packet) {}
}

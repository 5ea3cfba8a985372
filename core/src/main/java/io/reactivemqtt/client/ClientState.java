package io.reactivemqtt.client;

import io.reactivemqtt.exception.MqttException;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a client is doing: for health checks and for programs that wait for a connection.
 *
 * @param status what it is doing
 * @param since since when
 * @param attempt which attempt in a row to re-establish the connection is under way ({@link Status#CONNECTING}) or comes next
 *     ({@link Status#WAITING}); 0 in other states, and where {@code connect()} was called
 * @param cause why the connection was lost, or could not be made; null in {@link Status#NEW}, {@link Status#CONNECTED} and {@link
 *     Status#CLOSED}
 * @param server the Server of the present connection or attempt, or of the last one
 */
public record ClientState(
        Status status, Instant since, int attempt, @Nullable MqttException cause, URI server) {

    /** What a client can be doing. */
    public enum Status {
        /** {@code connect()} has not been called. */
        NEW,
        /** Another process may have the Session, and this one waits for its turn: {@code ClientOptions.Builder.standby}. */
        STANDING_BY,
        /** An attempt to connect is under way. */
        CONNECTING,
        /** The Server has accepted the connection. */
        CONNECTED,
        /** The connection was lost, or could not be made, and the next attempt waits for its time. */
        WAITING,
        /** There is no connection, and none will be made until {@code connect()} is called. {@link #cause} says why. */
        STOPPED,
        /** {@code disconnect()} was called. */
        CLOSED
    }

    /** Returns whether the Server has accepted the connection. */
    public boolean isConnected() {
        return status == Status.CONNECTED;
    }
}

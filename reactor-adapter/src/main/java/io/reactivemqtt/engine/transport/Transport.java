package io.reactivemqtt.engine.transport;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.TlsSession;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import org.jspecify.annotations.Nullable;

/** An open connection to the Server. Only the loop's thread calls it. */
public interface Transport {

    /** Puts {@code packet} behind what was written before; it leaves with the next {@link #flush} at the latest. */
    void write(Packet packet);

    /** {@link #write Writes} a PUBLISH, which need not become a packet first. */
    default void write(ApplicationMessage message, int packetIdentifier, boolean dup) {
        write(new Publish(message, packetIdentifier, dup));
    }

    /** {@link #write Writes} an acknowledgement that says no more than a Reason Code. */
    default void write(PacketType acknowledgement, int packetIdentifier, ReasonCode reasonCode) {
        write(Acknowledgement.of(acknowledgement, packetIdentifier, reasonCode));
    }

    /** Sends what was written. */
    void flush();

    /** Sends what was written, then closes; the listener hears nothing any more. */
    void close();

    /** Stops or resumes reading. */
    void readingPaused(boolean paused);

    /**
     * Tells whether bytes that the network did not take at once are on their way, and the peer takes them: a sign of life. What leaves
     * freely is none, for the network takes it whether the peer lives or not.
     */
    boolean isTakingBytes();

    /** Returns what the TLS handshake has negotiated; null without TLS. */
    default @Nullable TlsSession tls() {
        return null;
    }

    /** The Server has accepted the connection with {@code connAck}: packets may be as large as was announced from now on. */
    void connected(ConnAck connAck);
}

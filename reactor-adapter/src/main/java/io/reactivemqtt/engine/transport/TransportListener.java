package io.reactivemqtt.engine.transport;

import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import org.jspecify.annotations.Nullable;

/** Hears what happens to one connection, on the loop's thread; nothing after {@link #closed} or
 * {@link Transport#close}, but the end of the read that is going on. */
public interface TransportListener {

    /** The connection is open. */
    void opened(Transport transport);

    /** A packet arrived; more may follow before {@link #readComplete}, which always comes. */
    void packet(Packet packet);

    /** Bytes arrived that are no whole packet yet; {@link #readComplete} follows. */
    void bytes();

    /** A PUBACK, PUBREC, PUBREL or PUBCOMP arrived that says no more than that all went well; else as {@link #packet}. */
    void acknowledgement(PacketType type, int packetIdentifier);

    /** What arrived is no packet; nothing behind it is looked at. */
    void malformed(ProtocolViolationException violation);

    /** For now everything that arrived has been told: the moment to send the answers. */
    void readComplete();

    /** The network takes more, or for now no more. */
    void writabilityChanged(boolean writable);

    /** The connection could not be opened, or is gone. */
    void closed(@Nullable Throwable cause);
}

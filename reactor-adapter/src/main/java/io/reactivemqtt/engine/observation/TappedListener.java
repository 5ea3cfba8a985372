package io.reactivemqtt.engine.observation;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import org.jspecify.annotations.Nullable;

/** Shows what arrives, and makes a transport that shows what is written. */
final class TappedListener implements TransportListener {

    private final TransportListener listener;
    private final ClientObserver observer;

    TappedListener(TransportListener listener, ClientObserver observer) {
        this.listener = listener;
        this.observer = observer;
    }

    @Override
    public void opened(Transport transport) {
        listener.opened(new TappedTransport(transport, observer));
    }

    @Override
    public void packet(Packet packet) {
        observer.packetReceived(packet);
        listener.packet(packet);
    }

    @Override
    public void bytes() {
        listener.bytes();
    }

    @Override
    public void acknowledgement(PacketType type, int packetIdentifier) {
        observer.packetReceived(Acknowledgement.of(type, packetIdentifier, ReasonCode.SUCCESS));
        listener.acknowledgement(type, packetIdentifier);
    }

    @Override
    public void malformed(ProtocolViolationException violation) {
        listener.malformed(violation);
    }

    @Override
    public void readComplete() {
        listener.readComplete();
    }

    @Override
    public void writabilityChanged(boolean writable) {
        listener.writabilityChanged(writable);
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        listener.closed(cause);
    }
}

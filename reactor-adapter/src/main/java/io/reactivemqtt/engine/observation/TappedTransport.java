package io.reactivemqtt.engine.observation;

import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.TlsSession;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import org.jspecify.annotations.Nullable;

/** Shows what is written. The other {@code write} methods, which it inherits, make a packet and come here. */
final class TappedTransport implements Transport {

    private final Transport transport;
    private final ClientObserver observer;

    TappedTransport(Transport transport, ClientObserver observer) {
        this.transport = transport;
        this.observer = observer;
    }

    @Override
    public void write(Packet packet) {
        transport.write(packet);
        observer.packetSent(packet);
    }

    @Override
    public void flush() {
        transport.flush();
    }

    @Override
    public void close() {
        transport.close();
    }

    @Override
    public void readingPaused(boolean paused) {
        transport.readingPaused(paused);
    }

    @Override
    public boolean isTakingBytes() {
        return transport.isTakingBytes();
    }

    @Override
    public @Nullable TlsSession tls() {
        return transport.tls();
    }

    @Override
    public void connected(ConnAck connAck) {
        transport.connected(connAck);
    }
}

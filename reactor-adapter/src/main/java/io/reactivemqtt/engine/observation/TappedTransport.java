package io.reactivemqtt.engine.observation;

import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.packet.Packet;

/** Shows what is written. */
final class TappedTransport implements Transport {

    private final Transport transport;
    private final ClientObserver observer;

    TappedTransport(Transport transport, ClientObserver observer) {
        this.transport = transport;
        this.observer = observer;
    }

    @Override
    public void write(Packet packet) {
        observer.packetSent(packet);
        transport.write(packet);
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
    public void accepted() {
        transport.accepted();
    }
}

package io.reactivemqtt.engine.observation;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Packet;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Calls the application's observer, and keeps what it throws away from the client. */
public final class Observation implements ClientObserver {

    private final ClientObserver observer;

    private Observation(ClientObserver observer) {
        this.observer = observer;
    }

    /** Returns {@code observer}, or one that throws nothing in its place. */
    public static ClientObserver of(ClientObserver observer) {
        return observer == ClientObserver.NONE ? observer : new Observation(observer);
    }

    /** Returns {@code listener}, or one that shows {@code observer} what arrives and what is written, if it wants that. */
    public static TransportListener tap(TransportListener listener, ClientObserver observer) {
        return observer.wantsPackets() ? new TappedListener(listener, observer) : listener;
    }

    @Override
    public void connecting(URI server, int reconnect, @Nullable MqttException lastFailure) {
        UserCode.run(() -> observer.connecting(server, reconnect, lastFailure));
    }

    @Override
    public void event(ClientEvent event) {
        UserCode.run(() -> observer.event(event));
    }

    @Override
    public boolean wantsPackets() {
        try {
            return observer.wantsPackets();
        } catch (Throwable thrown) {
            UserCode.dropped(thrown);
            return false;
        }
    }

    @Override
    public void packetSent(Packet packet) {
        UserCode.run(() -> observer.packetSent(packet));
    }

    @Override
    public void packetReceived(Packet packet) {
        UserCode.run(() -> observer.packetReceived(packet));
    }
}

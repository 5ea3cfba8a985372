package io.reactivemqtt.engine.transport.netty;

import io.netty.handler.codec.DecoderException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.fuzz.Promise;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** What a listener hears of one connection. */
final class Heard implements TransportListener {

    /** Where no time passes. */
    static final Loop LOOP = new Loop() {
        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long epochMillis() {
            return 0;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Disposable schedule(Runnable task, long delayNanos) {
            return Disposables.disposed();
        }
    };

    final List<Packet> packets = new ArrayList<>();

    @Nullable
    String violation;

    private boolean closed;

    /** Tells whether the connection is neither closed nor beyond repair. */
    boolean isGoingOn() {
        return !closed && violation == null;
    }

    @Override
    public void opened(Transport transport) {}

    @Override
    public void packet(Packet packet) {
        Promise.that(isGoingOn(), "a packet comes behind the end");
        packets.add(packet);
    }

    @Override
    public void bytes() {}

    @Override
    public void acknowledgement(PacketType type, int packetIdentifier) {
        packet(Acknowledgement.of(type, packetIdentifier, ReasonCode.SUCCESS));
    }

    @Override
    public void malformed(ProtocolViolationException cause) {
        Promise.that(isGoingOn(), "something is malformed behind the end");
        violation = cause.reasonCode() + " " + cause.getMessage();
    }

    @Override
    public void readComplete() {}

    @Override
    public void writabilityChanged(boolean writable) {}

    @Override
    public void closed(@Nullable Throwable cause) {
        Promise.that(!closed, "the end is told twice");
        Promise.that(
                cause == null || cause instanceof IOException || cause instanceof DecoderException,
                "the end is no failure of I/O: " + cause);
        closed = true;
    }
}

package io.reactivemqtt.testkit.reactor;

import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;

/** One connection in memory; what is written is answered after the flush, in a turn of its own. On the loop. */
final class FakeConnection implements Transport {

    /** The Server at the other end. */
    interface Peer {

        /** The connection is open. */
        void opened(FakeConnection connection);

        /** Returns the answers to a packet. */
        List<Packet> answersTo(Packet packet);

        /** All that was flushed is answered. */
        void answered(FakeConnection connection);

        /** The connection is closed. */
        void closed(FakeConnection connection);
    }

    private final FakeLoop loop;
    private final Peer peer;
    private final TransportListener listener;
    private final List<Packet> written = new ArrayList<>();
    private final List<Packet> flushed = new ArrayList<>();
    private final List<Packet> unread = new ArrayList<>();
    private boolean readingPaused;
    private boolean open = true;

    FakeConnection(FakeLoop loop, Peer peer, TransportListener listener) {
        this.loop = loop;
        this.peer = peer;
        this.listener = listener;
    }

    // ---- the Server

    void open(boolean reachable) {
        if (open && reachable) {
            peer.opened(this);
            listener.opened(this);
        } else if (open) { // not given up before
            open = false;
            listener.closed(new ConnectException("the fake Server is not reachable"));
        }
    }

    /** The client gives the attempt up. */
    void giveUp() {
        open = false;
    }

    /** Sends {@code packets}; they arrive in one read, when the client reads. */
    void send(List<Packet> packets) {
        unread.addAll(packets);
        read();
    }

    private void read() {
        if (!open || readingPaused || unread.isEmpty()) {
            return;
        }
        List<Packet> packets = List.copyOf(unread);
        unread.clear();
        for (Packet packet : packets) {
            if (open) { // one may have the client close
                listener.packet(packet);
            }
        }
        listener.readComplete();
    }

    /** The connection is lost. */
    void lose() {
        if (open) {
            open = false;
            peer.closed(this);
            listener.closed(null);
        }
    }

    // ---- the client

    @Override
    public void write(Packet packet) {
        written.add(packet);
    }

    @Override
    public void flush() {
        if (!written.isEmpty()) {
            flushed.addAll(written);
            written.clear();
            loop.execute(this::answer);
        }
    }

    private void answer() {
        if (!open) {
            return; // lost on the way
        }
        send(answers());
        peer.answered(this);
    }

    private List<Packet> answers() {
        List<Packet> packets = List.copyOf(flushed);
        flushed.clear();
        List<Packet> answers = new ArrayList<>();
        packets.forEach(packet -> answers.addAll(peer.answersTo(packet)));
        return answers;
    }

    @Override
    public void close() {
        flush();
        open = false;
        answers(); // at once: the test may look when disconnect() completes
        peer.closed(this);
    }

    @Override
    public void readingPaused(boolean paused) {
        readingPaused = paused;
        loop.execute(this::read);
    }

    @Override
    public boolean isTakingBytes() {
        return false;
    }

    @Override
    public void connected(ConnAck connAck) {
        // packets have no size here
    }
}

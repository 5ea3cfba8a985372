package io.reactivemqtt.simulation;

import io.reactivemqtt.engine.transport.Transport;
import io.reactivemqtt.engine.transport.TransportListener;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import reactor.core.Disposable;

/** One connection: packets on their way in both directions, until somebody closes it, it is cut, or nothing passes any more. */
final class Link implements Transport, Disposable {

    private enum State {
        OPENING,
        OPEN,
        CLOSED
    }

    private final TransportListener client;
    private final ServerModel server;
    private final List<Packet> written = new ArrayList<>();
    private final ArrayDeque<Packet> toServer = new ArrayDeque<>();
    private final ArrayDeque<Packet> toClient = new ArrayDeque<>();
    private State state = State.OPENING;
    private boolean silent;
    private boolean readingPaused;
    private boolean closedHere;
    private boolean closedByClient;
    private boolean closedByServer;

    Link(TransportListener client, ServerModel server) {
        this.client = client;
        this.server = server;
    }

    // ---- the network

    boolean isOpening() {
        return state == State.OPENING;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    void open() {
        state = State.OPEN;
        server.accepts(this);
        client.opened(this);
    }

    void refuse() {
        state = State.CLOSED;
        client.closed(new ConnectException("refused"));
    }

    /** Tells whether something is on its way to the Server, or the end of it. */
    boolean hasForServer() {
        return state != State.OPENING && (!toServer.isEmpty() || closedByClient);
    }

    boolean hasForClient() {
        return state == State.OPEN && !readingPaused && (!toClient.isEmpty() || closedByServer);
    }

    /** So many packets get there, in one read; behind the last comes the end, if the client has closed. */
    void deliverToServer(int count) {
        for (int i = 0; i < count && !toServer.isEmpty(); i++) {
            Simulation.trace("    -> " + toServer.element());
            server.receives(this, toServer.remove());
        }
        if (toServer.isEmpty() && closedByClient) {
            closedByClient = false;
            server.lost(this);
        }
    }

    void deliverToClient(int count) {
        for (int i = 0; i < count && !toClient.isEmpty() && state == State.OPEN; i++) {
            Simulation.trace("    <- " + toClient.element());
            client.packet(toClient.remove());
        }
        client.readComplete(); // which comes even if the client has just closed
        if (toClient.isEmpty() && closedByServer && state == State.OPEN) {
            state = State.CLOSED;
            client.closed(null);
        }
    }

    /** Nothing passes from now on, and neither side is told. */
    void goesSilent() {
        silent = true;
        toServer.clear();
        toClient.clear();
    }

    boolean isSilent() {
        return silent;
    }

    /** Of what is on its way so much gets there; then both sides learn that it is gone. */
    void cut(int getToServer, int getToClient) {
        deliverToServer(getToServer);
        if (state == State.OPEN && getToClient > 0 && hasForClient()) {
            deliverToClient(getToClient);
        }
        toServer.clear();
        toClient.clear();
        server.lost(this);
        if (state != State.CLOSED) {
            state = State.CLOSED;
            client.closed(new IOException("cut"));
        }
    }

    /** The process of the client is gone: what it sent may still get there. */
    void clientDied(int getToServer) {
        state = State.CLOSED;
        deliverToServer(getToServer);
        toServer.clear();
        server.lost(this);
    }

    // ---- the Server

    void send(Packet packet) {
        if (!silent && state == State.OPEN) {
            toClient.add(packet);
        }
    }

    void closeFromServer() {
        closedByServer = !silent;
    }

    // ---- the client

    boolean hasUnflushed() {
        return state == State.OPEN && !written.isEmpty();
    }

    @Override
    public void write(Packet packet) {
        Broken.unless(!closedHere, "written to a closed connection: %s", packet);
        if (state == State.OPEN) { // else nobody knows yet
            written.add(packet);
        }
    }

    @Override
    public void flush() {
        if (!silent && !closedByServer) {
            toServer.addAll(written);
        }
        written.clear();
    }

    @Override
    public void close() {
        if (state == State.OPEN) {
            flush();
            state = State.CLOSED;
            closedHere = true;
            closedByClient = true;
            if (silent) { // the Server learns of it by the time that passes
                toServer.clear();
            }
        }
    }

    @Override
    public void dispose() {
        if (state == State.OPENING) {
            state = State.CLOSED;
        }
    }

    @Override
    public void readingPaused(boolean paused) {
        readingPaused = paused;
    }

    @Override
    public boolean isTakingBytes() {
        return false;
    }

    @Override
    public void connected(ConnAck connAck) {}
}

package io.reactivemqtt.engine.state;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.session.IncomingFlow;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Session;
import java.util.function.Consumer;

/**
 * The one way into the session. What comes out of the session in the middle of a transition must not call it back: whoever finds it
 * {@linkplain #isBusy busy} waits until the transition is over. Event loop only.
 *
 * <p>What happens for each message has a method of its own here, so that it costs no object.
 */
public final class SessionGate {

    private final Turns turns;
    private Session session;
    private boolean busy;

    SessionGate(Turns turns, Session session) {
        this.turns = turns;
        this.session = session;
    }

    public Session session() {
        return session;
    }

    /** Another Session begins, or the same one anew. */
    void replace(Session other) {
        other.follows(session);
        session = other;
    }

    /** Tells whether the session is in the middle of a transition. */
    public boolean isBusy() {
        return busy;
    }

    /** Returns the time of this turn. */
    public long nowNanos() {
        return turns.nowNanos();
    }

    /** Calls the session. */
    public void enter(Consumer<? super Session> call) {
        boolean outer = busy;
        busy = true;
        try {
            call.accept(session);
        } finally {
            busy = outer;
        }
    }

    public void publish(OutgoingFlow flow) {
        busy = true;
        try {
            session.publish(flow, turns.nowNanos());
        } finally {
            busy = false;
        }
    }

    public void acknowledge(IncomingFlow flow, ReasonCode answer) {
        busy = true;
        try {
            session.acknowledge(flow, answer, turns.nowNanos());
        } finally {
            busy = false;
        }
    }

    public void onPacket(Packet packet) {
        busy = true;
        try {
            session.onPacket(packet, turns.nowNanos());
        } finally {
            busy = false;
        }
    }

    public void onAcknowledgement(PacketType type, int packetIdentifier) {
        busy = true;
        try {
            session.onAcknowledgement(type, packetIdentifier, turns.nowNanos());
        } finally {
            busy = false;
        }
    }

    /** The client has failed in the middle of whatever it was: nothing is left to wait for. */
    public void abandon() {
        busy = false;
    }
}

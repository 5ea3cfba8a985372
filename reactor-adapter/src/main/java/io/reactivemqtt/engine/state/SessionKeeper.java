package io.reactivemqtt.engine.state;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.engine.loop.Loop;
import io.reactivemqtt.engine.loop.Turns;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Outputs;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Keeps the session and, if there is a store, what is known of it there: a failure of the store ends the session as a crash
 * would, and the next one recovers. Loop only, but for {@link #execute}.
 */
public final class SessionKeeper implements StateRecovery.Owner {

    /** So long changes that nothing waits for may wait for company. */
    private static final long LAG_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What a keeper asks of its owner, on the loop. */
    public interface Owner extends StoreListener {
        /** Sends what waited for a change that is durable now. */
        void sendHeld(Packet packet);

        void tell(ClientEvent event);
    }

    private final Owner owner;
    private final Outputs outputs;
    private final Turns turns;
    private final Loop loop;
    private final Function<ApplicationMessage, OutgoingFlow> recoveredFlows = this::recoveredFlow;
    private final ClientOptions options;
    private SessionOptions spoken; // in the version of MQTT that is
    private final StateRecovery recovery;
    private final SessionGate gate;
    private final Counters counters;
    private @Nullable IllegalArgumentException contradiction;
    /** Whether something of this process is in the session, so that nothing can be restored any more. */
    private boolean used;

    @SuppressWarnings("NullAway.Init") // attached before anything happens
    private RecoveredFlows flows;

    @SuppressWarnings("NullAway.Init")
    private ReceivedState received;

    private long recoveredSequence;

    /** The sequence of the first message that this process accepted. */
    private long ownFrom = Long.MAX_VALUE;

    /** Whether a Session was restored: Clean Start is 0 for good. */
    private boolean restored;
    /** Whether the Server accepted a connection of this process, so that what is recovered is this client's own. */
    private boolean connected;

    public SessionKeeper(Owner owner, Outputs outputs, Turns turns, Loop loop, ClientOptions options) {
        this.owner = owner;
        this.outputs = outputs;
        this.turns = turns;
        this.loop = loop;
        this.options = options;
        this.spoken = options.session();
        this.recovery = new StateRecovery(options, this, owner);
        this.gate = new SessionGate(turns, newSession());
        this.counters = new Counters(loop);
    }

    private Session newSession() {
        ToIntFunction<Packet> encodedLength = encodedLength();
        Session made = new Session(options, outputs, recovery.isDurable(), encodedLength);
        made.speak(spoken, encodedLength);
        made.onWallClock(loop.epochMillis(), loop.nanoTime());
        return made;
    }

    /** The next connection speaks the version of {@code session}. */
    public void speak(SessionOptions session) {
        if (spoken != session) {
            spoken = session;
            session().speak(session, encodedLength());
        }
    }

    /** Returns the options in the version of MQTT that the present or next connection speaks. */
    public SessionOptions spoken() {
        return spoken;
    }

    private ToIntFunction<Packet> encodedLength() {
        return PacketEncoder.of(spoken.protocolVersion())::encodedLength;
    }

    /** Says who has the callers of messages, and who what was received. */
    public void attach(RecoveredFlows recoveredFlows, ReceivedState receivedState) {
        flows = recoveredFlows;
        received = receivedState;
    }

    public SessionGate gate() {
        return gate;
    }

    /** Returns what counts what the client does. */
    public Counters counters() {
        return counters;
    }

    private Session session() {
        return gate.session();
    }

    public boolean isOpen() {
        return recovery.isOpen();
    }

    public void whenOpen(Waiter wish) {
        recovery.whenOpen(wish);
    }

    public void tellWallClock() {
        session().onWallClock(loop.epochMillis(), turns.nowNanos());
    }

    public @Nullable MqttException stopped() {
        return recovery.stopped();
    }

    /** The Session may be taken over from whoever has it. */
    public void takeOver() {
        recovery.takeOver();
    }

    /** Somebody says that the Session is another's. */
    public void takenOver() {
        recovery.takenOver();
    }

    public boolean isOutOfTurn() {
        return options.standby() != null && stopped() != null;
    }

    /** {@code wish} is none any more; true if nobody stands by for the Session any more because of that. */
    public boolean forget(@Nullable Waiter wish) {
        return recovery.forget(wish);
    }

    public void used() {
        used = true;
    }

    /** The Server has accepted a connection, and resumes the Session or begins one. */
    public void connected(boolean sessionPresent) {
        connected = true;
        recovery.connected(sessionPresent);
    }

    // ---- recovery

    @Override
    public void recovering() {
        contradiction = null;
        flows.recovering();
        gate.replace(newSession());
    }

    @Override
    public void recover(SessionChange change) {
        if (contradiction == null) {
            try {
                recoveredSequence = change instanceof OutgoingAccepted accepted ? accepted.sequence() : 0;
                session().recover(change, recoveredFlows, turns.nowNanos());
            } catch (IllegalArgumentException thrown) {
                contradiction = thrown;
            }
        }
    }

    private OutgoingFlow recoveredFlow(ApplicationMessage message) {
        return flows.flow(recoveredSequence, message);
    }

    @Override
    public @Nullable StoreException contradiction() {
        return contradiction == null
                ? null
                : new StoreException(
                        "what is stored contradicts itself, so that no Session can go on with it: "
                                + contradiction.getMessage(),
                        contradiction);
    }

    @Override
    public void recovered() {
        if (restored) {
            session().onRestored(turns.nowNanos());
        }
        gate.enter(recovered -> recovered.onRecovered(connected, ownFrom, turns.nowNanos()));
        flows.recovered();
        received.recovered();
    }

    /** Nobody waits any more for the store to come back. */
    public void giveUp(MqttException cause) {
        flows.giveUp(cause);
    }

    /** The client has failed. */
    public void failed(MqttException cause) {
        UserCode.run(() -> session().onStoreFailed(cause, flow -> false, flow -> {}, turns.nowNanos()));
        giveUp(cause);
        gate.replace(newSession());
        recovery.abandon(cause);
    }

    // ---- what is stored

    /** Returns the way into the store while it is open. */
    public Journal journal() {
        return recovery.journal();
    }

    /** The session has taken a message of this process under {@code sequence}; 0: it has refused it, or sent it at once. */
    public void published(long sequence) {
        used = true;
        if (ownFrom == Long.MAX_VALUE && sequence > 0) {
            ownFrom = sequence;
        }
    }

    public void close(Runnable then) {
        giveUp(new ClientClosedException("the request"));
        recovery.close(() -> {
            if (recovery.isDurable()) {
                gate.replace(newSession());
                received.forgotten();
            }
            then.run();
        });
    }

    // ---- from the journal

    @Override
    public void execute(Runnable task) {
        turns.execute(task);
    }

    @Override
    public void commitLater() {
        loop.schedule(() -> execute(() -> journal().commitAll()), LAG_NANOS);
    }

    @Override
    public void sendHeld(Packet packet) {
        owner.sendHeld(packet);
    }

    @Override
    public long nowNanos() {
        return turns.nowNanos();
    }

    @Override
    public Disposable later(Runnable task, long delayNanos) {
        return turns.schedule(task, delayNanos);
    }

    @Override
    public void storeFailed(MqttException cause, List<SessionChange> lost) {
        owner.tell(new ClientEvent.StoreFailed(cause));
        flows.lost(lost);
        boolean comesBack = !(cause instanceof SessionTakenOverException);
        gate.enter(failing -> failing.onStoreFailed(
                cause, flow -> comesBack && flows.isDurable(flow), flows::waits, turns.nowNanos()));
        received.forgotten();
        gate.replace(newSession());
        recovery.lost(cause);
        owner.unavailable(cause);
    }

    // ---- a Session from elsewhere

    /** Returns the name of the Session that this client was made for. */
    String clientIdentifier() {
        return options.session().clientIdentifier();
    }

    /** Tells whether something of this process is in the session, so that nothing can be restored any more. */
    boolean isUsed() {
        return used;
    }

    /**
     * Returns a session that has what {@code changes} say, and no sequence twice.
     *
     * @throws IllegalArgumentException if they contradict each other
     */
    Session rebuilt(List<SessionChange> changes) {
        Session rebuilt = newSession();
        recoveredSequence = 0;
        session().describe(change -> keepFor(rebuilt, change), turns.nowNanos());
        changes.forEach(change -> rebuilt.recover(change, recoveredFlows, turns.nowNanos()));
        return rebuilt;
    }

    private void keepFor(Session rebuilt, SessionChange change) {
        if (change instanceof SequencesReserved || change instanceof ReceiptKept) {
            rebuilt.recover(change, recoveredFlows, turns.nowNanos());
        }
    }

    /** Begins with {@code other}, which was saved elsewhere; {@code waiter} runs once it is durable. */
    void restore(Session other, Waiter waiter) {
        boolean before = restored;
        gate.replace(other);
        restored = true;
        gate.enter(restoring -> {
            restoring.onRestored(turns.nowNanos());
            restoring.rewrite(turns.nowNanos());
            restoring.onRecovered(false, Long.MAX_VALUE, turns.nowNanos());
        });
        flows.recovered();
        journal().whenDurable(Waiter.of(waiter, cause -> {
            restored = before;
            waiter.failed(cause);
        }));
    }
}

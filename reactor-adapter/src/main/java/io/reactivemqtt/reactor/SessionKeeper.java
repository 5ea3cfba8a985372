package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.SessionInspection;
import io.reactivemqtt.SessionTakenOverException;
import io.reactivemqtt.SnapshotRefusedException;
import io.reactivemqtt.StoreException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.reactor.transport.Loop;
import io.reactivemqtt.session.OutgoingFlow;
import io.reactivemqtt.session.Outputs;
import io.reactivemqtt.session.Session;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;

/**
 * Keeps the session and, if there is a store, what is known of it there: a failure of the store ends the session as a crash
 * would, and the next one recovers. Loop only, but for {@link #execute}.
 */
final class SessionKeeper implements Storage.Owner {

    /** So long changes that nothing waits for may wait for company. */
    private static final long LAG_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What a keeper asks of its owner, on the loop. */
    interface Owner {
        /** Sends what waited for a change that is durable now. */
        void sendHeld(Packet packet);

        /** All that is stored is in the session. */
        void recovered();

        /** Nothing is known any more of what was received and not processed: the Server sends it again. */
        void forgotten();

        /** The store has failed, or cannot be opened; whoever waited has been told. */
        void unavailable(MqttException cause);

        void tell(SessionEvent event);
    }

    private final Owner owner;
    private final Outputs outputs;
    private final Turns turns;
    private final Loop loop;
    private final ClientOptions options;
    private final ToIntFunction<Packet> encodedLength;
    private final Storage storage;
    private final SessionGate gate;

    private @Nullable IllegalArgumentException contradiction;

    /** Whether something of this process is in the session, so that nothing can be restored any more. */
    private boolean used;

    private @Nullable RecoveredFlows flows;
    private long recoveredSequence;

    /** The sequence of the first message that this process accepted. */
    private long ownFrom = Long.MAX_VALUE;

    /** Whether a Session was restored: Clean Start is 0 for good. */
    private boolean restored;

    /** Whether the Server accepted a connection of this process, so that what is recovered is this client's own. */
    private boolean accepted;

    SessionKeeper(
            Owner owner,
            Outputs outputs,
            Turns turns,
            Loop loop,
            ClientOptions options,
            ToIntFunction<Packet> encodedLength) {
        this.owner = owner;
        this.outputs = outputs;
        this.turns = turns;
        this.loop = loop;
        this.options = options;
        this.encodedLength = encodedLength;
        this.storage =
                new Storage(options.sessionStore(), options.connect().clientIdentifier(), options.storeTimeout(), this);
        this.gate = new SessionGate(turns, newSession());
    }

    private Session newSession() {
        Session made = new Session(options.connect(), outputs, storage.isDurable(), encodedLength);
        made.onWallClock(loop.epochMillis(), loop.nanoTime());
        return made;
    }

    /** Says who has the callers of messages. */
    void flows(RecoveredFlows recoveredFlows) {
        flows = recoveredFlows;
    }

    private RecoveredFlows flows() {
        return Objects.requireNonNull(flows);
    }

    SessionGate gate() {
        return gate;
    }

    private Session session() {
        return gate.session();
    }

    boolean isOpen() {
        return storage.isOpen();
    }

    void whenOpen(Wish wish) {
        storage.whenOpen(wish);
    }

    void tellWallClock() {
        session().onWallClock(loop.epochMillis(), turns.nowNanos());
    }

    /** Returns how many wishes wait for the store to open. */
    int waiting() {
        return storage.waiting();
    }

    @Nullable
    MqttException stopped() {
        return storage.stopped();
    }

    /** The Session may be taken over from whoever has it. */
    void takeOver() {
        storage.takeOver();
    }

    void used() {
        used = true;
    }

    void accepted() {
        accepted = true;
    }

    // ---- recovery

    @Override
    public void recovering() {
        contradiction = null;
        flows().recovering();
        gate.replace(newSession());
    }

    @Override
    public void recover(SessionChange change) {
        if (contradiction == null) {
            try {
                recoveredSequence = change instanceof OutgoingAccepted accepted ? accepted.sequence() : 0;
                session().recover(change, this::recoveredFlow, loop.nanoTime());
            } catch (IllegalArgumentException thrown) {
                contradiction = thrown;
            }
        }
    }

    private OutgoingFlow recoveredFlow(ApplicationMessage message) {
        return flows().flow(recoveredSequence, message);
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
        gate.enter(recovered -> recovered.onRecovered(accepted, ownFrom, turns.nowNanos()));
        flows().recovered();
        owner.recovered();
    }

    /** Nobody waits any more for the store to come back. */
    void giveUp(MqttException cause) {
        flows().giveUp(cause);
    }

    /** The client has failed. */
    void failed(MqttException cause) {
        UserCode.run(() -> session().onStoreFailed(cause, flow -> false, flow -> {}, turns.nowNanos()));
        giveUp(cause);
        gate.replace(newSession());
        storage.abandon(cause);
    }

    @Override
    public void unavailable(MqttException cause) {
        owner.unavailable(cause);
    }

    // ---- what is stored

    void persist(SessionChange change) {
        Journal journal = storage.journal();
        if (journal != null) {
            journal.add(change);
        }
    }

    boolean holds(Packet packet) {
        Journal journal = storage.journal();
        return journal != null && journal.holds(packet);
    }

    /** Tells whether whatever is sent now has to wait. */
    boolean isHolding() {
        Journal journal = storage.journal();
        return journal != null && journal.isHolding();
    }

    void whenDurable(Wish wish) {
        Journal journal = storage.journal();
        if (journal == null) {
            wish.run();
        } else {
            journal.whenDurable(wish);
        }
    }

    void forgetPackets() {
        Journal journal = storage.journal();
        if (journal != null) {
            journal.forgetPackets();
        }
    }

    boolean commit() {
        Journal journal = storage.journal();
        return journal != null && journal.commit();
    }

    /** The session has taken a message of this process under {@code sequence}; 0: it has refused it, or sent it at once. */
    void published(long sequence) {
        used = true;
        if (ownFrom == Long.MAX_VALUE && sequence > 0) {
            ownFrom = sequence;
        }
    }

    void close(Runnable then) {
        giveUp(new ClientClosedException("the request"));
        storage.close(() -> {
            if (storage.isDurable()) {
                gate.replace(newSession());
                owner.forgotten();
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
        loop.schedule(
                () -> execute(() -> {
                    Journal journal = storage.journal();
                    if (journal != null) {
                        journal.commitAll();
                    }
                }),
                LAG_NANOS);
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
        owner.tell(new SessionEvent.StoreFailed(cause));
        flows().lost(lost);
        boolean comesBack = !(cause instanceof SessionTakenOverException);
        gate.enter(failing -> failing.onStoreFailed(
                cause, flow -> comesBack && flows().isDurable(flow), flows()::waits, turns.nowNanos()));
        owner.forgotten();
        gate.replace(newSession());
        storage.lost(cause);
        owner.unavailable(cause);
    }

    // ---- looking at it, and taking it elsewhere

    void inspect(boolean withMessages, MonoSink<SessionInspection> sink) {
        execute(() -> whenOpen(Wish.of(
                () -> UserCode.run(() -> sink.success(session().inspect(withMessages, turns.nowNanos()))),
                failing(sink))));
    }

    void withdraw(long sequence, MonoSink<Boolean> sink) {
        execute(() -> whenOpen(Wish.of(
                () -> {
                    boolean[] found = {false};
                    gate.enter(current -> found[0] = current.withdraw(sequence, turns.nowNanos()));
                    UserCode.run(() -> sink.success(found[0]));
                },
                cause -> UserCode.run(() -> sink.error(cause)))));
    }

    void describe(MonoSink<SessionSnapshot> sink) {
        execute(() -> whenOpen(Wish.of(
                () -> {
                    List<SessionChange> changes = new ArrayList<>();
                    session().describe(changes::add, turns.nowNanos());
                    SessionSnapshot snapshot = new SessionSnapshot(session().clientIdentifier(), changes);
                    UserCode.run(() -> sink.success(snapshot));
                },
                failing(sink))));
    }

    void restore(SessionSnapshot snapshot, MonoSink<Void> sink) {
        execute(() -> whenOpen(Wish.of(() -> restoreOpen(snapshot, sink), failing(sink))));
    }

    private void restoreOpen(SessionSnapshot snapshot, MonoSink<Void> sink) {
        if (used) {
            refuse(
                    sink,
                    new IllegalStateException(
                            "a session is restored before anything else: this client has connected, published or subscribed"));
            return;
        }
        if (!snapshot.clientIdentifier().equals(options.connect().clientIdentifier())) {
            refuse(
                    sink,
                    new SnapshotRefusedException(
                            SnapshotRefusedException.Refusal.OTHER_CLIENT_IDENTIFIER,
                            "the saved session is that of \"" + snapshot.clientIdentifier() + "\", not of \""
                                    + options.connect().clientIdentifier() + "\"",
                            null));
            return;
        }
        Session replacing = newSession();
        try {
            session()
                    .describe(
                            change -> {
                                if (change instanceof SequencesReserved) { // no sequence comes twice
                                    recoveredSequence = 0;
                                    replacing.recover(change, this::recoveredFlow, turns.nowNanos());
                                }
                            },
                            turns.nowNanos());
            snapshot.changes().forEach(change -> replacing.recover(change, this::recoveredFlow, turns.nowNanos()));
        } catch (IllegalArgumentException contradicting) {
            refuse(
                    sink,
                    new SnapshotRefusedException(
                            SnapshotRefusedException.Refusal.DAMAGED,
                            "the saved session contradicts itself: " + contradicting.getMessage(),
                            contradicting));
            return;
        }
        boolean before = restored;
        gate.replace(replacing);
        restored = true;
        gate.enter(restoring -> {
            restoring.onRestored(turns.nowNanos());
            restoring.rewrite(turns.nowNanos());
            restoring.onRecovered(false, Long.MAX_VALUE, turns.nowNanos());
        });
        whenDurable(Wish.of(() -> UserCode.run(sink::success), cause -> {
            restored = before;
            refuse(sink, cause);
        }));
    }

    private static Consumer<MqttException> failing(MonoSink<?> sink) {
        return cause -> refuse(sink, cause);
    }

    private static void refuse(MonoSink<?> sink, Throwable cause) {
        UserCode.run(() -> sink.error(cause));
    }
}

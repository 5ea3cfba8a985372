package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.QueueFullException;
import io.reactivemqtt.SessionEvent;
import io.reactivemqtt.SessionInspection;
import io.reactivemqtt.SessionTakenOverException;
import io.reactivemqtt.SnapshotRefusedException;
import io.reactivemqtt.StoreException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.reactor.transport.Loop;
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

    private final Engine engine;
    private final Turns turns;
    private final Loop loop;
    private final ClientOptions options;
    private final ToIntFunction<Packet> encodedLength;
    private final Consumer<DeliveryReceipt> receipts;
    private final Storage storage;

    private Session session;
    private @Nullable IllegalArgumentException contradiction;

    /** Whether something of this process is in the session, so that nothing can be restored any more. */
    private boolean used;

    /** How many bytes of messages wait for the store to open. */
    private long bytesWaiting;

    /** Null without a store, which is the only one that fails. */
    private final @Nullable Survivors survivors;

    private long recoveredSequence;

    /** The sequence of the first message that this process accepted. */
    private long ownFrom = Long.MAX_VALUE;

    /** Whether a Session was restored: Clean Start is 0 for good. */
    private boolean restored;

    /** Whether the Server accepted a connection of this process, so that what is recovered is this client's own. */
    private boolean accepted;

    SessionKeeper(
            Engine engine,
            Turns turns,
            Loop loop,
            ClientOptions options,
            ToIntFunction<Packet> encodedLength,
            Consumer<DeliveryReceipt> receipts) {
        this.engine = engine;
        this.turns = turns;
        this.loop = loop;
        this.options = options;
        this.encodedLength = encodedLength;
        this.receipts = receipts;
        this.storage =
                new Storage(options.sessionStore(), options.connect().clientIdentifier(), options.storeTimeout(), this);
        this.survivors = storage.isDurable() ? new Survivors(engine, receipts) : null;
        this.session = newSession();
    }

    private Session newSession() {
        Session made = new Session(options.connect(), engine, storage.isDurable(), encodedLength);
        made.onWallClock(loop.epochMillis(), loop.nanoTime());
        return made;
    }

    Session session() {
        return session;
    }

    boolean isOpen() {
        return storage.isOpen();
    }

    void whenOpen(Wish wish) {
        storage.whenOpen(wish);
    }

    void tellWallClock() {
        session.onWallClock(loop.epochMillis(), turns.nowNanos());
    }

    /** Publishes once the store is open; meanwhile as much may wait for it as may wait to be sent. */
    void publishWhenOpen(EngineFlow flow) {
        int size = flow.message().payload().size();
        if (storage.waiting() >= options.connect().maximumQueuedMessages()
                || (bytesWaiting > 0 && bytesWaiting + size > options.connect().maximumQueuedBytes())) {
            UserCode.run(
                    () -> flow.failed(new QueueFullException("too many messages wait for the session store to open")));
            return;
        }
        bytesWaiting += size;
        storage.whenOpen(Wish.of(
                () -> {
                    bytesWaiting -= size;
                    engine.publishOpen(flow);
                },
                cause -> {
                    bytesWaiting -= size;
                    UserCode.run(() -> flow.failed(cause));
                }));
    }

    /** Returns how many more messages may wait. */
    int queueRoom() {
        return isOpen()
                ? session.queueRoom()
                : Math.max(0, options.connect().maximumQueuedMessages() - storage.waiting());
    }

    @Nullable
    MqttException stopped() {
        return storage.stopped();
    }

    int messagesWaiting() {
        return isOpen() ? session.waiting() : storage.waiting();
    }

    long bytesWaiting() {
        return isOpen() ? session.bytesWaiting() : bytesWaiting;
    }

    long maximumQueuedBytes() {
        return options.connect().maximumQueuedBytes();
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
        if (survivors != null) {
            survivors.recovering();
        }
        session = newSession();
    }

    @Override
    public void recover(SessionChange change) {
        if (contradiction == null) {
            try {
                recoveredSequence = change instanceof OutgoingAccepted accepted ? accepted.sequence() : 0;
                session.recover(change, this::recoveredFlow, loop.nanoTime());
            } catch (IllegalArgumentException thrown) {
                contradiction = thrown;
            }
        }
    }

    private EngineFlow recoveredFlow(ApplicationMessage message) {
        return survivors == null
                ? new DetachedFlow(engine, message, null, receipts)
                : survivors.flow(recoveredSequence, message);
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
            session.onRestored(turns.nowNanos());
        }
        engine.inSession(recovered -> recovered.onRecovered(accepted, ownFrom, turns.nowNanos()));
        if (survivors != null) {
            survivors.recovered();
        }
        engine.router().recovered();
    }

    /** Nobody waits any more for the store to come back. */
    void giveUp(MqttException cause) {
        if (survivors != null) {
            survivors.fail(cause);
        }
    }

    /** The client has failed. */
    void failed(MqttException cause) {
        UserCode.run(() -> session.onStoreFailed(cause, flow -> false, flow -> {}, turns.nowNanos()));
        giveUp(cause);
        session = newSession();
        storage.abandon(cause);
    }

    @Override
    public void unavailable(MqttException cause) {
        engine.storeGone(cause);
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

    /** The session has taken {@code flow}, or has refused it. */
    void published(EngineFlow flow) {
        used = true;
        if (ownFrom == Long.MAX_VALUE && flow.sequence() > 0) {
            ownFrom = flow.sequence();
        }
        if (flow instanceof DetachedFlow detached && detached.sequence() > 0) {
            whenDurable(Wish.of(detached::stored, detached::failed));
        }
    }

    void close(Runnable then) {
        giveUp(new ClientClosedException("the request"));
        storage.close(() -> {
            if (storage.isDurable()) {
                session = newSession();
                engine.router().forgetWhatComesAgain(true);
            }
            then.run();
        });
    }

    // ---- from the journal

    @Override
    public void execute(Runnable task) {
        engine.execute(task);
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
        engine.sendHeld(packet);
    }

    @Override
    public long nowNanos() {
        return turns.nowNanos();
    }

    @Override
    public Disposable later(Runnable task, long delayNanos) {
        return engine.schedule(task, delayNanos);
    }

    @Override
    public void storeFailed(MqttException cause, List<SessionChange> lost) {
        engine.tell(new SessionEvent.StoreFailed(cause));
        Survivors surviving = Objects.requireNonNull(survivors);
        surviving.lost(lost);
        boolean comesBack = !(cause instanceof SessionTakenOverException);
        engine.inSession(failing -> failing.onStoreFailed(
                cause,
                flow -> comesBack && surviving.isDurable(flow.sequence()),
                flow -> surviving.waits((EngineFlow) flow),
                turns.nowNanos()));
        engine.router().forgetWhatComesAgain(true);
        session = newSession();
        storage.lost(cause);
        engine.storeGone(cause);
    }

    // ---- looking at it, and taking it elsewhere

    void inspect(boolean withMessages, MonoSink<SessionInspection> sink) {
        execute(() -> whenOpen(Wish.of(
                () -> UserCode.run(() -> sink.success(session.inspect(withMessages, turns.nowNanos()))),
                failing(sink))));
    }

    void withdraw(long sequence, MonoSink<Boolean> sink) {
        execute(() -> whenOpen(Wish.of(
                () -> {
                    boolean[] found = {false};
                    engine.inSession(current -> found[0] = current.withdraw(sequence, turns.nowNanos()));
                    UserCode.run(() -> sink.success(found[0]));
                },
                cause -> UserCode.run(() -> sink.error(cause)))));
    }

    void describe(MonoSink<SessionSnapshot> sink) {
        execute(() -> whenOpen(Wish.of(
                () -> {
                    List<SessionChange> changes = new ArrayList<>();
                    session.describe(changes::add, turns.nowNanos());
                    SessionSnapshot snapshot = new SessionSnapshot(session.clientIdentifier(), changes);
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
            session.describe(
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
        session = replacing;
        restored = true;
        engine.inSession(restoring -> {
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

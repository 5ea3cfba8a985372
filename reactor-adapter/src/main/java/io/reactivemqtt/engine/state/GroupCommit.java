package io.reactivemqtt.engine.state;

import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Brings changes into the store, and holds back what depends on them: group commit. All changes that come up while one append
 * is at work go together into the next. Loop only.
 *
 * <p>What is held keeps its order. An {@link OutgoingCompleted} holds nothing back: if a crash loses it, the protocol absorbs
 * the repeat. Nor does a {@link ReceiptAcknowledged}: a receipt may be told again.
 */
final class GroupCommit implements Journal {

    /** So many changes that nothing waits for are appended at once; fewer wait for company. */
    private static final int ENOUGH_LAGGING = 256;

    /** What this does on its owner's loop. */
    interface Owner {
        /** Runs {@code task} in a turn; from any thread. */
        void execute(Runnable task);

        /** Calls {@link #commitAll} soon, but not at once. */
        void commitLater();

        /** Sends what waited for a change that is durable now. */
        void sendHeld(Packet packet);

        /** Returns the time of this turn. */
        long nowNanos();

        /** Runs {@code task} in a turn after {@code delayNanos}. */
        Disposable later(Runnable task, long delayNanos);

        /** The store failed; nothing is appended any more, and {@code lost} may not be durable. */
        void storeFailed(MqttException cause, List<SessionChange> lost);
    }

    private final SessionLog log;
    private final Owner owner;
    private final Duration timeout;

    private List<SessionChange> gathered = new ArrayList<>();

    /** Whether something among {@link #gathered} holds packets back. */
    private boolean gatheredHolds;

    /** What the append at work is to make durable. */
    private List<SessionChange> inAppend = List.of();

    private boolean appending;
    private boolean appendingHolds;

    private long appendingSinceNanos;

    private boolean watched;

    private Disposable watch = Disposables.disposed();

    /** Packets and wishes that wait for the append at work, and for the one after it. */
    private ArrayDeque<Object> afterAppending = new ArrayDeque<>();

    private ArrayDeque<Object> afterGathered = new ArrayDeque<>();
    /** The sequences of the last message that is durable, of the last in the append at work, and of the last of all. */
    private long durableSequence;

    private long appendingSequence;
    private long lastSequence;

    private boolean laterWished;
    private boolean failed;
    private @Nullable Runnable whenClosed;
    private final Disposable.Swap otherOwner = Disposables.swap();

    /**
     * Brings them into {@code log}.
     *
     * @param durableSequence of the last message that {@code log} has
     */
    GroupCommit(SessionLog log, Duration timeout, Owner owner, long durableSequence) {
        this.log = log;
        this.timeout = timeout;
        this.owner = owner;
        this.durableSequence = durableSequence;
        this.lastSequence = durableSequence;
    }

    /** Fails as soon as the store knows of another owner, and not only with the next append. */
    void watchOwner(String clientIdentifier) {
        Ending<Void> told = new Ending<>(() -> owner.execute(() -> takenOver(clientIdentifier)), ignored -> {});
        otherOwner.update(told);
        try {
            log.takenOver().subscribe(told);
        } catch (Throwable thrown) { // which the SPI forbids; appends tell it too
            told.dispose();
        }
    }

    /** Returns the log, whatever has become of it. */
    SessionLog sessionLog() {
        return log;
    }

    // ---- what the session wants

    @Override
    public @Nullable SessionLog log() {
        return failed || whenClosed != null ? null : log.undecoratedLog();
    }

    @Override
    public void add(SessionChange change) {
        if (!failed) {
            gathered.add(change);
            if (change instanceof OutgoingAccepted accepted) {
                lastSequence = Math.max(lastSequence, accepted.sequence());
            }
            gatheredHolds |= !(change instanceof OutgoingCompleted || change instanceof ReceiptAcknowledged);
        }
    }

    @Override
    public boolean holds(Packet packet) {
        return holdsBack(packet);
    }

    @Override
    public boolean isHolding() {
        return gatheredHolds || appendingHolds;
    }

    @Override
    public void whenDurable(Waiter wish) {
        if (!holdsBack(wish)) {
            wish.run();
        }
    }

    private boolean holdsBack(Object packetOrWish) {
        if (gatheredHolds) {
            afterGathered.add(packetOrWish);
        } else if (appendingHolds) {
            afterAppending.add(packetOrWish);
        } else {
            return false;
        }
        return true;
    }

    @Override
    public void forgetPackets() {
        afterAppending.removeIf(held -> held instanceof Packet);
        afterGathered.removeIf(held -> held instanceof Packet);
    }

    // ---- appending

    @Override
    public boolean commit() {
        if (appending || failed) {
            return false;
        }
        if (gatheredHolds || gathered.size() >= ENOUGH_LAGGING || (whenClosed != null && !gathered.isEmpty())) {
            append();
            return true;
        }
        if (whenClosed != null) {
            close(whenClosed);
        } else if (!gathered.isEmpty() && !laterWished) {
            laterWished = true;
            owner.commitLater();
        }
        return false;
    }

    @Override
    public void commitAll() {
        laterWished = false;
        if (!appending && !failed && !gathered.isEmpty()) {
            append();
        }
    }

    private void append() {
        List<SessionChange> changes = gathered;
        gathered = new ArrayList<>();
        ArrayDeque<Object> emptied = afterAppending;
        afterAppending = afterGathered;
        afterGathered = emptied;
        appendingHolds = gatheredHolds;
        gatheredHolds = false;
        appending = true;
        appendingSinceNanos = owner.nowNanos();
        inAppend = changes;
        appendingSequence = lastSequence;
        watch(timeout.toNanos());
        try {
            log.append(changes)
                    .subscribe(new Ending<>(
                            () -> owner.execute(this::appended), thrown -> owner.execute(() -> fail(thrown))));
        } catch (Throwable thrown) { // which the SPI forbids
            owner.execute(() -> fail(thrown));
        }
    }

    /** One timer looks after all appends, for there are many and hardly ever a late one. */
    private void watch(long delayNanos) {
        if (!watched) {
            watched = true;
            watch = owner.later(
                    () -> {
                        watched = false;
                        long leftNanos = appendingSinceNanos + timeout.toNanos() - owner.nowNanos();
                        if (appending && leftNanos <= 0) {
                            fail(new StoreException("the session store did not answer within " + timeout, null));
                        } else if (appending) {
                            watch(leftNanos);
                        }
                    },
                    delayNanos);
        }
    }

    private void appended() {
        if (failed) {
            return;
        }
        inAppend = List.of();
        durableSequence = appendingSequence;
        for (Object held = afterAppending.poll(); held != null; held = afterAppending.poll()) {
            if (held instanceof Packet packet) {
                owner.sendHeld(packet);
            } else {
                ((Waiter) held).run();
            }
        }
        // not before: what those wishes send leaves behind all that was held, and what they add waits
        appending = false;
        appendingHolds = false;
    }

    /** The Session is another's. */
    void takenOver(String clientIdentifier) {
        fail(new SessionTakenOverException(clientIdentifier));
    }

    private void fail(Throwable thrown) {
        if (failed) {
            return;
        }
        failed = true;
        MqttException cause = typed("the store of Session State failed", thrown);
        Runnable closed = whenClosed;
        List<SessionChange> lost = new ArrayList<>(inAppend);
        lost.addAll(gathered);
        lost.removeIf(this::isWrittenAgain);
        owner.storeFailed(cause, lost); // first: who hears of the failure may try again at once
        failWaiting(cause);
        if (closed != null) {
            close(closed);
        }
    }

    /** Tells whether {@code change} is a message that was durable before, and is written once more: its caller may have been told. */
    private boolean isWrittenAgain(SessionChange change) {
        return change instanceof OutgoingAccepted accepted && accepted.sequence() <= durableSequence;
    }

    /** The client has failed: nothing is appended any more, and nobody waits. */
    void abandon(MqttException cause) {
        failed = true;
        failWaiting(cause);
        close(whenClosed == null ? () -> {} : whenClosed);
    }

    private void failWaiting(MqttException cause) {
        List<Object> waiting = new ArrayList<>(afterAppending);
        waiting.addAll(afterGathered);
        afterAppending.clear();
        afterGathered.clear();
        for (Object held : waiting) {
            if (held instanceof Waiter wish) {
                UserCode.run(() -> wish.failed(cause));
            }
        }
    }

    /** Returns what a store threw, or {@code what} went wrong if the store did not explain it. */
    static MqttException typed(String what, Throwable thrown) {
        return thrown instanceof SessionTakenOverException || thrown instanceof StoreException
                ? (MqttException) thrown
                : new StoreException(what + ": " + thrown, thrown);
    }

    // ---- the end

    /** Appends what there is, gives the Session State up, and then runs {@code then} in a turn. */
    void close(Runnable then) {
        if (!failed && (appending || !gathered.isEmpty())) {
            whenClosed = then;
            commit();
            return;
        }
        whenClosed = null;
        failed = true; // nothing more is appended
        watch.dispose();
        otherOwner.dispose();
        AtomicBoolean once = new AtomicBoolean();
        Disposable.Swap patience = Disposables.swap();
        Consumer<Object> ended = anyhow -> { // what was durable stays so, even if closing fails, or never ends
            if (once.compareAndSet(false, true)) {
                owner.execute(() -> {
                    patience.dispose();
                    then.run();
                });
            }
        };
        patience.update(owner.later(() -> ended.accept(log), timeout.toNanos()));
        try {
            log.close().subscribe(new Ending<>(() -> ended.accept(log), ended));
        } catch (Throwable thrown) {
            ended.accept(thrown);
        }
    }
}

package io.reactivemqtt.engine.state;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.SessionBegun;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.TransactionalLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Whether the Session State is at hand: opens the store when something first needs it, recovers, and lets wishes wait
 * meanwhile. Without a store it always is. Loop only.
 */
final class StateRecovery {

    /** So many recovered changes go to the loop at once, for it costs more to wake it than to take one in. */
    private static final int BATCH = 512;

    /** So many batches are on their way to the loop at once. */
    private static final int PREFETCH = 4;

    /** What is done with what was recovered. */
    interface Owner extends GroupCommit.Owner, Executor {
        /** Recovery begins, of a Session of which nothing is known. */
        void recovering();

        /** Takes in one change, in order. */
        void recover(SessionChange change);

        /** Returns what is wrong with what was recovered, or null. */
        @Nullable
        StoreException contradiction();

        /** All was recovered. */
        void recovered();
    }

    private final ClientOptions options;
    private final @Nullable SessionStore store;
    private final Duration timeout;
    private final Owner owner;
    private final StoreListener listener;
    private @Nullable ArrayDeque<Waiter> waiting; // until somebody waits: idle clients come in thousands
    private @Nullable GroupCommit journal;

    /** Of the log that has failed, until it is known whether the Session is still this client's, or it is wished back anyhow. */
    private @Nullable SessionLog earlier;

    private final @Nullable SessionTurn turn;
    private @Nullable Disposable opening;
    private boolean closing;
    private List<Runnable> whenClosed = List.of(); // until somebody closes

    /** Set once another owner has taken the Session over: taking it back has to be wished. */
    private @Nullable MqttException stopped;

    /** Keeps the Session in the store of {@code options}, or nowhere if they have none. */
    StateRecovery(ClientOptions options, Owner owner, StoreListener listener) {
        this.options = options;
        this.store = options.sessionStore();
        this.timeout = options.storeTimeout();
        this.owner = owner;
        this.listener = listener;
        SessionLeases leases = options.standby();
        this.turn = leases == null // and the Client Identifier may be empty
                ? null
                : new SessionTurn(leases, key(), timeout, owner, listener);
    }

    boolean isOpen() {
        return store == null || (journal != null && !closing);
    }

    /** Returns why the Session is another's, until it is wished back; null if it is not. */
    @Nullable
    MqttException stopped() {
        return stopped;
    }

    boolean isDurable() {
        return store != null;
    }

    /** Returns the way into the store while it is open, or {@link Journal#NONE}. */
    Journal journal() {
        return journal == null ? Journal.NONE : journal;
    }

    /** Where the Server begins a Session, what transactions have stored of messages from an earlier one counts no more. */
    void connected(boolean sessionPresent) {
        if (!sessionPresent && journal != null && journal.log() instanceof TransactionalLog) {
            journal.add(new SessionBegun());
        }
    }

    /** Runs {@code wish} once the Session State is at hand. */
    void whenOpen(Waiter wish) {
        if (isOpen()) {
            wish.run();
        } else if (stopped != null) {
            wish.failed(stopped);
        } else {
            if (waiting == null) {
                waiting = new ArrayDeque<>();
            }
            waiting.add(wish);
            openIfWaiting();
        }
    }

    /** The Session may be taken over from whoever has it. */
    void takeOver() {
        stopped = null;
        earlier = null;
        if (turn != null) {
            turn.forgive();
        }
    }

    private void openIfWaiting() {
        if (store == null || opening != null || closing || waiting == null || waiting.isEmpty()) {
            return;
        }
        if (turn == null || turn.isHeld()) {
            open(store);
        } else if (!turn.isAwaited()) {
            turn.await(this::open, inVain -> {
                MqttException cause = GroupCommit.typed("the lease of the Session failed", inVain);
                stopped = cause instanceof SessionTakenOverException ? cause : stopped;
                giveUp(cause);
            });
        }
    }

    /** {@code wish} is none any more; true if nobody stands by for the Session any more because of that. */
    boolean forget(@Nullable Waiter wish) {
        boolean last = wish != null && waiting != null && waiting.remove(wish) && waiting.isEmpty();
        return last && turn != null && turn.forgo();
    }

    /** It is this client's turn, perhaps after others, who have opened the Session in theirs. */
    private void open(boolean afterOthers) {
        earlier = afterOthers ? null : earlier;
        openIfWaiting();
    }

    private void open(SessionStore from) {
        owner.recovering();
        Opening attempt = new Opening();
        opening = attempt;
        watch(attempt, 0);
        attempt.work = Mono.defer(() -> Mono.from(openedFrom(from)))
                .switchIfEmpty(Mono.error(
                        () -> new StoreException("the publisher of SessionStore.open completed without a log", null)))
                .flatMapMany(log -> {
                    attempt.log = log;
                    return Flux.from(log.recover());
                })
                .buffer(BATCH, () -> new ArrayList<>(BATCH))
                .publishOn(Schedulers.fromExecutor(owner), PREFETCH)
                .doOnNext(changes -> {
                    if (opening == attempt) {
                        attempt.batches++;
                        for (SessionChange change : changes) {
                            attempt.noteSequence(change);
                            owner.recover(change);
                        }
                    }
                })
                .subscribe(
                        changes -> {},
                        thrown -> owner.execute(() -> failed(attempt, thrown)),
                        () -> owner.execute(() -> opened(attempt)));
    }

    /** What another has opened since this client's log failed is not taken back, unless that is wished. */
    private Publisher<SessionLog> openedFrom(SessionStore from) {
        return earlier == null ? from.open(key()) : from.reopen(key(), earlier);
    }

    private SessionKey key() {
        return SessionKey.of(options.sessionNamespace(), options.session().clientIdentifier());
    }

    /** Recovery may take long, but not without a sign of progress. */
    private void watch(Opening attempt, long batchesBefore) {
        attempt.watch = owner.later(
                () -> {
                    if (opening == attempt && attempt.batches == batchesBefore) {
                        attempt.dispose();
                        failed(attempt, new StoreException("the session store did not open within " + timeout, null));
                    } else if (opening == attempt) {
                        watch(attempt, attempt.batches);
                    }
                },
                timeout.toNanos());
    }

    private void opened(Opening attempt) {
        SessionLog log = attempt.log;
        if (opening != attempt || log == null) {
            return;
        }
        StoreException contradiction = owner.contradiction();
        if (contradiction != null) {
            failed(attempt, contradiction);
            return;
        }
        opening = null;
        earlier = null;
        attempt.watch.dispose();
        GroupCommit opened = new GroupCommit(log, timeout, owner, attempt.lastSequence);
        journal = opened;
        opened.watchOwner(key().clientIdentifier());
        owner.recovered();
        while (waiting != null && !waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    private void failed(Opening attempt, Throwable thrown) {
        if (opening != attempt) {
            return;
        }
        attempt.watch.dispose();
        attempt.closeLog();
        owner.recovering(); // what was recovered so far is no Session
        giveUp(GroupCommit.typed("the stored Session cannot be recovered", thrown));
    }

    private void giveUp(MqttException cause) {
        opening = null;
        noteOwner(cause);
        while (waiting != null && !waiting.isEmpty()) {
            Waiter failing = waiting.remove();
            UserCode.run(() -> failing.failed(cause));
        }
        listener.unavailable(cause);
    }

    /** Taking it back has to be wished, unless it is a matter of turns. */
    private void noteOwner(MqttException cause) {
        if (cause instanceof SessionTakenOverException && stopped == null) {
            if (turn == null) {
                stopped = cause;
            } else {
                turn.takenOver(cause);
            }
        }
    }

    /** Somebody says that the Session is another's: where turns are taken, so it is. */
    void takenOver() {
        if (journal != null && turn != null) {
            journal.takenOver(key().clientIdentifier());
        }
    }

    /** The store failed: what is in it has to be recovered before anything else. */
    void lost(MqttException cause) {
        noteOwner(cause);
        GroupCommit broken = journal;
        if (broken != null) {
            journal = null;
            earlier = broken.sessionLog();
            broken.close(() -> {});
        }
    }

    /** The client has failed: what is in the store has to be recovered before anything else. */
    void abandon(MqttException cause) {
        GroupCommit broken = journal;
        journal = null;
        if (opening != null) {
            opening.dispose();
        }
        if (turn != null) {
            turn.release(() -> {});
        }
        giveUp(cause);
        if (broken != null) {
            broken.abandon(cause);
        }
    }

    /** Gives the Session State up, once all is durable, and then runs {@code then}. */
    void close(Runnable then) {
        GroupCommit open = journal;
        if (opening != null) {
            opening.dispose();
        }
        boolean standsBy = turn != null && turn.forgo();
        if (opening != null || closing || standsBy) {
            giveUp(new ClientClosedException("the request"));
        }
        if (closing) {
            whenClosed.add(then);
            return;
        }
        closing = true;
        whenClosed = new ArrayList<>();
        whenClosed.add(then);
        if (open == null) {
            closed(null);
        } else {
            open.close(() -> closed(open));
        }
    }

    private void closed(@Nullable GroupCommit closed) {
        if (journal == closed) {
            journal = null;
        }
        if (turn != null) {
            turn.release(this::left);
        } else {
            left();
        }
    }

    private void left() {
        closing = false;
        List<Runnable> all = whenClosed;
        whenClosed = List.of();
        all.forEach(Runnable::run);
        openIfWaiting();
    }
}

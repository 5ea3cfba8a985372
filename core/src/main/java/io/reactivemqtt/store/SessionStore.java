package io.reactivemqtt.store;

import io.reactivemqtt.publisher.ListPublisher;
import java.util.List;
import org.reactivestreams.Publisher;

/**
 * Keeps Session State beyond the process. Implement it, and {@link SessionLog}, for a storage of your choice; {@code
 * SessionStoreContract} in the testkit tests an implementation against every rule of this page.
 *
 * <p>A store knows nothing of MQTT: it keeps {@linkplain SessionChange changes}, and {@link SessionState} defines which of them
 * are still live. It serves any number of clients at once, from any thread.
 *
 * <p>Ownership: the application creates the store, passes it to its clients, and closes it when they are disconnected. A client
 * owns the {@link SessionLog} that it opened, and closes it. Two clients with the same {@link SessionKey} are one Session: the
 * later takes it over from the earlier.
 *
 * <p>A client needs only {@link #open}. The other methods are for operators of a store; each says what happens without an
 * implementation. All publishers are cold: they do their work at each subscription and not before, and never block the
 * subscriber's thread. They fail with {@link io.reactivemqtt.exception.StoreException}, unless documented otherwise.
 */
public interface SessionStore {

    /**
     * Opens a client's Session State and takes it over from any earlier owner, in this process or in another. There need not be
     * any: then {@link SessionLog#recover} is empty.
     *
     * <p>The publisher MUST do its work at each subscription and not before, MUST NOT block the subscriber's thread, and MUST
     * emit one log and complete, or end with an error. From the moment at which it emits, every {@code append} of an earlier
     * owner that has not completed yet MUST either be part of what the new owner recovers or fail with {@link
     * io.reactivemqtt.exception.SessionTakenOverException}; every later one MUST fail with it, and change nothing.
     *
     * <p>If it is cancelled before it emits, nobody is the new owner, or one that never appends: both are allowed.
     *
     * @param key whose
     * @return the log; an error, {@link io.reactivemqtt.exception.StoreException}, if it cannot be opened now. The client may try
     *     again
     */
    Publisher<SessionLog> open(SessionKey key);

    /**
     * Opens a client's Session State again, after an append of {@code earlier} has failed: as {@link #open} does, but where another owner has
     * opened it since, it MUST fail with {@link io.reactivemqtt.exception.SessionTakenOverException} and change nothing. So an owner that was
     * stopped or cut off, and learns only of a failure, does not take back what another one has by now. Whether {@code earlier} was closed
     * meanwhile does not matter.
     *
     * @param key whose
     * @param earlier of this store, or the decorated form of one
     * @return the log; an error as of {@link #open}. Without an implementation, as {@link #open}
     */
    default Publisher<SessionLog> reopen(SessionKey key, SessionLog earlier) {
        return open(key);
    }

    /**
     * Reads a client's Session State without taking it over: its owner, if there is one, is not disturbed.
     *
     * <p>The publisher emits what {@link SessionLog#recover} would, in that order, with the same rules for demand and for entries
     * that cannot be read; but it MUST change nothing: such an entry is reported as {@link SessionChange.EntryUnreadable} and
     * stays where it is. It SHOULD be a snapshot, taken after the subscription. If there is no such Session it MUST be empty, and
     * MUST NOT create one, or storage for one. It can be cancelled.
     *
     * @param key whose
     * @return what is live; without an implementation, an {@link UnsupportedOperationException}
     */
    default Publisher<SessionChange> peek(SessionKey key) {
        return unsupported("peek");
    }

    /**
     * Emits the keys of the Sessions in a namespace, in no particular order, each once: those whose {@link #peek} is not empty. A
     * Session that is opened, deleted or changed at the same time may be among them or not.
     *
     * @param namespace that of the keys
     * @return the keys; without an implementation, an {@link UnsupportedOperationException}
     */
    default Publisher<SessionKey> sessions(String namespace) {
        return unsupported("sessions");
    }

    /**
     * Deletes everything under a key, including {@link SessionChange.SequencesReserved}, and takes the Session State from its
     * owner, if there is one: every later {@code append} of that one MUST fail with {@link
     * io.reactivemqtt.exception.SessionTakenOverException}. It MUST complete only when a crash cannot restore any of it. If there
     * is nothing it completes.
     *
     * <p>The Server keeps its half of the Session. Delete only what no client will use again: a new client with this Client
     * Identifier could resume an exchange that was not complete.
     *
     * @param key whose
     * @return completes when done; without an implementation, an {@link UnsupportedOperationException}
     */
    default Publisher<Void> delete(SessionKey key) {
        return unsupported("delete");
    }

    /**
     * Checks that the store works now, as far as that is possible without a change: for the health check of an application.
     *
     * @return completes if a Session could be opened and appended to; an error if not. Without an implementation it completes
     */
    default Publisher<Void> check() {
        return ListPublisher.deferred(List::of);
    }

    /** Returns the store that this one decorates; without an implementation, this one. */
    default SessionStore undecoratedStore() {
        return this;
    }

    private <T> Publisher<T> unsupported(String method) {
        return ListPublisher.deferred(() -> {
            throw new UnsupportedOperationException(getClass().getName() + " does not implement " + method + "()");
        });
    }
}

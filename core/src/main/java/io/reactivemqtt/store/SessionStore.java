package io.reactivemqtt.store;

import java.util.List;
import org.reactivestreams.Publisher;

/**
 * Where Session State survives the process. Implement it, and {@link SessionLog}, to keep sessions wherever you like; {@code
 * SessionStoreContract} in the testkit holds an implementation to every rule that stands here.
 *
 * <p>A store knows none of MQTT's rules: it keeps {@linkplain SessionChange changes}, and what is left of them is what {@link
 * SessionState} makes of them. It serves any number of clients at once, from any thread.
 *
 * <p>Who owns what: the application makes the store, hands it to its clients, and closes it when they are disconnected. A client
 * owns the {@link SessionLog} that it opened, and closes it. Two clients with the same {@link SessionKey} are one Session: the
 * later takes it over from the earlier.
 *
 * <p>A client needs {@link #open} alone. The other methods are for those who look after a store; each says what an
 * implementation without it does. All publishers are cold: they do their work at each subscription and not before, and never
 * block the subscriber's thread. Their errors are {@link io.reactivemqtt.exception.StoreException}, unless something else is
 * said.
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
     * @return the log; an error, {@link io.reactivemqtt.exception.StoreException}, if it cannot be opened now. The client may try again
     */
    Publisher<SessionLog> open(SessionKey key);

    /**
     * Looks at a client's Session State without taking it over: its owner, if there is one, goes on undisturbed.
     *
     * <p>The publisher emits what {@link SessionLog#recover} would, in that order, with the same duties about demand and about
     * what cannot be read; but it MUST change nothing: what cannot be read is reported as {@link SessionChange.EntryUnreadable}
     * and stays where it is. It SHOULD be what stood there at one moment, and that moment MUST NOT be before it was subscribed.
     * It MUST NOT make a Session, or a place for one, that is not there: then it is empty. Whoever does not want the rest cancels.
     *
     * @param key whose
     * @return what is live; without an implementation, an {@link UnsupportedOperationException}
     */
    default Publisher<SessionChange> peek(SessionKey key) {
        return unsupported("peek");
    }

    /**
     * Emits the keys of a namespace under which something stands, in no particular order, each once: those whose {@link #peek} is
     * not empty. A Session that is opened, deleted or changed meanwhile may be among them or not.
     *
     * @param namespace that of the keys
     * @return the keys; without an implementation, an {@link UnsupportedOperationException}
     */
    default Publisher<SessionKey> sessions(String namespace) {
        return unsupported("sessions");
    }

    /**
     * Deletes all that stands under a key, the {@link SessionChange.SequencesReserved} too, and takes the Session State from its
     * owner, if there is one: every later {@code append} of that one MUST fail with {@link
     * io.reactivemqtt.exception.SessionTakenOverException}. It MUST complete only when a crash cannot bring any of it back.
     * Where nothing stands it completes.
     *
     * <p>The Server keeps its part of the Session. Delete what no client will use again: a new one with this Client Identifier
     * could take up an exchange that was half done.
     *
     * @param key whose
     * @return completes when done; without an implementation, an {@link UnsupportedOperationException}
     */
    default Publisher<Void> delete(SessionKey key) {
        return unsupported("delete");
    }

    /**
     * Tells whether the store works now, as far as it can be told without a change: for the health check of an application.
     *
     * @return completes if a Session could be opened and appended to; an error if not. Without an implementation it completes
     */
    default Publisher<Void> check() {
        return ListPublisher.deferred(List::of);
    }

    private <T> Publisher<T> unsupported(String method) {
        return ListPublisher.deferred(() -> {
            throw new UnsupportedOperationException(getClass().getName() + " does not implement " + method + "()");
        });
    }
}

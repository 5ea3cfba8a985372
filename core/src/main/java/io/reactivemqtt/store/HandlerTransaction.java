package io.reactivemqtt.store;

import java.util.Set;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;

/**
 * Lets what a handler does to the application's own data and "these messages are processed" be one transaction of a store, so that a
 * crash leaves both or neither: a QoS 2 message takes effect exactly once. A store that can do that gives one to the application, for
 * {@code consume(options -> options.filter("orders/#").in(store.transaction()), …)}; its logs are {@link TransactionalLog}s.
 *
 * @param <C> what the handler works with: the connection that has the transaction
 */
public interface HandlerTransaction<C> {

    /** Returns the store whose transactions these are: that of the client. */
    SessionStore store();

    /**
     * Begins a transaction in which {@code log} still owns the Session State, and stores an {@link SessionChange.IncomingProcessed} for
     * each of {@code packetIdentifiers} that has none; has {@code work} do the rest, and commits when that completes. If it fails, or the
     * subscriber cancels, nothing of all that has happened. If nobody can know whether it is committed, it fails; tried again, it finds out.
     *
     * <p>The identifiers are those of messages of the Session that the Server has at the moment of the subscription, which comes on the client's
     * thread: what is stored of them MUST NOT count once a {@link SessionChange.SessionBegun} is appended after that, however much later the
     * transaction begins or is committed.
     *
     * <p>A second transaction that stores the same identifier MUST wait for the end of the first.
     *
     * @param log the client's, {@linkplain SessionLog#undecoratedLog undecorated}
     * @param packetIdentifiers of the QoS 2 messages that are to be processed; may be none
     * @param work gets the connection, and those of the identifiers that no transaction before has stored: only their messages, and those
     *     that have no identifier here, are to be processed. Called once, on a thread of the store, if it is called at all
     * @return cold; completes when it is committed; an error, {@link io.reactivemqtt.exception.SessionTakenOverException} if another owner
     *     has the Session State now, or that of {@code work}, or of the store
     */
    Publisher<Void> run(
            SessionLog log,
            Set<Integer> packetIdentifiers,
            BiFunction<? super C, ? super Set<Integer>, ? extends Publisher<?>> work);
}

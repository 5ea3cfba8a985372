package io.reactivemqtt.store;

import org.reactivestreams.Publisher;

/**
 * Where Session State survives the process. Implement it, and {@link SessionLog}, to keep sessions wherever you like; {@code
 * SessionStoreContract} in the testkit holds an implementation to every rule that stands here.
 *
 * <p>A store knows none of MQTT's rules: it keeps {@linkplain SessionChange changes}, and what is left of them is what {@link
 * SessionState} makes of them. It serves any number of clients at once, from any thread.
 *
 * <p>Who owns what: the application makes the store, hands it to its clients, and closes it when they are disconnected. A client
 * owns the {@link SessionLog} that it opened, and closes it. Two clients with the same Client Identifier are one Session: the
 * later takes it over from the earlier.
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
     * @param clientIdentifier whose; never empty, any UTF-8 Encoded String of MQTT, so no file name and no part of a query
     * @return the log; an error, {@link io.reactivemqtt.exception.StoreException}, if it cannot be opened now. The client may try again
     */
    Publisher<SessionLog> open(String clientIdentifier);
}

package io.reactivemqtt.store;

import io.reactivemqtt.publisher.NeverPublisher;
import java.util.Set;
import org.reactivestreams.Publisher;

/**
 * Says which of several processes is to open a Session, so that they do not take it from each other: the one that holds its lease. A lease
 * lasts as long as its process keeps it, which this does by itself, and ends when that is gone. For a process that <em>stands by</em> until
 * another has gone ({@link io.reactivemqtt.client.ClientOptions.Builder#standby}), and for many Sessions that are spread over a few processes.
 *
 * <p>A lease is no fence: a process that was stopped wakes up and believes that it holds what has lapsed. What protects the Session is that
 * {@link SessionStore#open} takes it over: whoever has a lease opens the Session, and the one before changes nothing any more. So leases only
 * have to be mostly right.
 *
 * <p>The application makes it of a store, one for a process, and closes it after its clients. Thread-safe. Publishers are cold, fail with
 * {@link io.reactivemqtt.exception.StoreException} where nothing else is said, and never block; signals may come on any thread.
 */
public interface SessionLeases extends AutoCloseable {

    /**
     * Claims the lease of a Session, which need not be there yet. From then on it is kept, until it is {@linkplain #release released} or
     * {@linkplain #lost lost}.
     *
     * @return whether this process holds it now; false if another one does, or this is closed. Who cancels may hold it all the same: {@link
     *     #held} says so
     */
    Publisher<Boolean> claim(SessionKey key);

    /**
     * Waits for the lease of a Session: until whoever holds it releases it, or is gone. Then open the Session.
     *
     * @return completes when this process holds it, however long that takes; a store that fails is tried again. Cancel it to wait no longer
     */
    Publisher<Void> standBy(SessionKey key);

    /** Releases the lease of a Session: who stands by for it is told, as soon as the store can tell. Disconnect the client before. */
    Publisher<Void> release(SessionKey key);

    /** Returns the Sessions whose leases this process believes to hold. */
    Set<SessionKey> held();

    /**
     * Emits each Session whose lease this process has held and has no more, though it did not release it: another process may open it. Hot: a
     * subscriber hears of those from then on.
     *
     * @return never ends; without an implementation, nothing: a lease that a process keeps as long as it lives is never lost
     */
    default Publisher<SessionKey> lost() {
        return NeverPublisher.never();
    }

    /** Keeps no lease any more: all end, at once or when they lapse. */
    @Override
    void close();
}

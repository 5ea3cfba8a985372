package io.reactivemqtt.store;

import io.reactivemqtt.publisher.NeverPublisher;
import java.util.List;
import org.reactivestreams.Publisher;

/**
 * The Session State of one client, as long as the client owns it.
 *
 * <p>The client calls from one thread at a time, in this order: {@link #recover} once, to its end; then {@link #append}, one
 * after the other, never a second before the first has ended; then {@link #close}. After an error of {@code append} it only
 * closes. An implementation MAY rely on that. Signals MAY come on any thread, also during {@code subscribe}.
 *
 * <p>None of the methods may block, neither when called nor when their publishers are subscribed: a store with a blocking API
 * uses a thread of its own.
 */
public interface SessionLog {

    /**
     * Recovers the changes that are still live, in the order of {@link SessionState#changes}, which is:
     *
     * <ol>
     *   <li>{@link SessionChange.SequencesReserved}, then {@link SessionChange.ConnectionBegun} or {@link
     *       SessionChange.ConnectionEnded}, if any,
     *   <li>{@link SessionChange.SubscriptionAdded} in the order in which the subscriptions were first added,
     *   <li>{@link SessionChange.IncomingProcessed} in the order in which they were appended,
     *   <li>{@link SessionChange.ReceiptWanted} and {@link SessionChange.ReceiptKept} by sequence,
     *   <li>outgoing messages that are released, in the order of their {@link SessionChange.OutgoingReleased}: of each its {@link
     *       SessionChange.OutgoingAccepted}, {@link SessionChange.OutgoingAssigned} and {@link SessionChange.OutgoingReleased}; the
     *       payload MAY be empty now,
     *   <li>all other outgoing messages by sequence: of each its {@link SessionChange.OutgoingAccepted}, then its {@link
     *       SessionChange.OutgoingAssigned} if it is in flight.
     * </ol>
     *
     * <p>There may be millions: an implementation MUST emit the first without reading all of them from the storage, MUST respect
     * demand, and SHOULD NOT read much more than was requested. An entry that it cannot read it MUST set aside, so that the next
     * recovery does not find it again, and report as {@link SessionChange.EntryUnreadable}, before all others or in place of the
     * entry; it MUST NOT omit it silently. Cancelling releases what recovery holds; nothing is lost.
     *
     * @return cold; an error, {@link io.reactivemqtt.exception.StoreException}, if the store cannot be read now, or {@link
     *     io.reactivemqtt.exception.SessionTakenOverException}
     */
    Publisher<SessionChange> recover();

    /**
     * Makes changes durable: all or none, in order, behind all earlier ones.
     *
     * <p>The publisher MUST do its work when it is subscribed and not before, once for each subscription, without waiting for
     * demand, and emits no element. It MUST complete only when a crash can no longer lose the changes, as far as the store
     * promises to survive one: the client sends packets that depend on them as soon as it completes. It MUST fail with {@link
     * io.reactivemqtt.exception.SessionTakenOverException}, and change nothing, once another owner has opened the Session State,
     * or this log was closed. Any other failure is an {@link io.reactivemqtt.exception.StoreException} and says that the changes
     * may or may not be durable; the client closes its connection, forgets what it knows, and recovers.
     *
     * <p>The client does not cancel; after a cancellation, either all of the changes are durable or none.
     *
     * @param changes at least one, none of them {@link SessionChange.EntryUnreadable}; never changed afterwards, so that the list
     *     need not be copied
     * @return cold; completes when durable
     */
    Publisher<Void> append(List<SessionChange> changes);

    /**
     * Tells that another owner has opened the Session State, or that it was deleted: so the client stops at once, and not only with its
     * next append. A hint, which the store MAY give late, or never: what protects the Session is that {@link #append} fails.
     *
     * <p>The client subscribes once, when it has recovered, and cancels when it closes. The publisher MUST emit no element, and MUST NOT
     * complete while the Session State belongs to this log; an error is ignored.
     *
     * @return completes when another owner is known; without an implementation, never
     */
    default Publisher<Void> takenOver() {
        return NeverPublisher.never();
    }

    /** Returns the log that this one decorates, of which a store knows that it is its own; without an implementation, this one. */
    default SessionLog undecoratedLog() {
        return this;
    }

    /**
     * Releases the Session State, after all that was appended. Everything that was durable stays. Closing again, or after another
     * owner has taken over, MUST complete and change nothing.
     *
     * @return cold; completes when done
     */
    Publisher<Void> close();
}

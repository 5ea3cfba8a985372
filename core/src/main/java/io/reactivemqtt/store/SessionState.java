package io.reactivemqtt.store;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What changes leave of a Session: the meaning of {@link SessionChange}, in code. A store may use it, or do the same with the
 * means of its database. Not thread-safe.
 */
public final class SessionState {

    private @Nullable SequencesReserved reserved;

    /** {@link ConnectionBegun} or {@link ConnectionEnded}. */
    private @Nullable SessionChange connection;

    private final Map<TopicFilter, SubscriptionAdded> subscriptions = new LinkedHashMap<>();
    private final Set<Integer> incoming = new LinkedHashSet<>();

    /** {@link ReceiptWanted} or {@link ReceiptKept}. */
    private final Map<Long, SessionChange> receipts = new TreeMap<>();

    /** In the order of their release. */
    private final Map<Long, Outgoing> released = new LinkedHashMap<>();

    /** By sequence, because they are accepted so. */
    private final Map<Long, Outgoing> waiting = new LinkedHashMap<>();

    private final Applier applier = new Applier();

    private static final class Outgoing {
        final OutgoingAccepted accepted;

        @Nullable
        OutgoingAssigned assigned;

        Outgoing(OutgoingAccepted accepted) {
            this.accepted = accepted;
        }
    }

    /** Starts without any Session. */
    public SessionState() {}

    /**
     * Applies a change. One that is about a message that is not there changes nothing.
     *
     * @throws IllegalArgumentException if it is {@link SessionChange.EntryUnreadable}, which is recovered and never applied
     */
    public void apply(SessionChange change) {
        change.handle(applier);
    }

    /** Returns the changes that are left, in the order in which they are recovered: see {@link SessionLog#recover}. */
    public List<SessionChange> changes() {
        List<SessionChange> changes = new ArrayList<>(2
                + subscriptions.size()
                + incoming.size()
                + receipts.size()
                + 3 * released.size()
                + 2 * waiting.size());
        if (reserved != null) {
            changes.add(reserved);
        }
        if (connection != null) {
            changes.add(connection);
        }
        changes.addAll(subscriptions.values());
        incoming.forEach(packetIdentifier -> changes.add(new IncomingProcessed(packetIdentifier)));
        changes.addAll(receipts.values());
        released.forEach((sequence, outgoing) -> {
            add(outgoing, changes);
            changes.add(new OutgoingReleased(sequence));
        });
        waiting.values().forEach(outgoing -> add(outgoing, changes));
        return changes;
    }

    private static void add(Outgoing outgoing, List<SessionChange> changes) {
        changes.add(outgoing.accepted);
        if (outgoing.assigned != null) {
            changes.add(outgoing.assigned);
        }
    }

    /** Each method returns the state, changed. */
    private final class Applier implements SessionChange.Handler<SessionState> {

        @Override
        public SessionState sequencesReserved(SequencesReserved change) {
            reserved = change;
            return SessionState.this;
        }

        @Override
        public SessionState connectionBegun(ConnectionBegun change) {
            connection = change;
            return SessionState.this;
        }

        @Override
        public SessionState connectionEnded(ConnectionEnded change) {
            connection = change;
            return SessionState.this;
        }

        @Override
        public SessionState outgoingAccepted(OutgoingAccepted change) {
            waiting.put(change.sequence(), new Outgoing(change));
            return SessionState.this;
        }

        @Override
        public SessionState outgoingAssigned(OutgoingAssigned change) {
            return assign(change.sequence(), change);
        }

        @Override
        public SessionState outgoingUnassigned(OutgoingUnassigned change) {
            return assign(change.sequence(), null);
        }

        private SessionState assign(long sequence, @Nullable OutgoingAssigned assigned) {
            Outgoing outgoing = waiting.get(sequence);
            if (outgoing != null) {
                outgoing.assigned = assigned;
            }
            return SessionState.this;
        }

        @Override
        public SessionState outgoingReleased(OutgoingReleased change) {
            Outgoing outgoing = waiting.remove(change.sequence());
            if (outgoing != null) {
                released.put(change.sequence(), outgoing);
            }
            return SessionState.this;
        }

        @Override
        public SessionState outgoingCompleted(OutgoingCompleted change) {
            return complete(change.sequence());
        }

        private SessionState complete(long sequence) {
            if (waiting.remove(sequence) == null) {
                released.remove(sequence);
            }
            return SessionState.this;
        }

        @Override
        public SessionState receiptWanted(ReceiptWanted change) {
            receipts.put(change.sequence(), change);
            return SessionState.this;
        }

        @Override
        public SessionState receiptKept(ReceiptKept change) {
            receipts.put(change.sequence(), change);
            return complete(change.sequence());
        }

        @Override
        public SessionState receiptAcknowledged(ReceiptAcknowledged change) {
            receipts.remove(change.sequence());
            return SessionState.this;
        }

        @Override
        public SessionState incomingProcessed(IncomingProcessed change) {
            incoming.add(change.packetIdentifier());
            return SessionState.this;
        }

        @Override
        public SessionState incomingReleased(IncomingReleased change) {
            incoming.remove(change.packetIdentifier());
            return SessionState.this;
        }

        @Override
        public SessionState subscriptionAdded(SubscriptionAdded change) {
            subscriptions.put(change.subscription().topicFilter(), change);
            return SessionState.this;
        }

        @Override
        public SessionState subscriptionRemoved(SubscriptionRemoved change) {
            subscriptions.remove(change.topicFilter());
            return SessionState.this;
        }

        @Override
        public SessionState sessionDiscarded(SessionDiscarded change) {
            connection = null;
            subscriptions.clear();
            incoming.clear();
            receipts.values().removeIf(ReceiptWanted.class::isInstance);
            released.clear();
            waiting.clear();
            return SessionState.this;
        }
    }
}

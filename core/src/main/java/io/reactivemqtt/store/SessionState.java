package io.reactivemqtt.store;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
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

    /** In the order of their release. */
    private final Map<Long, Outgoing> released = new LinkedHashMap<>();

    /** By sequence, because they are accepted so. */
    private final Map<Long, Outgoing> waiting = new LinkedHashMap<>();

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

    /** Applies a change. One that is about a message that is not there changes nothing. */
    public void apply(SessionChange change) {
        if (change instanceof OutgoingAccepted accepted) {
            waiting.put(accepted.sequence(), new Outgoing(accepted));
        } else if (change instanceof OutgoingAssigned assigned) {
            assign(assigned.sequence(), assigned);
        } else if (change instanceof OutgoingUnassigned unassigned) {
            assign(unassigned.sequence(), null);
        } else if (change instanceof OutgoingReleased release) {
            Outgoing outgoing = waiting.remove(release.sequence());
            if (outgoing != null) {
                released.put(release.sequence(), outgoing);
            }
        } else if (change instanceof OutgoingCompleted completed) {
            if (waiting.remove(completed.sequence()) == null) {
                released.remove(completed.sequence());
            }
        } else if (change instanceof IncomingProcessed received) {
            incoming.add(received.packetIdentifier());
        } else if (change instanceof IncomingReleased release) {
            incoming.remove(release.packetIdentifier());
        } else {
            applyRare(change);
        }
    }

    private void applyRare(SessionChange change) {
        if (change instanceof SequencesReserved latest) {
            reserved = latest;
        } else if (change instanceof ConnectionBegun || change instanceof ConnectionEnded) {
            connection = change;
        } else if (change instanceof SubscriptionAdded added) {
            subscriptions.put(added.subscription().topicFilter(), added);
        } else if (change instanceof SubscriptionRemoved removed) {
            subscriptions.remove(removed.topicFilter());
        } else if (change instanceof SessionDiscarded) {
            connection = null;
            subscriptions.clear();
            incoming.clear();
            released.clear();
            waiting.clear();
        } else if (change instanceof EntryUnreadable) {
            throw new IllegalArgumentException("this change is recovered, never applied: " + change);
        }
    }

    private void assign(long sequence, @Nullable OutgoingAssigned assigned) {
        Outgoing outgoing = waiting.get(sequence);
        if (outgoing != null) {
            outgoing.assigned = assigned;
        }
    }

    /** Returns the changes that are left, in the order in which they are recovered: see {@link SessionLog#recover}. */
    public List<SessionChange> changes() {
        List<SessionChange> changes =
                new ArrayList<>(2 + subscriptions.size() + incoming.size() + 3 * released.size() + 2 * waiting.size());
        if (reserved != null) {
            changes.add(reserved);
        }
        if (connection != null) {
            changes.add(connection);
        }
        changes.addAll(subscriptions.values());
        incoming.forEach(packetIdentifier -> changes.add(new IncomingProcessed(packetIdentifier)));
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
}

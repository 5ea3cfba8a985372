package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.engine.subscribe.Arrival.Sharing;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.IncomingFlow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages that no subscriber has taken, in the order of their arrival: handed back, or come before their subscriber. They stay
 * unacknowledged and wait for the next subscriber that matches. Loop only.
 */
final class HandedBack {

    /** So many finished messages may wait behind one that somebody has taken already. */
    private static final int BEHIND_AT_MOST = 8;

    private final ArrayList<Share> shares = new ArrayList<>(0);

    /** One subscriber's part of a message, without the subscriber. */
    static final class Share {
        final Publish publish;
        final Sharing sharing;

        /** The subscription that it belongs to, another one once that has ended; null if nobody knows. */
        @Nullable
        TopicFilter topicFilter;

        /** Null once it is acknowledged because another subscriber has taken it. */
        @Nullable
        IncomingFlow flow;

        /** Who handed it back; null if nobody has had it. */
        final @Nullable MessageStream from;

        long sinceNanos;

        Share(
                Publish publish,
                @Nullable IncomingFlow flow,
                Sharing sharing,
                @Nullable TopicFilter topicFilter,
                @Nullable MessageStream from,
                long sinceNanos) {
            this.publish = publish;
            this.flow = flow;
            this.sharing = sharing;
            this.topicFilter = topicFilter;
            this.from = from;
            this.sinceNanos = sinceNanos;
        }

        TopicName topicName() {
            return publish.message().topicName();
        }

        boolean belongsTo(TopicFilter filter) {
            return topicFilter != null && topicFilter.equals(filter);
        }

        /** Tells whether a subscriber of {@code filter} may take it. */
        boolean isFor(TopicFilter filter) {
            return belongsTo(filter) || filter.matches(topicName());
        }

        /** Tells whether the subscriber that handed it back gets it again, though the Server's repeat does not get past the session. */
        boolean comesAgainFromHere() {
            return publish.message().qos() == Qos.EXACTLY_ONCE
                    && flow != null
                    && from != null
                    && !from.isGone()
                    && !from.isEnding();
        }

        /** Returns what that subscriber gets. */
        Arrival again() {
            Publish repeat = new Publish(
                    publish.message(), publish.packetIdentifier(), true, 0, publish.subscriptionIdentifiers());
            return new Arrival(Objects.requireNonNull(from), repeat, flow, sharing);
        }

        /** Tells whether only shares that wait are left of a message that a subscriber has taken. */
        boolean isTaken() {
            return sharing.taken;
        }
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }

    /** Puts {@code share} at its place. */
    void add(Share share) {
        int place = shares.size();
        while (place > 0 && comesAfter(shares.get(place - 1), share)) {
            place--;
        }
        shares.add(place, share);
    }

    private static boolean comesAfter(Share other, Share share) {
        IncomingFlow first = other.flow;
        IncomingFlow second = share.flow;
        return first != null && second != null && first.arrival() - second.arrival() > 0;
    }

    /**
     * Takes out, in order, what {@code stream} may take: of its filters, and new to it. Of the shares of one message it gets one, that of
     * its own filter if there is one; the others wait on.
     */
    List<Share> takeFor(MessageStream stream) {
        Set<Share> own = new HashSet<>(0);
        for (Share share : shares) {
            if (anyFilter(stream, share::belongsTo) && isShown(share, stream)) {
                own.add(share);
            }
        }
        return takeIf(share -> own.contains(share) || (anyFilter(stream, share::isFor) && isShown(share, stream)));
    }

    /** Notes that {@code stream} gets {@code share}, if its message is new to it. */
    private static boolean isShown(Share share, MessageStream stream) {
        boolean isNew = share.sharing.isNewTo(stream);
        if (isNew) {
            share.sharing.shownTo(stream);
        }
        return isNew;
    }

    private static boolean anyFilter(MessageStream stream, Predicate<TopicFilter> condition) {
        for (TopicSubscription subscription : stream.subscriptions()) {
            if (condition.test(subscription.topicFilter())) {
                return true;
            }
        }
        return false;
    }

    /** Takes out, in order, what {@code condition} picks. */
    List<Share> takeIf(Predicate<? super Share> condition) {
        List<Share> taken = new ArrayList<>(0);
        shares.removeIf(share -> condition.test(share) && taken.add(share));
        return taken;
    }

    /** Tells whether no part of a message waits for {@code topicFilter}. */
    boolean hasNone(Sharing sharing, TopicFilter topicFilter) {
        return shares.stream().noneMatch(share -> share.sharing == sharing && share.belongsTo(topicFilter));
    }

    void removeIf(Predicate<? super Share> condition) {
        shares.removeIf(condition);
    }

    void clear() {
        shares.clear();
    }

    List<Share> all() {
        return shares;
    }

    /** Counts what belongs to {@code topicFilter}. */
    int count(TopicFilter topicFilter) {
        int count = 0;
        for (Share share : shares) {
            if (share.belongsTo(topicFilter)) {
                count++;
            }
        }
        return count;
    }

    /**
     * Tells whether what another subscriber has taken presses: the messages behind it, {@code unacknowledged} with it, would soon use
     * up the Receive Maximum.
     */
    static boolean presses(int unacknowledged, int receiveMaximum) {
        return unacknowledged > Math.min(BEHIND_AT_MOST, receiveMaximum / 2);
    }
}

package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.engine.subscribe.HandedBack.Share;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.IncomingFlow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which subscriptions a message that nobody has taken belongs to. Loop only. */
final class Claims {

    private final Subscribing subscribing;
    private final Router router;
    private final HandedBack waiting;

    Claims(Subscribing subscribing, Router router, HandedBack waiting) {
        this.subscribing = subscribing;
        this.router = router;
        this.waiting = waiting;
    }

    /** Tells whether a message that nobody takes waits for a subscriber: somebody here, or an earlier process, has asked for it. */
    boolean isWaitedFor(Publish publish, @Nullable IncomingFlow flow, @Nullable Route route) {
        return flow != null
                && (route != null
                        || !isNobodys(publish.message().topicName())
                        || mayBeOfUnknownSubscription(publish.message().topicName()));
    }

    /** A message of a subscription that has ended here is late, and not of one that nobody knows. */
    private boolean mayBeOfUnknownSubscription(TopicName topicName) {
        return subscribing.session().mayHaveUnknownSubscriptions()
                && !router.table().hasEnded(topicName);
    }

    /** Returns a subscription that {@code topicName} belongs to; null if none is known. */
    @Nullable
    TopicFilter filterOf(TopicName topicName) {
        @Nullable TopicFilter[] found = {null};
        subscribing.session().forEachSubscription((topicFilter, identifier) -> {
            if (found[0] == null && topicFilter.matches(topicName)) {
                found[0] = topicFilter;
            }
        });
        return found[0];
    }

    /**
     * Tells whether {@code share} is done with because its subscription, {@code ended}, is over. Another subscription that the message came
     * for, too, has a part of its own in it, or takes this one.
     */
    boolean isOver(Share share, @Nullable TopicFilter ended) {
        if (ended != null && router.table().hasRoute(ended)) {
            return false; // it is there again
        } else if (ended == null || !share.belongsTo(ended)) {
            return isNobodys(share.topicName());
        }
        for (TopicFilter other : filters(share.publish)) {
            Route route = router.table().get(other);
            if ((route == null || route.streams.isEmpty()) && waiting.hasNone(share.sharing, other)) {
                share.topicFilter = other;
                return false;
            }
        }
        return true;
    }

    /** Returns the subscriptions because of which the Server has sent {@code publish}, as far as they stand and can be known. */
    private List<TopicFilter> filters(Publish publish) {
        TopicName topicName = publish.message().topicName();
        List<TopicFilter> filters = new ArrayList<>();
        List<Integer> identifiers = publish.subscriptionIdentifiers();
        for (Integer identifier : identifiers) {
            filters.addAll(router.table().stored(identifier));
        }
        if (identifiers.isEmpty()) {
            router.table().matching(topicName).forEach(route -> filters.add(route.topicFilter));
            subscribing.session().forEachSubscription((topicFilter, identifier) -> filters.add(topicFilter));
        }
        filters.removeIf(topicFilter -> !Route.matches(topicFilter, topicName));
        return filters;
    }

    /** Tells whether no subscription takes {@code topicName}. */
    private boolean isNobodys(TopicName topicName) {
        return !router.table().hasRoute(topicName) && !subscribing.session().isSubscribed(topicName);
    }
}

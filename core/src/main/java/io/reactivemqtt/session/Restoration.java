package io.reactivemqtt.session;

import io.reactivemqtt.TopicSubscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What one SUBSCRIBE asks for again in a new Session. */
record Restoration(List<TopicSubscription> subscriptions, int subscriptionIdentifier) {

    /** A widespread Server closes the connection on a SUBSCRIBE with nine Topic Filters. */
    private static final int MOST = 8;

    /**
     * Returns as few as there may be, in the order in which they were granted first.
     *
     * @param withIdentifiers whether Subscription Identifiers are said: a SUBSCRIBE has one for all its Topic Filters
     */
    static List<Restoration> of(Collection<GrantedSubscription> lost, boolean withIdentifiers) {
        List<Restoration> all = new ArrayList<>();
        List<TopicSubscription> together = new ArrayList<>();
        for (GrantedSubscription each : lost) {
            boolean alone = withIdentifiers && each.subscriptionIdentifier() > 0;
            if (!together.isEmpty() && (alone || together.size() == MOST)) {
                all.add(new Restoration(List.copyOf(together), 0));
                together.clear();
            }
            if (alone) {
                all.add(new Restoration(List.of(each.subscription()), each.subscriptionIdentifier()));
            } else {
                together.add(each.subscription());
            }
        }
        if (!together.isEmpty()) {
            all.add(new Restoration(List.copyOf(together), 0));
        }
        return all;
    }
}

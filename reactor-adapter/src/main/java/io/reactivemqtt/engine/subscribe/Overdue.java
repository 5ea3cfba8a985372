package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ClientEvent.SubscriptionUnclaimed;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.engine.subscribe.HandedBack.Share;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Packet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What becomes of a message that nobody has taken within {@code keepFor}. Loop only.
 *
 * <table>
 * <caption>What has waited for {@code keepFor}</caption>
 * <tr><th>the message</th><th>what is done</th></tr>
 * <tr><td>another subscriber has taken it</td><td>acknowledged</td></tr>
 * <tr><td>of a subscription that no code of this process has asked for</td><td>unsubscribed, then acknowledged</td></tr>
 * <tr><td>of a Session that ends with the connection</td><td>acknowledged: nobody would send it again</td></tr>
 * <tr><td>any other</td><td>the connection is given up, and the Server sends it again; the time doubles, up to an hour</td></tr>
 * </table>
 */
final class Overdue {

    private final Unowned unowned;
    private final Subscribing subscribing;
    private final Router router;
    private final boolean keepsUnclaimed;

    /** Unclaimed subscriptions whose UNSUBACK has not come. */
    private final Set<TopicFilter> endedUnclaimed = new HashSet<>(0);

    /** With {@code keepsUnclaimed} what nobody has asked for waits without end. */
    Overdue(Unowned unowned, Subscribing subscribing, Router router, boolean keepsUnclaimed) {
        this.unowned = unowned;
        this.subscribing = subscribing;
        this.router = router;
        this.keepsUnclaimed = keepsUnclaimed;
    }

    void handle(List<Share> shares) {
        Set<TopicFilter> unclaimed = new LinkedHashSet<>(0);
        List<Share> untaken = new ArrayList<>(0);
        for (Share share : shares) {
            claim(share);
            TopicFilter topicFilter = share.topicFilter;
            if (share.isTaken()) {
                unowned.release(share);
            } else if (unowned.isOfLostSession(share)) {
                unowned.waitAnew(share); // nobody sends it again, and it holds nothing back
            } else if (!subscribing.session().outlivesConnection()) {
                unowned.dispose(List.of(share)); // nobody would send it again
            } else if (topicFilter != null && router.table().isClaimed(topicFilter)) {
                untaken.add(share);
            } else if (topicFilter == null && !keepsUnclaimed) {
                unowned.dispose(List.of(share));
            } else {
                unowned.waitAnew(share); // until its UNSUBACK
                if (topicFilter != null && !keepsUnclaimed && endedUnclaimed.add(topicFilter)) {
                    unclaimed.add(topicFilter);
                }
            }
        }
        unclaimed.forEach(this::endUnclaimed);
        if (!untaken.isEmpty()) {
            untaken.forEach(unowned::waitAnew);
            unowned.giveUpConnection(untaken);
        }
    }

    /** Gives {@code share} to a filter that code of this process has asked for, if there is one that takes it. */
    private void claim(Share share) {
        TopicFilter own = share.topicFilter;
        if (own == null || !router.table().isClaimed(own)) {
            TopicFilter other = router.table().claimedFor(share.topicName());
            share.topicFilter = other == null ? own : other;
        }
    }

    private void endUnclaimed(TopicFilter topicFilter) {
        router.subscribers().unsubscribe(topicFilter, false, new EngineRequest() {
            @Override
            public void completed(Packet answer) {
                endedUnclaimed.remove(topicFilter);
                if (!router.table().isClaimed(topicFilter)) { // else somebody has come meanwhile
                    List<Share> shares = unowned.take(share ->
                            share.belongsTo(topicFilter) && router.table().claimedFor(share.topicName()) == null);
                    subscribing.tell(new SubscriptionUnclaimed(topicFilter, shares.size()));
                    shares.forEach(unowned::release);
                }
            }

            @Override
            public void failed(MqttException cause) {
                endedUnclaimed.remove(topicFilter);
            }
        });
    }
}

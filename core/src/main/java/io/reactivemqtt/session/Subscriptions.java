package io.reactivemqtt.session;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent.SubscriptionRestored;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What this Session is subscribed to, and the SUBSCRIBE and UNSUBSCRIBE requests that wait for an answer. A request that a
 * cut connection leaves unanswered is sent again on the next one.
 */
final class Subscriptions {

    private final SessionContext context;
    private final PacketIdentifiers identifiers;
    private Map<TopicFilter, GrantedSubscription> granted = Map.of(); // idle clients come in thousands
    private final ArrayDeque<Pending> toSend = new ArrayDeque<>(1);
    private final IdentifierTable<Pending> sent = new IdentifierTable<>();
    private long lastOrder;
    private long firstOrder;

    /** A request on its way; without a caller it restores a subscription. */
    private sealed interface Pending {
        @Nullable
        Request request();

        /** Its place among all that was asked for, which a repeat keeps. */
        long order();

        /** What is asked for, or null if nothing is. */
        Packet packet(int packetIdentifier, ServerLimits limits);
    }

    private record PendingSubscribe(
            @Nullable Request request, long order, List<TopicSubscription> subscriptions, int subscriptionIdentifier)
            implements Pending {
        @Override
        public Packet packet(int packetIdentifier, ServerLimits limits) {
            Integer identifier = subscriptionIdentifier > 0 && limits.subscriptionIdentifiersAvailable()
                    ? (Integer) subscriptionIdentifier
                    : null;
            return new Subscribe(packetIdentifier, subscriptions, identifier, UserProperties.EMPTY);
        }
    }

    private record PendingUnsubscribe(Request request, long order, List<TopicFilter> topicFilters) implements Pending {
        @Override
        public Packet packet(int packetIdentifier, ServerLimits limits) {
            return new Unsubscribe(packetIdentifier, topicFilters, UserProperties.EMPTY);
        }
    }

    Subscriptions(SessionContext context, PacketIdentifiers identifiers) {
        this.context = context;
        this.identifiers = identifiers;
    }

    // ---- wishes

    void subscribe(List<TopicSubscription> subscriptions, int subscriptionIdentifier, Request request) {
        for (TopicSubscription subscription : subscriptions) {
            LimitExceededException unsayable = unsayable(subscription);
            if (unsayable != null) {
                context.outputs.fail(request, unsayable);
                return;
            }
        }
        toSend.add(new PendingSubscribe(request, ++lastOrder, List.copyOf(subscriptions), subscriptionIdentifier));
        sendAll();
    }

    void unsubscribe(List<TopicFilter> topicFilters, Request request) {
        toSend.add(new PendingUnsubscribe(request, ++lastOrder, List.copyOf(topicFilters)));
        sendAll();
    }

    // ---- facts

    void onConnected() {
        sendAll();
    }

    /** What is not answered is asked for again; true if the Server may have granted some of it. */
    boolean onConnectionEnded() {
        if (sent.size() == 0) {
            return false;
        }
        List<Pending> unanswered = new ArrayList<>(toSend);
        sent.forEach((packetIdentifier, pending) -> {
            identifiers.release(packetIdentifier);
            unanswered.add(pending);
        });
        sent.clear();
        unanswered.sort(Comparator.comparingLong(Pending::order)); // not that of the identifiers, which wrap around
        toSend.clear();
        toSend.addAll(unanswered);
        return true;
    }

    void onSubAck(SubAck subAck) {
        int packetIdentifier = subAck.packetIdentifier();
        if (!(sent.get(packetIdentifier) instanceof PendingSubscribe pending)) {
            return; // answers nobody's request [MQTT-3.8.4-2]
        }
        requireCodes(subAck.reasonCodes().size(), pending.subscriptions().size(), subAck); // [MQTT-3.8.4-6]
        sent.remove(packetIdentifier);
        identifiers.release(packetIdentifier);
        for (int i = 0; i < pending.subscriptions().size(); i++) {
            answered(
                    pending,
                    pending.subscriptions().get(i),
                    subAck.reasonCodes().get(i));
        }
        if (pending.request() != null) {
            context.outputs.complete(pending.request(), subAck);
        }
        sendAll();
    }

    private void answered(PendingSubscribe pending, TopicSubscription subscription, ReasonCode reasonCode) {
        TopicFilter topicFilter = subscription.topicFilter();
        if (!reasonCode.isError()) {
            int identifier = identifierOf(topicFilter, pending);
            grant(subscription, identifier);
            context.persist(new SubscriptionAdded(subscription, identifier));
        } else if (pending.request() == null) { // it was lost with the Session, and is not to be had again
            remove(topicFilter);
        }
        if (pending.request() == null) {
            context.outputs.emit(new SubscriptionRestored(topicFilter, reasonCode));
        }
    }

    /** One that is restored keeps its own, also where it shares a SUBSCRIBE with others because the Server takes none. */
    private int identifierOf(TopicFilter topicFilter, PendingSubscribe pending) {
        GrantedSubscription before = pending.request() == null ? granted.get(topicFilter) : null;
        return before == null ? pending.subscriptionIdentifier() : before.subscriptionIdentifier();
    }

    void onUnsubAck(UnsubAck unsubAck) {
        int packetIdentifier = unsubAck.packetIdentifier();
        if (!(sent.get(packetIdentifier) instanceof PendingUnsubscribe pending)) {
            return; // answers nobody's request
        }
        if (context.speaksMqtt5()) {
            requireCodes(unsubAck.reasonCodes().size(), pending.topicFilters().size(), unsubAck);
        }
        sent.remove(packetIdentifier);
        identifiers.release(packetIdentifier);
        for (int i = 0; i < pending.topicFilters().size(); i++) {
            if (!context.speaksMqtt5() || !unsubAck.reasonCodes().get(i).isError()) {
                remove(pending.topicFilters().get(i));
            }
        }
        context.outputs.complete(pending.request(), unsubAck);
        sendAll();
    }

    private static void requireCodes(int count, int expected, Packet packet) {
        if (count != expected) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    packet.type() + " has " + count + " Reason Codes for " + expected + " Topic Filters");
        }
    }

    /** The Server has no Session: asks for everything again, and returns how much that is. */
    int restore() {
        forgetRestorations();
        Connection connection = context.connection;
        boolean withIdentifiers = connection == null || connection.limits.subscriptionIdentifiersAvailable();
        List<Restoration> lost = Restoration.of(granted.values(), withIdentifiers);
        Collections.reverse(lost); // each goes to the head, so that the first that was granted is the first again
        lost.forEach(each -> restore(each.subscriptions(), each.subscriptionIdentifier()));
        return granted.size();
    }

    private void restore(List<TopicSubscription> subscriptions, int subscriptionIdentifier) {
        toSend.addFirst(new PendingSubscribe(null, --firstOrder, subscriptions, subscriptionIdentifier));
    }

    /** Forgets what was granted: the caller wants a new Session. */
    void forget() {
        forgetRestorations();
        List.copyOf(granted.keySet()).forEach(this::remove);
    }

    private void forgetRestorations() {
        toSend.removeIf(pending -> pending.request() == null);
    }

    /** Tells whether the Server may lack some of what was granted; not while something is under way. */
    boolean isRestoring() {
        return toSend.stream().anyMatch(pending -> pending.request() == null);
    }

    boolean isSubscribed(TopicName topicName) {
        for (TopicFilter topicFilter : granted.keySet()) {
            if (topicFilter.matches(topicName)) {
                return true;
            }
        }
        return false;
    }

    boolean awaitsAnswers() {
        return sent.size() > 0;
    }

    /** Shows each granted Topic Filter and its Subscription Identifier, 0 if it has none. */
    void forEachGranted(ObjIntConsumer<? super TopicFilter> visitor) {
        granted.forEach((topicFilter, each) -> visitor.accept(topicFilter, each.subscriptionIdentifier()));
    }

    /** No connection follows: nobody gets an answer any more. What was to be restored still is, if the Session goes on. */
    void onClosed(MqttException cause) {
        for (Pending pending : toSend) {
            if (pending.request() != null) {
                context.outputs.fail(pending.request(), cause);
            }
        }
        toSend.removeIf(pending -> pending.request() != null);
    }

    void recover(SubscriptionAdded added) {
        grant(added.subscription(), added.subscriptionIdentifier());
    }

    void describe(Consumer<? super SessionChange> target) {
        granted.values()
                .forEach(each ->
                        target.accept(new SubscriptionAdded(each.subscription(), each.subscriptionIdentifier())));
    }

    List<TopicSubscription> granted() {
        return granted.values().stream().map(GrantedSubscription::subscription).toList();
    }

    private void grant(TopicSubscription subscription, int subscriptionIdentifier) {
        if (granted.isEmpty()) {
            granted = new LinkedHashMap<>();
        }
        granted.put(subscription.topicFilter(), new GrantedSubscription(subscription, subscriptionIdentifier));
    }

    private void remove(TopicFilter topicFilter) {
        if (!granted.isEmpty()) {
            granted.remove(topicFilter);
        }
        context.persist(new SubscriptionRemoved(topicFilter));
    }

    // ---- sending

    private void sendAll() {
        Connection connection = context.connection;
        while (connection != null && !toSend.isEmpty()) {
            int packetIdentifier = identifiers.take();
            if (packetIdentifier == PacketIdentifiers.NONE) {
                return; // an answer frees one, and calls this again
            }
            send(toSend.remove(), packetIdentifier, connection.limits);
        }
    }

    private void send(Pending pending, int packetIdentifier, ServerLimits known) {
        Packet packet = pending.packet(packetIdentifier, known);
        LimitExceededException refusal = refusal(pending, packet, known);
        if (refusal == null) {
            sent.put(packetIdentifier, pending);
            context.send(packet);
            return;
        }
        identifiers.release(packetIdentifier);
        if (pending.request() != null) {
            context.outputs.fail(pending.request(), refusal);
        } else if (pending instanceof PendingSubscribe several
                && several.subscriptions().size() > 1) { // one of them is too much
            List<TopicSubscription> each = new ArrayList<>(several.subscriptions());
            Collections.reverse(each);
            each.forEach(one -> restore(List.of(one), several.subscriptionIdentifier()));
        } else if (pending instanceof PendingSubscribe lost) {
            lost.subscriptions().forEach(subscription -> answered(lost, subscription, reasonOf(refusal)));
        }
    }

    private @Nullable LimitExceededException refusal(Pending pending, Packet packet, ServerLimits known) {
        if (pending instanceof PendingSubscribe subscribe) {
            for (TopicSubscription subscription : subscribe.subscriptions()) {
                LimitExceededException unsayable = unsayable(subscription); // one of a Session that spoke MQTT 5.0
                LimitExceededException refusal = unsayable == null ? known.refusal(subscription) : unsayable;
                if (refusal != null) {
                    return refusal;
                }
            }
        }
        return known.limitsPacketSize() ? known.refusal(context.encodedLength(packet)) : null;
    }

    private @Nullable LimitExceededException unsayable(TopicSubscription subscription) {
        try {
            subscription.topicFilter().requireIn(context.version);
        } catch (IllegalArgumentException notInThisVersion) { // one of a Session that spoke MQTT 3.1.1
            return new LimitExceededException(
                    String.valueOf(notInThisVersion.getMessage()), ReasonCode.TOPIC_FILTER_INVALID);
        }
        return context.speaksMqtt5() || subscription.hasDefaultOptions()
                ? null
                : new LimitExceededException(
                        "MQTT 3.1.1 cannot express the options of the subscription to " + subscription.topicFilter(),
                        null);
    }

    private static ReasonCode reasonOf(LimitExceededException refusal) {
        ReasonCode reasonCode = refusal.reasonCode();
        return reasonCode == null ? ReasonCode.UNSPECIFIED_ERROR : reasonCode;
    }
}

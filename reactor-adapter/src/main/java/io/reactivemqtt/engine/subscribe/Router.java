package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.engine.subscribe.Arrival.Sharing;
import io.reactivemqtt.engine.subscribe.HandedBack.Share;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.SubscriptionConflictException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.session.Delivery;
import io.reactivemqtt.topic.TopicFilterTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which subscriber gets which message. Loop only.
 *
 * <p>Subscribers of one Topic Filter share a {@link Route}: one subscription at the Server, with a TopicSubscription Identifier by
 * which its messages are known. Where the Server sends none, or one that nobody here goes by, the Topic Name is matched.
 *
 * <p>What a subscriber leaves untaken is {@link Unowned}: it goes to another one, or waits.
 */
public final class Router {

    private final Subscribing subscribing;
    private final ClientOptions options;
    private final Map<TopicFilter, Route> routes = new HashMap<>();
    private final TopicFilterTree<Route> tree = new TopicFilterTree<>();
    private final ArrayList<@Nullable Route> byIdentifier = new ArrayList<>();
    /** Null until there is a subscription: idle clients come in thousands. */
    private @Nullable SubscriptionIdentifiers identifiers;

    /** Null until something was not taken. */
    private @Nullable Unowned unowned;

    /** Routes that have lost their last subscriber in this turn; their subscriptions are looked at when it ends. */
    private final ArrayList<Route> emptied = new ArrayList<>(0);

    /** Subscribers of the message at hand; kept to be used again. */
    private final ArrayList<MessageStream> targets = new ArrayList<>();

    /** Subscriptions of the message at hand that the Session has, and nobody here has asked for yet. */
    private List<TopicFilter> absent = List.of(); // until there is one

    /** A route of the message at hand, with or without a subscriber. */
    private @Nullable Route found;

    /** What arrived up to this one belongs to a Session that the Server has lost, and never comes again. */
    private int lastOfLostSession;

    private int stamp;
    private boolean draining;

    /** The routes of the Topic Name that came last, by its identity: most messages repeat the one before. */
    private final ArrayList<Route> matched = new ArrayList<>();

    private @Nullable TopicName matchedTopicName;
    private final Consumer<Route> matcher = matched::add;

    Router(Subscribing subscribing, ClientOptions options) {
        this.subscribing = subscribing;
        this.options = options;
    }

    private SubscriptionIdentifiers identifiers() {
        SubscriptionIdentifiers known = identifiers;
        if (known == null) {
            known = new SubscriptionIdentifiers();
            identifiers = known;
        }
        return known;
    }

    /** Takes what no subscriber has. */
    Unowned unowned() {
        Unowned known = unowned;
        if (known == null) {
            known = new Unowned(subscribing, this, options);
            unowned = known;
        }
        return known;
    }

    private void ifAnyUnowned(Consumer<? super Unowned> action) {
        if (unowned != null) {
            action.accept(unowned);
        }
    }

    // ---- subscribers come and go

    void join(MessageStream stream) {
        if (stream.isCancelled()) {
            return;
        }
        TopicSubscription wanted = stream.options.subscription();
        Route route = routes.get(wanted.topicFilter());
        if (route != null && route.conflictsWith(wanted)) {
            stream.end(new SubscriptionConflictException(wanted, Objects.requireNonNull(route.asked)));
            return;
        }
        if (route == null) {
            route = addRoute(wanted.topicFilter());
        }
        boolean lacks = route.lacks(wanted);
        TopicSubscription known = route.asked;
        TopicSubscription asked = known == null || route.streams.isEmpty() ? wanted : atLeast(known.qos(), wanted);
        route.streams.add(stream);
        if (lacks) {
            subscribe(route, asked, stream);
        } else if (route.pending != null) {
            route.pending.waiting.add(stream);
        } else if (route.granted != null) {
            stream.granted(route.granted);
        }
        ifAnyUnowned(some -> some.deliverTo(stream));
    }

    /** Asking for less would take it away from the others. */
    private static TopicSubscription atLeast(Qos qos, TopicSubscription wanted) {
        return wanted.qos().compareTo(qos) >= 0
                ? wanted
                : new TopicSubscription(
                        wanted.topicFilter(),
                        qos,
                        wanted.noLocal(),
                        wanted.retainAsPublished(),
                        wanted.retainHandling());
    }

    private void subscribe(Route route, TopicSubscription asked, MessageStream stream) {
        SubscribeRequest request = new SubscribeRequest(route, stream);
        route.asked = asked;
        route.asker = stream;
        route.pending = request;
        subscribing.subscribe(asked, route.identifier, request);
    }

    private Route addRoute(TopicFilter topicFilter) {
        Route route = new Route(topicFilter, identifiers().claim(topicFilter));
        routes.put(topicFilter, route);
        tree.add(topicFilter, route);
        matchedTopicName = null;
        while (byIdentifier.size() <= route.identifier) {
            byIdentifier.add(null);
        }
        byIdentifier.set(route.identifier, route);
        return route;
    }

    /** The subscriber has cancelled, or has failed: what it has not taken is handed back. */
    void leave(MessageStream stream) {
        subscribing.reading().resume(stream);
        detach(stream);
        stream.handBackUntaken();
        if (!stream.inHand().isEmpty()) {
            unowned().watch(stream.inHand());
        }
    }

    /** Brings no more messages to a subscriber. */
    void detach(MessageStream stream) {
        Route route = routes.get(stream.options.topicFilter());
        if (route != null && route.streams.remove(stream)) {
            if (route.streams.isEmpty()) {
                route.wanted = stream.options.onCancel();
                emptied.add(route);
            }
        }
    }

    /** At the end of a turn: subscriptions that have lost their last subscriber, and have found none again, may end. */
    void settle() {
        for (int i = 0; i < emptied.size(); i++) {
            Route route = emptied.get(i);
            if (route.streams.isEmpty() && routes.get(route.topicFilter) == route && !route.unsubscribing) {
                switch (route.wanted) {
                    case UNSUBSCRIBE -> unsubscribe(route.topicFilter, true, EngineRequest.NOBODY);
                    case AS_SESSION -> {
                        if (!subscribing.session().outlivesConnection()) {
                            unsubscribe(route.topicFilter, false, EngineRequest.NOBODY);
                        }
                    }
                    case KEEP -> {}
                }
            }
        }
        emptied.clear();
        ifAnyUnowned(Unowned::settle);
    }

    /** Ends all subscribers of a Topic Filter, and unsubscribes whether there are any or not. */
    void unsubscribe(TopicFilter topicFilter, EngineRequest request) {
        Route route = routes.get(topicFilter);
        if (route != null) {
            List<MessageStream> streams = List.copyOf(route.streams);
            route.streams.clear();
            streams.forEach(MessageStream::endByName);
        }
        unsubscribe(topicFilter, true, request);
    }

    /** Unsubscribes; {@code byName}: the application has said so, and has done with what it has not taken. */
    void unsubscribe(TopicFilter topicFilter, boolean byName, EngineRequest request) {
        Route route = routes.get(topicFilter);
        if (route != null) {
            route.unsubscribing = true;
        }
        subscribing.unsubscribe(topicFilter, new EngineRequest() {
            @Override
            public void completed(Packet answer) {
                unsubscribed(topicFilter, byName);
                request.completed(answer);
            }

            @Override
            public void failed(MqttException cause) {
                unsubscribed(topicFilter, false);
                request.failed(cause);
            }
        });
    }

    private void unsubscribed(TopicFilter topicFilter, boolean byName) {
        Route route = routes.get(topicFilter);
        if (route != null) {
            route.unsubscribing = false;
            route.granted = null;
            if (route.pending == null) {
                removeIfUnused(route);
            } else if (route.streams.isEmpty()) { // asked for, and left, meanwhile
                emptied.add(route);
            }
        }
        if (!routes.containsKey(topicFilter)) {
            identifiers().release(topicFilter);
        }
        ifAnyUnowned(some -> some.unsubscribed(topicFilter, byName));
    }

    private void removeIfUnused(Route route) {
        if (route.streams.isEmpty() && routes.get(route.topicFilter) == route) {
            routes.remove(route.topicFilter);
            tree.remove(route.topicFilter, route);
            matchedTopicName = null;
            byIdentifier.set(route.identifier, null);
        }
    }

    /** Ends all subscribers: the client was told to disconnect, or has given up. */
    public void endAll(@Nullable MqttException cause) {
        boolean goesOn = forgetUntakenIfItComesAgain();
        draining = false;
        for (Route route : List.copyOf(routes.values())) {
            if (goesOn) {
                route.streams.forEach(this::watchWhatIsInHandForGood);
            }
            endStreams(route, cause);
            removeIfUnused(route);
            if (!goesOn) {
                identifiers().release(route.topicFilter);
            }
        }
        if (!goesOn) {
            ifAnyUnowned(Unowned::clear);
        }
    }

    /** The session knows a QoS 2 message until its handler is done with it, so its repeat goes to nobody else meanwhile. */
    private void watchWhatIsInHandForGood(MessageStream stream) {
        List<Arrival> messages = stream.inHand().stream()
                .filter(message -> message.qos() == Qos.EXACTLY_ONCE)
                .toList();
        if (!messages.isEmpty()) {
            unowned().watch(messages);
        }
    }

    /** What the Session has was recovered. */
    public void recovered() {
        subscribing.session().forEachSubscription((topicFilter, identifier) -> identifiers()
                .stored(topicFilter, identifier));
        lastOfLostSession = 0;
    }

    /** The Server has lost the Session: what it retains comes again, because of nobody here. */
    public void sessionLost() {
        routes.forEach((topicFilter, route) -> route.asker = null);
        lastOfLostSession = subscribing.session().lastArrival();
    }

    /** Tells whether the Server sends a message again that is not acknowledged. */
    boolean belongsToThisSession(Delivery delivery) {
        return delivery.arrival() - lastOfLostSession > 0;
    }

    /** Tells whether code of this process has asked for {@code topicFilter}, and the Session may have it. */
    boolean isClaimed(TopicFilter topicFilter) {
        return identifiers != null && identifiers.isClaimed(topicFilter);
    }

    /** A subscriber has taken a message that others have, or had, too. */
    void somebodyTook() {
        ifAnyUnowned(Unowned::somebodyTook);
    }

    boolean isDraining() {
        return draining;
    }

    private static void endStreams(Route route, @Nullable MqttException cause) {
        List<MessageStream> streams = List.copyOf(route.streams);
        route.streams.clear();
        streams.forEach(stream -> stream.end(cause));
    }

    /** The Server lost the Session, and does not grant a subscription again. */
    public void refused(TopicFilter topicFilter, ReasonCode reasonCode) {
        Route route = routes.get(topicFilter);
        if (route != null) {
            route.granted = null;
            endStreams(route, new RequestRefusedException("SUBSCRIBE " + topicFilter, reasonCode, null));
            removeIfUnused(route);
        }
    }

    /** A SUBSCRIBE, and the subscribers that wait for its answer. */
    final class SubscribeRequest implements EngineRequest {
        final ArrayList<MessageStream> waiting = new ArrayList<>(1);
        private final Route route;

        SubscribeRequest(Route route, MessageStream stream) {
            this.route = route;
            this.waiting.add(stream);
        }

        @Override
        public void completed(Packet answer) {
            SubAck subAck = (SubAck) answer;
            ReasonCode reasonCode = subAck.reasonCodes().get(0);
            waiting.forEach(stream -> stream.granted(reasonCode));
            if (reasonCode.isError()) {
                failed(new RequestRefusedException(
                        "SUBSCRIBE " + route.topicFilter, reasonCode, subAck.reasonString()));
            } else {
                answered();
                route.granted = reasonCode;
                if (route.streams.isEmpty()) {
                    emptied.add(route); // left before the answer
                }
            }
        }

        @Override
        public void failed(MqttException cause) {
            answered();
            for (MessageStream stream : waiting) {
                route.streams.remove(stream);
                if (cause instanceof RequestRefusedException || cause instanceof LimitExceededException) {
                    stream.handBackUntaken();
                } else if (subscribing.session().outlivesConnection()) {
                    forgetUntaken(stream);
                }
                stream.end(cause instanceof ClientClosedException ? null : cause);
            }
            if (route.granted == null) {
                removeIfUnused(route);
            } else if (route.streams.isEmpty()) {
                emptied.add(route);
            }
        }

        private void answered() {
            if (route.pending == this) {
                route.pending = null;
            }
        }
    }

    // ---- messages

    public void route(Publish publish, @Nullable Delivery delivery) {
        if (draining && delivery != null) { // it stays unacknowledged, and comes again if the Session does
            subscribing.forget(delivery);
            return;
        }
        targets.clear();
        if (!absent.isEmpty()) {
            absent.clear();
        }
        found = null;
        stamp++;
        if (!collectByIdentifiers(publish)) {
            collectByTopicName(publish);
        }
        if (targets.isEmpty() && absent.isEmpty()) {
            unowned().withoutSubscriber(publish, delivery, found);
        } else if (targets.size() == 1 && absent.isEmpty() && targets.get(0).acknowledges()) {
            targets.get(0).deliver(new Arrival(targets.get(0), publish, delivery, null));
        } else {
            share(List.copyOf(targets), publish, delivery);
        }
    }

    private void share(List<MessageStream> subscribers, Publish publish, @Nullable Delivery delivery) {
        int acknowledging = absent.size();
        for (MessageStream subscriber : subscribers) {
            acknowledging += subscriber.acknowledges() ? 1 : 0;
        }
        Sharing sharing = new Sharing(acknowledging, subscribers);
        if (delivery != null) {
            absent.forEach(topicFilter -> unowned().hold(publish, delivery, sharing, topicFilter));
        }
        for (MessageStream subscriber : subscribers) {
            subscriber.deliver(
                    subscriber.acknowledges()
                            ? new Arrival(subscriber, publish, delivery, sharing)
                            : new Arrival(subscriber, publish, null, null));
        }
        if (delivery != null && acknowledging == 0) {
            subscribing.acknowledge(delivery);
        }
    }

    /** Tells whether every TopicSubscription Identifier of the message has a route that goes with it, so that there is no more to find. */
    private boolean collectByIdentifiers(Publish publish) {
        List<Integer> identifiers = publish.subscriptionIdentifiers();
        boolean certain = !identifiers.isEmpty();
        for (int i = 0; i < identifiers.size(); i++) {
            int identifier = identifiers.get(i);
            Route route = identifier < byIdentifier.size() ? byIdentifier.get(identifier) : null;
            if (route != null && route.mayBring(publish.message().topicName())) {
                collect(route, publish);
            } else { // of an earlier process, or of a subscription that has ended since
                certain = false;
                if (route == null) {
                    collectAbsent(identifier, publish.message().topicName());
                }
            }
        }
        return certain;
    }

    private void collectAbsent(int identifier, TopicName topicName) {
        TopicFilter stored = identifiers == null ? null : identifiers.filter(identifier);
        if (stored != null && !absent.contains(stored) && Route.matches(stored, topicName)) {
            if (absent.isEmpty()) {
                absent = new ArrayList<>();
            }
            absent.add(stored);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the decoder has one object for a name that comes again
    private void collectByTopicName(Publish publish) {
        TopicName topicName = publish.message().topicName();
        if (topicName != matchedTopicName) {
            collectRoutes(topicName);
        }
        for (int i = 0; i < matched.size(); i++) {
            collect(matched.get(i), publish);
        }
    }

    private void collect(Route route, Publish publish) {
        if (route.stamp == stamp) {
            return; // the Server may name one twice: two subscriptions that had it, of this process and of an earlier
        }
        route.stamp = stamp;
        found = route;
        if (publish.message().retain() && route.isForAsker()) {
            targets.add(Objects.requireNonNull(route.asker));
            return;
        }
        for (int i = 0; i < route.streams.size(); i++) { // addAll() would copy them first
            targets.add(route.streams.get(i));
        }
    }

    /** Returns a subscriber that takes messages of {@code share}'s subscription and has not had it; null without one. */
    @Nullable
    MessageStream another(Share share) {
        collectRoutes(share.topicName());
        Route own = share.topicFilter == null ? null : routes.get(share.topicFilter);
        if (own != null && !matched.contains(own)) { // known by its identifier alone
            matchedTopicName = null;
            matched.add(own);
        }
        for (Route route : matched) {
            for (MessageStream stream : route.streams) {
                if (stream.acknowledges() && share.sharing.isNewTo(stream)) {
                    return stream;
                }
            }
        }
        return null;
    }

    private void collectRoutes(TopicName topicName) {
        matched.clear();
        tree.match(topicName, matcher);
        matchedTopicName = topicName;
    }

    /** Tells whether a route, with or without a subscriber, takes {@code topicName}. */
    boolean hasRoute(TopicName topicName) {
        collectRoutes(topicName);
        return !matched.isEmpty();
    }

    boolean hasRoute(TopicFilter topicFilter) {
        return routes.containsKey(topicFilter);
    }

    // ---- the end of a connection

    /** The client is to disconnect: nothing more reaches a subscriber of what may come again, nor what arrives from now on. */
    public void drain() {
        draining = true;
        forgetUntakenIfItComesAgain();
    }

    /** The client is not to disconnect after all. */
    public void stays() {
        draining = false;
    }

    private boolean forgetUntakenIfItComesAgain() {
        boolean comesAgain = subscribing.session().outlivesConnection();
        if (comesAgain) {
            ifAnyUnowned(Unowned::forgetWaiting);
            eachStream(this::forgetUntaken);
        }
        return comesAgain;
    }

    /** The Server sends again what {@code stream} has not taken, in the next connection. */
    private void forgetUntaken(MessageStream stream) {
        stream.forget(message -> true, message -> {
            if (message.delivery != null && Sharing.endsPart(message.sharing)) {
                subscribing.forget(message.delivery);
            }
        });
    }

    /** Counts the messages that subscribers have in hand. */
    public int inHand() {
        int[] count = {0};
        eachStream(stream -> count[0] += stream.inHand().size());
        return count[0] + (unowned == null ? 0 : unowned.inHand());
    }

    /**
     * The Server goes on with the Session and sends unacknowledged QoS 1 messages again, and those of QoS 2 too if this client
     * has forgotten them.
     */
    public void forgetWhatComesAgain(boolean exactlyOnceToo) {
        ifAnyUnowned(some -> some.forgetWhatComesAgain(exactlyOnceToo));
        eachStream(stream -> stream.forget(
                message -> message.delivery != null
                        && comesAgain(message.qos(), exactlyOnceToo)
                        && belongsToThisSession(message.delivery),
                message -> {}));
    }

    static boolean comesAgain(Qos qos, boolean exactlyOnceToo) {
        return qos == Qos.AT_LEAST_ONCE || (exactlyOnceToo && qos == Qos.EXACTLY_ONCE);
    }

    private void eachStream(Consumer<? super MessageStream> action) {
        for (Route route : routes.values()) {
            route.streams.forEach(action);
        }
    }
}

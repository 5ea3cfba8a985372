package io.reactivemqtt.reactor;

import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.RequestRefusedException;
import io.reactivemqtt.SessionEvent.MessageWithoutSubscriber;
import io.reactivemqtt.Subscription;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.session.Delivery;
import io.reactivemqtt.topic.TopicFilterTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which subscriber gets which message. Loop only.
 *
 * <p>Subscribers of one Topic Filter share a {@link Route}: one subscription at the Server, with a Subscription Identifier by
 * which its messages are known. Where the Server sends none, the Topic Name is matched instead.
 */
final class Router {

    /** Waits for no answer. */
    private static final EngineRequest NOBODY = new EngineRequest() {
        @Override
        public void completed(Packet answer) {}

        @Override
        public void failed(MqttException cause) {}
    };

    private final Engine engine;
    private final Map<TopicFilter, Route> routes = new HashMap<>();
    private final TopicFilterTree<Route> tree = new TopicFilterTree<>();
    private final ArrayList<@Nullable Route> byIdentifier = new ArrayList<>();
    private final BitSet identifiers = new BitSet();

    /** Messages that nobody takes yet, in order of arrival; they stay unacknowledged. */
    private final ArrayDeque<Held> held = new ArrayDeque<>(1);

    private record Held(Publish publish, @Nullable Delivery delivery, ReceivedMessage.@Nullable Sharing sharing) {}

    /** Subscribers of the message at hand; kept to be used again. */
    private final ArrayList<MessageStream> targets = new ArrayList<>();

    private boolean ending;

    /** The routes of the Topic Name that came last, by its identity: most messages repeat the one before. */
    private final ArrayList<Route> matched = new ArrayList<>();

    private @Nullable TopicName matchedTopicName;
    private final Consumer<Route> matcher = matched::add;

    /** One Topic Filter and who subscribes to it. Without subscribers it waits for its UNSUBACK. */
    private static final class Route {
        final TopicFilter topicFilter;
        final int identifier;
        final ArrayList<MessageStream> streams = new ArrayList<>();
        Qos qos;

        Route(TopicFilter topicFilter, int identifier, Qos qos) {
            this.topicFilter = topicFilter;
            this.identifier = identifier;
            this.qos = qos;
        }
    }

    Router(Engine engine) {
        this.engine = engine;
    }

    // ---- subscribers come and go

    void join(MessageStream stream) {
        if (stream.isCancelled()) {
            return;
        }
        Subscription wanted = stream.options.subscription();
        Route route = routes.get(wanted.topicFilter());
        if (route == null) {
            route = new Route(wanted.topicFilter(), takeIdentifier(), wanted.qos());
            routes.put(route.topicFilter, route);
            tree.add(route.topicFilter, route);
            matchedTopicName = null;
            byIdentifier.set(route.identifier, route);
        }
        route.streams.add(stream);
        if (wanted.qos().compareTo(route.qos) > 0) {
            route.qos = wanted.qos(); // asking for less would take it away from the others
        }
        Subscription asked = new Subscription(
                wanted.topicFilter(), route.qos, wanted.noLocal(), wanted.retainAsPublished(), wanted.retainHandling());
        engine.subscribe(asked, route.identifier, new SubscribeRequest(stream));
        deliverHeld(stream);
    }

    private int takeIdentifier() {
        int identifier = identifiers.nextClearBit(1); // 0 is no identifier
        identifiers.set(identifier);
        while (byIdentifier.size() <= identifier) {
            byIdentifier.add(null);
        }
        return identifier;
    }

    /** The subscriber has cancelled: what it has not taken, nobody will. */
    void leave(MessageStream stream) {
        engine.resumeReading(stream);
        detach(stream);
        ReceivedMessage untaken = stream.pollUntaken();
        while (untaken != null) {
            tellWithoutSubscriber(untaken.publish(), false);
            untaken.acknowledge();
            untaken = stream.pollUntaken();
        }
    }

    /** Brings no more messages to a subscriber. */
    void detach(MessageStream stream) {
        Route route = routes.get(stream.options.topicFilter());
        if (route != null && route.streams.remove(stream)) {
            if (route.streams.isEmpty()) {
                unsubscribe(route.topicFilter, NOBODY);
            }
        }
    }

    /** Ends all subscribers of a Topic Filter, and unsubscribes whether there are any or not. */
    void unsubscribe(TopicFilter topicFilter, EngineRequest request) {
        Route route = routes.get(topicFilter);
        if (route != null) {
            List<MessageStream> streams = List.copyOf(route.streams);
            route.streams.clear();
            streams.forEach(stream -> stream.end(null));
        }
        engine.unsubscribe(topicFilter, new EngineRequest() {
            @Override
            public void completed(Packet answer) {
                removed(topicFilter);
                request.completed(answer);
            }

            @Override
            public void failed(MqttException cause) {
                removed(topicFilter);
                request.failed(cause);
            }
        });
    }

    private void removed(TopicFilter topicFilter) {
        Route route = routes.get(topicFilter);
        if (route != null) {
            remove(route);
        }
        giveUpHeld();
    }

    /** A message that nobody can come to take holds the acknowledgements of all others back no longer. */
    private void giveUpHeld() {
        for (var messages = held.iterator(); messages.hasNext(); ) {
            Held message = messages.next();
            TopicName topicName = message.publish().message().topicName();
            targets.clear();
            match(topicName);
            if (targets.isEmpty() && !engine.isSubscribed(topicName)) {
                messages.remove();
                tellWithoutSubscriber(message.publish(), false);
                engine.acknowledge(
                        new ReceivedMessage(engine, message.publish(), message.delivery(), message.sharing()));
            }
        }
    }

    private void remove(Route route) {
        if (route.streams.isEmpty() && routes.get(route.topicFilter) == route) {
            routes.remove(route.topicFilter);
            tree.remove(route.topicFilter, route);
            matchedTopicName = null;
            byIdentifier.set(route.identifier, null);
            identifiers.clear(route.identifier);
        }
    }

    /** Ends all subscribers: the client was told to disconnect, or has given up. */
    void endAll(@Nullable MqttException cause) {
        List<Route> all = List.copyOf(routes.values());
        for (Route route : all) {
            List<MessageStream> streams = List.copyOf(route.streams);
            route.streams.clear();
            remove(route);
            streams.forEach(stream -> stream.end(cause));
        }
    }

    private final class SubscribeRequest implements EngineRequest {
        private final MessageStream stream;

        SubscribeRequest(MessageStream stream) {
            this.stream = stream;
        }

        @Override
        public void completed(Packet answer) {
            SubAck subAck = (SubAck) answer;
            ReasonCode reasonCode = subAck.reasonCodes().get(0);
            Turns.run(() -> stream.granted(reasonCode));
            if (reasonCode.isError()) {
                failed(new RequestRefusedException(
                        "SUBSCRIBE " + stream.options.topicFilter(), reasonCode, subAck.reasonString()));
            }
        }

        @Override
        public void failed(MqttException cause) {
            Route route = routes.get(stream.options.topicFilter());
            if (route != null && route.streams.remove(stream)) {
                remove(route);
            }
            stream.end(cause instanceof ClientClosedException ? null : cause);
        }
    }

    // ---- messages

    void route(Publish publish, @Nullable Delivery delivery) {
        targets.clear();
        ending = false;
        List<Integer> identifiers = publish.subscriptionIdentifiers();
        for (int i = 0; i < identifiers.size(); i++) {
            int identifier = identifiers.get(i);
            if (i > 0 && identifiers.indexOf(identifier) < i) {
                continue; // the Server may name one twice: two subscriptions that had it, of this process and of an
                // earlier
            }
            Route route = identifier < byIdentifier.size() ? byIdentifier.get(identifier) : null;
            // an identifier may be older than its route: of a subscription that the Session still has from before
            if (route != null && route.topicFilter.matches(publish.message().topicName())) {
                collect(route);
            }
        }
        if (targets.isEmpty() && !ending) { // the Server sends no identifiers, or those of an earlier process
            match(publish.message().topicName());
        }
        if (targets.isEmpty()) {
            withoutSubscriber(publish, delivery);
        } else if (targets.size() == 1) {
            targets.get(0).offer(new ReceivedMessage(engine, publish, delivery, null));
        } else {
            ReceivedMessage.Sharing sharing = new ReceivedMessage.Sharing(targets.size());
            for (MessageStream target : List.copyOf(targets)) {
                target.offer(new ReceivedMessage(engine, publish, delivery, sharing));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the decoder has one object for a name that comes again
    private void match(TopicName topicName) {
        if (topicName != matchedTopicName) {
            matched.clear();
            tree.match(topicName, matcher);
            matchedTopicName = topicName;
        }
        for (int i = 0; i < matched.size(); i++) {
            collect(matched.get(i));
        }
    }

    private void collect(Route route) {
        for (int i = 0; i < route.streams.size(); i++) { // addAll() would copy them first
            targets.add(route.streams.get(i));
        }
        ending |= route.streams.isEmpty();
    }

    /**
     * A message of a subscription that this Session knows, but nobody has taken up yet, is held; any other is acknowledged
     * [MQTT-4.5.0-2]. Both are told.
     */
    private void withoutSubscriber(Publish publish, @Nullable Delivery delivery) {
        boolean holds = delivery != null
                && !ending
                && engine.isSubscribed(publish.message().topicName());
        if (holds) {
            held.add(new Held(publish, delivery, null));
        } else if (delivery != null) {
            engine.acknowledge(new ReceivedMessage(engine, publish, delivery, null));
        }
        tellWithoutSubscriber(publish, holds);
    }

    private void tellWithoutSubscriber(Publish publish, boolean holds) {
        engine.tell(new MessageWithoutSubscriber(
                publish.message().topicName(), publish.message().qos(), holds));
    }

    /** A subscriber failed with a message: the next one that asks for it gets it. */
    void hold(ReceivedMessage message) {
        held.add(new Held(message.publish(), message.delivery, message.sharing));
        tellWithoutSubscriber(message.publish(), true);
    }

    private void deliverHeld(MessageStream stream) {
        for (var messages = held.iterator(); messages.hasNext(); ) {
            Held message = messages.next();
            if (stream.options.topicFilter().matches(message.publish().message().topicName())) {
                messages.remove();
                stream.offer(new ReceivedMessage(engine, message.publish(), message.delivery(), message.sharing()));
            }
        }
    }

    /**
     * The Server goes on with the Session and sends unacknowledged QoS 1 messages again, and those of QoS 2 too if this client
     * has forgotten them.
     */
    void forgetWhatComesAgain(boolean exactlyOnceToo) {
        Predicate<Qos> comesAgain = qos -> qos == Qos.AT_LEAST_ONCE || (exactlyOnceToo && qos == Qos.EXACTLY_ONCE);
        held.removeIf(message -> comesAgain.test(message.publish().message().qos()));
        for (Route route : routes.values()) {
            route.streams.forEach(stream -> stream.forgetWhatComesAgain(comesAgain));
        }
    }
}

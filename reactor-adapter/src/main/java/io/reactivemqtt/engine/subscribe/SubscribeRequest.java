package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.SubAck;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A SUBSCRIBE for one or several Topic Filters, and the subscribers that wait for its answer. Loop only. */
final class SubscribeRequest implements EngineRequest {

    /** The Subscription Identifier of all its filters. */
    final int identifier;

    private final Subscribing subscribing;
    private final Subscribers subscribers;
    private final RoutingTable table;
    private final ArrayList<Part> parts = new ArrayList<>(1);

    /** Who asks for all parts: whoever else waits for one asks for less. */
    private final MessageStream asker;

    /** What is asked for one route, and who waits for the answer. */
    static final class Part {
        final ArrayList<MessageStream> waiting = new ArrayList<>(1);
        final TopicSubscription asked;
        private final Route route;

        Part(Route route) {
            this.route = route;
            this.asked = Objects.requireNonNull(route.asked);
        }
    }

    SubscribeRequest(
            Subscribing subscribing, Subscribers subscribers, RoutingTable table, int identifier, MessageStream asker) {
        this.subscribing = subscribing;
        this.subscribers = subscribers;
        this.table = table;
        this.identifier = identifier;
        this.asker = asker;
    }

    /** Asks for what {@code route} is to have, because of {@code stream}. */
    void add(Route route, MessageStream stream) {
        Part part = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        if (part == null || part.route != route) {
            part = new Part(route);
            parts.add(part);
            route.asks(part);
        }
        part.waiting.add(stream);
    }

    /** Tells whether a message may come because of {@code topicFilter} and of a filter that is asked for already. */
    boolean overlaps(TopicFilter topicFilter) {
        for (Part part : parts) {
            if (part.route.topicFilter.overlaps(topicFilter)) {
                return true;
            }
        }
        return false;
    }

    void send() {
        List<TopicSubscription> asked = new ArrayList<>(parts.size());
        parts.forEach(part -> asked.add(part.asked));
        subscribing.subscribe(asked, identifier, this);
    }

    // ---- the answer

    @Override
    public void completed(Packet answer) {
        SubAck subAck = (SubAck) answer;
        for (int i = 0; i < parts.size(); i++) {
            completed(parts.get(i), subAck.reasonCodes().get(i), subAck.reasonString());
        }
    }

    private void completed(Part part, ReasonCode reasonCode, @Nullable String reasonString) {
        Route route = part.route;
        part.waiting.forEach(stream -> stream.granted(route.topicFilter, reasonCode));
        if (reasonCode.isError()) {
            failed(part, new RequestRefusedException("SUBSCRIBE " + route.topicFilter, reasonCode, reasonString));
        } else {
            route.granted(part, reasonCode);
            subscribers.lookAtIfEmpty(route); // left before the answer
        }
    }

    @Override
    public void failed(MqttException cause) {
        if (cause instanceof LimitExceededException && parts.size() > 1) {
            for (Part part : parts) {
                List<MessageStream> others = part.waiting.stream()
                        .filter(stream -> stream != asker && !stream.isGone())
                        .toList();
                part.waiting.removeAll(others);
                if (!others.isEmpty()) {
                    subscribers.askAgain(part.route, others);
                }
            }
        }
        parts.forEach(part -> failed(part, cause));
    }

    private void failed(Part part, MqttException cause) {
        Route route = part.route;
        route.refused(part);
        part.waiting.forEach(stream -> subscribers.failed(stream, route, cause));
        if (route.granted == null && !route.isPending()) {
            table.removeIfUnused(route);
            subscribers.releaseIfUnknown(route.topicFilter);
        } else if (route.granted != null) {
            subscribers.lookAtIfEmpty(route);
        }
    }
}

package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.engine.state.EngineRequest;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.SubscriptionConflictException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.SubAck;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers that come and go, and what the Server is asked because of them. Those of one Topic Filter share a {@link Route}: one
 * subscription at the Server. Loop only.
 */
final class Subscribers {

    private final Subscribing subscribing;
    private final Router router;
    private final RoutingTable table;

    /** Routes that have lost their last subscriber in this turn; their subscriptions are looked at when it ends. */
    private final ArrayList<Route> emptied = new ArrayList<>(0);

    /** Whose handlers are still at work though they have no route any more. */
    private List<MessageStream> finishing = List.of(); // until there is one

    Subscribers(Subscribing subscribing, Router router, RoutingTable table) {
        this.subscribing = subscribing;
        this.router = router;
        this.table = table;
    }

    // ---- subscribers come and go

    void join(MessageStream stream) {
        if (stream.isCancelled()) {
            return;
        }
        TopicSubscription wanted = stream.options.subscription();
        Route route = table.get(wanted.topicFilter());
        if (route != null && route.conflictsWith(wanted)) {
            stream.end(new SubscriptionConflictException(wanted, Objects.requireNonNull(route.asked)));
            return;
        }
        if (route == null) {
            route = table.add(wanted.topicFilter());
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
        router.ifAnyUnowned(some -> some.deliverTo(stream));
    }

    /** Asking for less would take it away from the others. */
    private static TopicSubscription atLeast(Qos qos, TopicSubscription wanted) {
        return wanted.qos().compareTo(qos) >= 0
                ? wanted
                : TopicSubscription.of(wanted.topicFilter(), qos)
                        .withNoLocal(wanted.noLocal())
                        .withRetainAsPublished(wanted.retainAsPublished())
                        .withRetainHandling(wanted.retainHandling());
    }

    private void subscribe(Route route, TopicSubscription asked, MessageStream stream) {
        SubscribeRequest request = new SubscribeRequest(route, stream);
        route.asked = asked;
        route.asker = stream;
        route.pending = request;
        subscribing.subscribe(asked, route.identifier, request);
    }

    /** The subscriber has cancelled, or has failed: what it has not taken is handed back. */
    void leave(MessageStream stream) {
        subscribing.reading().resume(stream);
        detach(stream);
        stream.handBackUntaken();
        if (!stream.inHand().isEmpty()) {
            router.unowned().watch(stream.inHand());
        }
    }

    /** Brings no more messages to a subscriber. */
    void detach(MessageStream stream) {
        Route route = table.get(stream.options.topicFilter());
        if (route != null && route.streams.remove(stream)) {
            if (route.streams.isEmpty()) {
                route.wanted = stream.options.onCancel();
                emptied.add(route);
            }
        }
    }

    /** {@code stream} ends, as soon as its handlers are done. */
    void finishing(MessageStream stream) {
        if (finishing.isEmpty()) {
            finishing = new ArrayList<>(1);
        }
        finishing.add(stream);
    }

    void finished(MessageStream stream) {
        if (!finishing.isEmpty()) {
            finishing.remove(stream);
        }
    }

    List<MessageStream> finishing() {
        return finishing;
    }

    /** At the end of a turn: subscriptions that have lost their last subscriber, and have found none again, may end. */
    void settle() {
        for (int i = 0; i < emptied.size(); i++) {
            Route route = emptied.get(i);
            if (route.streams.isEmpty() && table.has(route) && !route.unsubscribing) {
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
        router.ifAnyUnowned(Unowned::settle);
    }

    /** Ends all subscribers of a Topic Filter, and unsubscribes whether there are any or not. */
    void unsubscribe(TopicFilter topicFilter, EngineRequest request) {
        Route route = table.get(topicFilter);
        if (route != null) {
            List<MessageStream> streams = List.copyOf(route.streams);
            route.streams.clear();
            streams.forEach(MessageStream::endByName);
        }
        unsubscribe(topicFilter, true, request);
    }

    /** Unsubscribes; {@code byName}: the application has said so, and has done with what it has not taken. */
    void unsubscribe(TopicFilter topicFilter, boolean byName, EngineRequest request) {
        Route route = table.get(topicFilter);
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
        Route route = table.get(topicFilter);
        if (route != null) {
            route.unsubscribing = false;
            route.granted = null;
            if (route.pending == null) {
                table.removeIfUnused(route);
            } else if (route.streams.isEmpty()) { // asked for, and left, meanwhile
                emptied.add(route);
            }
        }
        if (!table.hasRoute(topicFilter)) {
            table.release(topicFilter);
        }
        router.ifAnyUnowned(some -> some.unsubscribed(topicFilter, byName));
    }

    static void endStreams(Route route, @Nullable MqttException cause) {
        List<MessageStream> streams = List.copyOf(route.streams);
        route.streams.clear();
        streams.forEach(stream -> stream.end(cause));
    }

    /** The Server lost the Session, and does not grant a subscription again. */
    void refused(TopicFilter topicFilter, ReasonCode reasonCode) {
        Route route = table.get(topicFilter);
        if (route != null) {
            route.granted = null;
            endStreams(route, new RequestRefusedException("SUBSCRIBE " + topicFilter, reasonCode, null));
            table.removeIfUnused(route);
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
                    router.forgetUntaken(stream);
                }
                stream.end(cause instanceof ClientClosedException ? null : cause);
            }
            if (route.granted == null) {
                table.removeIfUnused(route);
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
}

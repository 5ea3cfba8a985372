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
        stream.joins();
        SubscriptionConflictException conflict = conflict(stream.subscriptions());
        if (conflict == null) {
            ask(stream, stream.subscriptions());
        } else {
            stream.end(conflict);
        }
    }

    /** Returns why one of {@code wanted} cannot be had beside what others have; null if all can. */
    @Nullable
    SubscriptionConflictException conflict(List<TopicSubscription> wanted) {
        for (TopicSubscription each : wanted) {
            Route route = table.get(each.topicFilter());
            if (route != null && route.conflictsWith(each)) {
                return new SubscriptionConflictException(each, Objects.requireNonNull(route.asked));
            }
        }
        return null;
    }

    /** Brings {@code stream} what {@code wanted} brings, and asks the Server for what it lacks. */
    void ask(MessageStream stream, List<TopicSubscription> wanted) {
        List<SubscribeRequest> requests = new ArrayList<>(1);
        for (TopicSubscription each : wanted) {
            ask(stream, each, requests);
        }
        requests.forEach(SubscribeRequest::send);
        router.ifAnyUnowned(some -> some.deliverTo(stream));
    }

    private void ask(MessageStream stream, TopicSubscription wanted, List<SubscribeRequest> requests) {
        TopicFilter topicFilter = wanted.topicFilter();
        Route known = table.get(topicFilter);
        Route route = known == null ? table.add(topicFilter, identifierFor(topicFilter, requests)) : known;
        boolean lacks = route.lacks(wanted);
        TopicSubscription before = route.asked;
        TopicSubscription asked = before == null || route.streams.isEmpty() ? wanted : atLeast(before.qos(), wanted);
        route.streams.add(stream);
        if (lacks) {
            ask(route, asked, stream, requests);
        } else if (route.isPending() && !route.hasGranted(wanted)) {
            route.waits(stream);
        } else if (route.granted != null) {
            stream.granted(topicFilter, route.granted);
        }
    }

    /** Returns the identifier of one of {@code requests} that has no filter like this one; 0: none has. */
    private static int identifierFor(TopicFilter topicFilter, List<SubscribeRequest> requests) {
        for (SubscribeRequest request : requests) {
            if (!request.overlaps(topicFilter)) {
                return request.identifier;
            }
        }
        return 0;
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

    private void ask(Route route, TopicSubscription asked, MessageStream stream, List<SubscribeRequest> requests) {
        route.asked = asked;
        route.asker = stream;
        for (SubscribeRequest request : requests) {
            if (request.identifier == route.identifier) {
                request.add(route, stream);
                return;
            }
        }
        SubscribeRequest request = new SubscribeRequest(subscribing, this, table, route.identifier, stream);
        request.add(route, stream);
        requests.add(request);
    }

    /** Asks anew for what was asked for together with something that the Server cannot be asked for. */
    void askAgain(Route route, List<MessageStream> waiting) {
        SubscribeRequest request = new SubscribeRequest(subscribing, this, table, route.identifier, waiting.get(0));
        waiting.forEach(stream -> request.add(route, stream));
        request.send();
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
        stream.topicFilters().forEach(topicFilter -> detach(stream, topicFilter));
        router.watchesNoMore(stream);
    }

    private void detach(MessageStream stream, TopicFilter topicFilter) {
        Route route = table.get(topicFilter);
        if (route != null && empties(route, stream)) {
            emptied.add(route);
        }
    }

    /** Takes {@code stream} off {@code route}; true if it was the last one, whose word counts. */
    private static boolean empties(Route route, MessageStream stream) {
        boolean last = route.streams.remove(stream) && route.streams.isEmpty();
        if (last) {
            route.wanted = stream.options.onCancel();
        }
        return last;
    }

    /** Brings {@code stream}, which goes on, no more of {@code topicFilter}; the Server is asked for it no more unless others are. */
    void remove(MessageStream stream, TopicFilter topicFilter, UnsubscribeAnswer answer) {
        Route route = table.get(topicFilter);
        if (route != null) {
            route.waitsNoMore(stream);
        }
        if (route == null || (route.streams.remove(stream) && !route.streams.isEmpty())) {
            answer.kept();
        } else {
            unsubscribe(topicFilter, true, answer);
        }
    }

    /** Nothing can be had of {@code route} for {@code stream}. */
    void failed(MessageStream stream, Route route, MqttException cause) {
        empties(route, stream);
        if (stream.goesOnWithout(route.topicFilter, cause)) {
            return;
        }
        detach(stream); // from what else it asked for
        if (cause instanceof RequestRefusedException || cause instanceof LimitExceededException) {
            stream.handBackUntaken();
        } else if (subscribing.session().outlivesConnection()) {
            router.forgetUntaken(stream);
            router.watchWhatIsInHandForGood(stream);
        }
        stream.end(cause instanceof ClientClosedException ? null : cause);
    }

    /** The subscribers of {@code route} have left, before the Server answered. */
    void lookAtIfEmpty(Route route) {
        if (route.streams.isEmpty()) {
            emptied.add(route);
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
            if (route.streams.isEmpty() && table.has(route) && route.unsubscribing == 0) {
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

    /** Ends all who subscribe to a Topic Filter and nothing else, and unsubscribes whether there are any or not. */
    void unsubscribe(TopicFilter topicFilter, EngineRequest request) {
        Route route = table.get(topicFilter);
        if (route != null) {
            List<MessageStream> streams = List.copyOf(route.streams);
            route.streams.clear();
            streams.forEach(route::waitsNoMore);
            streams.stream().filter(stream -> !stream.leaves(topicFilter)).forEach(MessageStream::endByName);
        }
        unsubscribe(topicFilter, true, request);
    }

    /** Unsubscribes; {@code byName}: the application has said so, and has done with what it has not taken. */
    void unsubscribe(TopicFilter topicFilter, boolean byName, EngineRequest request) {
        Route route = table.get(topicFilter);
        if (route != null) {
            route.unsubscribing++;
        }
        subscribing.unsubscribe(topicFilter, new EngineRequest() {
            @Override
            public void completed(Packet answer) {
                unsubscribed(topicFilter, route, byName);
                request.completed(answer);
            }

            @Override
            public void failed(MqttException cause) {
                unsubscribed(topicFilter, route, false);
                request.failed(cause);
            }
        });
    }

    /** {@code route}: the one that the UNSUBSCRIBE was for; null: there was none, and one that is there now was asked for behind it. */
    private void unsubscribed(TopicFilter topicFilter, @Nullable Route route, boolean byName) {
        if (route != null) {
            route.unsubscribing--;
            route.granted = null;
            if (route.unsubscribing > 0) {
                return; // the Server has been told once more
            } else if (!route.isPending()) {
                table.removeIfUnused(route);
            } else if (route.streams.isEmpty()) { // asked for, and left, meanwhile
                emptied.add(route);
            }
        }
        if (!table.hasRoute(topicFilter)) {
            table.release(topicFilter);
        }
        if (subscribing.session().mayHaveUnknownSubscriptions()) { // else nobody asks
            table.ended(topicFilter);
        }
        router.ifAnyUnowned(some -> some.unsubscribed(topicFilter, byName));
    }

    /** The Server has refused {@code topicFilter}, so its identifier is free, unless the Session has it from before. */
    void releaseIfUnknown(TopicFilter topicFilter) {
        boolean[] known = {table.hasRoute(topicFilter)};
        subscribing.session().forEachSubscription((each, identifier) -> known[0] |= each.equals(topicFilter));
        if (!known[0]) {
            table.release(topicFilter);
        }
    }

    /** Ends all subscribers of {@code route}, and all else that they subscribe to with it. */
    void endStreams(Route route, @Nullable MqttException cause) {
        List<MessageStream> streams = List.copyOf(route.streams);
        route.streams.clear();
        streams.forEach(stream -> {
            detach(stream);
            stream.end(cause);
        });
    }

    /** The Server lost the Session, and does not grant a subscription again; it may still grant what was asked for since. */
    void refused(TopicFilter topicFilter, ReasonCode reasonCode) {
        Route route = table.get(topicFilter);
        if (route != null) {
            route.granted = null;
            endThoseWhoWaitForNothing(route, new RequestRefusedException("SUBSCRIBE " + topicFilter, reasonCode, null));
            if (!route.isPending()) {
                table.removeIfUnused(route);
            }
        }
        releaseIfUnknown(topicFilter);
    }

    private void endThoseWhoWaitForNothing(Route route, MqttException cause) {
        for (MessageStream stream : List.copyOf(route.streams)) {
            if (!route.isAwaitedBy(stream)) { // else it hears of an answer of its own
                detach(stream);
                stream.end(cause);
            }
        }
    }
}

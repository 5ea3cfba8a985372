package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.CopiedLists;
import io.reactivemqtt.engine.state.ReceivedState;
import io.reactivemqtt.engine.subscribe.Arrival.Sharing;
import io.reactivemqtt.engine.subscribe.HandedBack.Share;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.IncomingFlow;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which subscriber gets which message. Loop only.
 *
 * <p>Subscribers of one Topic Filter share a {@link Route}: one subscription at the Server, with a Subscription Identifier by
 * which its messages are known. Where the Server sends none, or one that nobody here goes by, the Topic Name is matched.
 *
 * <p>What a subscriber leaves untaken is {@link Unowned}: it goes to another one, or waits.
 */
public final class Router implements ReceivedState {

    private final Subscribing subscribing;
    private final ClientOptions options;
    private final RoutingTable table;
    private final Subscribers subscribers;

    /** Null until something was not taken. */
    private @Nullable Unowned unowned;

    private final Recipients recipients;

    /** What arrived up to this one belongs to a Session that the Server has lost, and never comes again. */
    private int lastOfLostSession;

    /** Who gets whatever arrives. */
    private List<MessageStream> onlookers = List.of(); // until there is one

    private boolean draining;

    /** Whether a subscriber waits for more messages before it takes what it has. */
    private volatile boolean hasBatches;

    Router(Subscribing subscribing, ClientOptions options) {
        this.subscribing = subscribing;
        this.options = options;
        this.table = new RoutingTable();
        this.recipients = new Recipients(table);
        this.subscribers = new Subscribers(subscribing, this, table);
    }

    /** Returns who comes and goes. */
    Subscribers subscribers() {
        return subscribers;
    }

    RoutingTable table() {
        return table;
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

    /** Brings {@code stream} whatever arrives. */
    void watch(MessageStream stream) {
        if (!stream.isCancelled()) {
            onlookers = CopiedLists.with(onlookers, stream);
        }
    }

    void watchesNoMore(MessageStream stream) {
        if (!onlookers.isEmpty()) {
            onlookers = CopiedLists.without(onlookers, stream);
        }
    }

    void ifAnyUnowned(Consumer<? super Unowned> action) {
        if (unowned != null) {
            action.accept(unowned);
        }
    }

    // ---- the end of subscribers

    /** Ends all subscribers: the client was told to disconnect, or has given up. */
    public void endAll(@Nullable MqttException cause) {
        boolean goesOn = forgetUntakenIfItComesAgain();
        draining = false;
        for (Route route : table.all()) {
            if (goesOn) {
                route.streams.forEach(this::watchWhatIsInHandForGood);
            }
            subscribers.endStreams(route, cause);
            table.removeIfUnused(route);
            if (!goesOn) {
                table.release(route.topicFilter);
            }
        }
        List<MessageStream> watching = onlookers;
        onlookers = List.of();
        watching.forEach(stream -> stream.end(cause));
        if (!goesOn) {
            ifAnyUnowned(Unowned::clear);
        }
    }

    /** The session knows a QoS 2 message until its handler is done with it, so its repeat goes to nobody else meanwhile. */
    void watchWhatIsInHandForGood(MessageStream stream) {
        List<Arrival> messages = stream.inHand().stream()
                .filter(message -> message.qos() == Qos.EXACTLY_ONCE && message.flow != null) // else it is a copy
                .toList();
        if (!messages.isEmpty()) {
            unowned().watch(messages);
        }
    }

    /** What the Session has was recovered. */
    @Override
    public void recovered() {
        subscribing.session().forEachSubscription(table::stored);
        lastOfLostSession = 0;
    }

    @Override
    public void forgotten() {
        forgetWhatComesAgain(true);
    }

    /** The Server has lost the Session: what it retains comes again, because of nobody here. */
    public void sessionLost() {
        table.forEach(route -> route.asker = null);
        lastOfLostSession = subscribing.session().lastArrival();
    }

    /** Tells whether the Server sends a message again that is not acknowledged. */
    boolean belongsToThisSession(IncomingFlow flow) {
        return flow.arrival() - lastOfLostSession > 0;
    }

    /** A subscriber has taken a message that others have, or had, too. */
    void somebodyTook() {
        ifAnyUnowned(Unowned::somebodyTook);
    }

    boolean isDraining() {
        return draining;
    }

    // ---- messages

    /**
     * Gives a message to who subscribes to it; true if that is the only one, and done with it already, so that the session
     * acknowledges it.
     */
    public boolean route(Publish publish, @Nullable IncomingFlow flow) {
        subscribing.counters().received();
        if (draining && flow != null) { // it stays unacknowledged, and comes again if the Session does
            subscribing.forget(flow);
            return false;
        }
        recipients.find(publish);
        if (recipients.isSpare()) {
            return flow != null; // as one that the only subscriber has taken
        }
        List<MessageStream> targets = recipients.streams();
        List<TopicFilter> absent = recipients.absent();
        if (!onlookers.isEmpty()) {
            showToOnlookers(publish, flow, targets, absent);
        }
        if (targets.isEmpty() && absent.isEmpty()) {
            unowned().withoutSubscriber(publish, flow, recipients.route());
            return false;
        }
        MessageStream first = targets.isEmpty() ? null : targets.get(0);
        if (first != null && targets.size() == 1 && absent.isEmpty() && first.acknowledges()) {
            return first.deliver(new Arrival(first, publish, flow, null));
        }
        share(List.copyOf(targets), absent, publish, flow);
        return false;
    }

    /** They get what others get, and take what nobody else will. */
    private void showToOnlookers(
            Publish publish, @Nullable IncomingFlow flow, List<MessageStream> targets, List<TopicFilter> absent) {
        if (targets.isEmpty()
                && absent.isEmpty()
                && !unowned().claims().isWaitedFor(publish, flow, recipients.route())) {
            targets.addAll(onlookers);
        } else {
            List.copyOf(onlookers).forEach(stream -> stream.deliver(new Arrival(stream, publish, null, null)));
        }
    }

    private void share(
            List<MessageStream> subscribers, List<TopicFilter> absent, Publish publish, @Nullable IncomingFlow flow) {
        int acknowledging = absent.size();
        for (MessageStream subscriber : subscribers) {
            acknowledging += subscriber.acknowledges() ? 1 : 0;
        }
        Sharing sharing = new Sharing(acknowledging, subscribers);
        if (flow != null) {
            absent.forEach(topicFilter -> unowned().hold(publish, flow, sharing, topicFilter));
        }
        for (MessageStream subscriber : subscribers) {
            subscriber.deliver(
                    subscriber.acknowledges()
                            ? new Arrival(subscriber, publish, flow, sharing)
                            : new Arrival(subscriber, publish, null, null));
        }
        if (flow != null && acknowledging == 0) {
            subscribing.acknowledge(flow);
        }
    }

    /** Returns a subscriber that takes messages of {@code share}'s subscription and has not had it; null without one. */
    @Nullable
    MessageStream another(Share share) {
        for (Route route : table.matching(share.topicName())) {
            MessageStream stream = newTo(share, route);
            if (stream != null) {
                return stream;
            }
        }
        Route own = share.topicFilter == null ? null : table.get(share.topicFilter);
        return own == null ? null : newTo(share, own); // known by its identifier alone
    }

    private static @Nullable MessageStream newTo(Share share, Route route) {
        for (MessageStream stream : route.streams) {
            if (stream.acknowledges() && share.sharing.isNewTo(stream)) {
                return stream;
            }
        }
        return null;
    }

    // ---- the end of a connection

    /** The client is to disconnect: nothing more reaches a subscriber of what may come again, nor what arrives from now on. */
    public void drain() {
        draining = true;
        forgetUntakenIfItComesAgain();
        eachStream(MessageStream::emit); // a batch that is not full waits for nothing now
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
    void forgetUntaken(MessageStream stream) {
        stream.forget(message -> true, message -> {
            if (message.flow != null && Sharing.endsPart(message.sharing)) {
                subscribing.forget(message.flow);
            }
        });
    }

    /** A subscriber comes that takes messages by batches; from any thread, before it joins. */
    void takesBatches() {
        hasBatches = true;
    }

    /** The turn is over: nothing more comes for batches that are not full if the Server may send no more. */
    void settle() {
        if (hasBatches && isReceiveMaximumReached()) {
            eachStream(MessageStream::emit);
        }
        subscribers.settle();
    }

    /** Tells whether the Server may not send a QoS 1 or 2 message before another one is acknowledged. */
    boolean isReceiveMaximumReached() {
        return subscribing.session().unacknowledged() >= options.session().receiveMaximum();
    }

    /** Counts the messages that subscribers have in hand. */
    public int inHand() {
        int[] count = {0};
        eachStream(stream -> count[0] += stream.inHand().size());
        subscribers.finishing().forEach(stream -> count[0] += stream.inHand().size());
        return count[0] + (unowned == null ? 0 : unowned.inHand());
    }

    /**
     * The Server resumes the Session and sends unacknowledged QoS 1 messages again, and those of QoS 2 too if this client
     * has forgotten them.
     */
    public void forgetWhatComesAgain(boolean exactlyOnceToo) {
        ifAnyUnowned(some -> some.forgetWhatComesAgain(exactlyOnceToo));
        eachStream(stream -> stream.forget(
                message -> message.flow != null
                        && comesAgain(message.qos(), exactlyOnceToo)
                        && belongsToThisSession(message.flow),
                message -> {}));
    }

    static boolean comesAgain(Qos qos, boolean exactlyOnceToo) {
        return qos == Qos.AT_LEAST_ONCE || (exactlyOnceToo && qos == Qos.EXACTLY_ONCE);
    }

    private void eachStream(Consumer<? super MessageStream> action) {
        onlookers.forEach(action);
        recipients.all().forEach(action);
    }
}

package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ClientEvent.MessageWithoutSubscriber;
import io.reactivemqtt.client.ClientEvent.MessagesHandedBack;
import io.reactivemqtt.client.ClientEvent.MessagesNotTaken;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.Unclaimed;
import io.reactivemqtt.engine.subscribe.Arrival.Sharing;
import io.reactivemqtt.engine.subscribe.HandedBack.Share;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.IncomingFlow;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * What becomes of QoS 1 and 2 messages that no subscriber has taken. They are not acknowledged: they go to another subscriber, or wait
 * for the next one, for a bounded time. Loop only.
 */
final class Unowned {

    private static final Duration LONGEST = Duration.ofHours(1);

    private final Subscribing subscribing;
    private final Router router;
    private final Duration keepFor;
    private final int receiveMaximum;
    private final HandedBack waiting = new HandedBack();
    private final Claims claims;

    private final LeftInHand leftInHand;

    /** Filters of which it was told, or is about to be, that messages wait. */
    private final Announcements announced = new Announcements();

    private final Overdue overdue;

    /** Whether something that waits may have been taken by another subscriber. */
    private boolean someTaken;

    private Duration keepForNow;
    private boolean looksAgain;
    private Disposable timer = Disposables.disposed();

    Unowned(Subscribing subscribing, Router router, ClientOptions options) {
        this.subscribing = subscribing;
        this.router = router;
        this.claims = new Claims(subscribing, router, waiting);
        this.keepFor = options.keepFor();
        this.leftInHand = new LeftInHand(keepFor);
        this.keepForNow = keepFor;
        this.overdue = new Overdue(this, subscribing, router, options.unclaimed() == Unclaimed.KEEP);
        this.receiveMaximum = options.session().receiveMaximum();
    }

    Claims claims() {
        return claims;
    }

    // ---- messages come

    /** A message arrived that no subscriber asks for. */
    void withoutSubscriber(Publish publish, @Nullable IncomingFlow flow, @Nullable Route route) {
        TopicName topicName = publish.message().topicName();
        boolean holds = claims.isWaitedFor(publish, flow, route);
        tell(publish, holds);
        if (holds && flow != null) {
            TopicFilter topicFilter = route == null ? claims.filterOf(topicName) : route.topicFilter;
            hold(publish, flow, new Sharing(1, List.of()), topicFilter);
            return;
        }
        subscribing.counters().dropped();
        if (flow != null) {
            subscribing.acknowledge(flow); // [MQTT-4.5.0-2]
        }
    }

    /** A part of a message waits for a subscriber of {@code topicFilter}. */
    void hold(Publish publish, IncomingFlow flow, Sharing sharing, @Nullable TopicFilter topicFilter) {
        hold(new Share(publish, flow, sharing, topicFilter, null, now()));
    }

    private long now() {
        return subscribing.turns().nowNanos();
    }

    private void hold(Share share) {
        TopicFilter topicFilter = share.topicFilter;
        waiting.add(share);
        someTaken |= share.isTaken() || share.sharing.notDone > 1;
        if (topicFilter != null) {
            announced.add(topicFilter);
        }
        lookAgain();
    }

    /** A subscriber gave a message back. */
    void handedBack(Arrival message) {
        subscribing.counters().handedBack();
        leftInHand.remove(message);
        IncomingFlow flow = message.flow;
        if (router.isDraining()
                && subscribing.session().outlivesConnection()) { // it stays unacknowledged, and comes again
            if (flow != null && Sharing.endsPart(message.sharing)) {
                subscribing.forget(flow);
            }
            return;
        }
        if (flow != null && !subscribing.session().isAwaited(flow) && router.belongsToThisSession(flow)) {
            return; // its connection has ended, and the Server sends it again
        }
        MessageStream stream = message.stream();
        if (flow == null && stream.isEnding()) {
            return; // a copy of what another subscriber has taken ends with its own
        }
        Sharing sharing = message.sharing == null ? new Sharing(1, List.of(stream)) : message.sharing;
        TopicFilter topicFilter = stream.filterOf(message.topicName());
        Share share = new Share(message.publish(), flow, sharing, topicFilter, stream, now());
        MessageStream other = router.another(share);
        if (other == null && stream.isDoneWithWhatItLeaves() && claims.isOver(share, topicFilter)) {
            dispose(List.of(share));
        } else if (other == null) {
            tell(message.publish(), true);
            hold(share);
        } else {
            sharing.shownTo(other);
            offer(share, other);
        }
    }

    /** A subscriber has left with {@code messages} in hand; nobody knows whether it still works on them. */
    void watch(Collection<Arrival> messages) {
        leftInHand.watch(messages, now());
        if (!messages.isEmpty()) {
            lookAgain();
        }
    }

    private void tell(Publish publish, boolean held) {
        ApplicationMessage message = publish.message();
        subscribing.tell(new MessageWithoutSubscriber(message.topicName(), message.qos(), held));
    }

    /** A subscriber has taken a message that others have, or had, too. */
    void somebodyTook() {
        someTaken = true;
    }

    // ---- subscribers come, and subscriptions go

    void deliverTo(MessageStream stream) {
        if (waiting.isEmpty() || !stream.acknowledges()) {
            return;
        }
        stream.topicFilters().forEach(announced::remove);
        for (Share share : waiting.takeFor(stream)) {
            offer(share, stream);
        }
        if (waiting.isEmpty()) {
            keepForNow = keepFor;
        }
    }

    private void offer(Share share, MessageStream stream) {
        offer(new Arrival(stream, share.publish, share.flow, share.sharing), stream);
    }

    private void offer(Arrival message, MessageStream stream) {
        if (stream.deliver(message)) {
            subscribing.taken(message);
        }
    }

    /** A subscription has ended at the Server; {@code byName}: the application has done with what it has not taken. */
    void unsubscribed(TopicFilter topicFilter, boolean byName) {
        announced.remove(topicFilter);
        if (byName) {
            dispose(waiting.takeIf(share -> share.isFor(topicFilter) && claims.isOver(share, topicFilter)));
        }
    }

    /** Acknowledges what the application has done with, or what nobody can take. */
    void dispose(List<Share> shares) {
        for (Share share : shares) {
            if (!share.isTaken()) {
                tell(share.publish, false);
            }
            release(share);
        }
    }

    /** Nobody waits for this part of a message any more. */
    void release(Share share) {
        IncomingFlow flow = share.flow;
        share.flow = null;
        if (flow != null && Sharing.endsPart(share.sharing)) {
            subscribing.acknowledge(flow);
        }
    }

    // ---- bounds

    /** At the end of a turn: tells what waits, and lets go what presses though somebody has taken it. */
    void settle() {
        announced
                .takeNew()
                .forEach(topicFilter ->
                        subscribing.tell(new MessagesHandedBack(topicFilter, waiting.count(topicFilter), keepForNow)));
        if (someTaken
                && !waiting.isEmpty()
                && HandedBack.presses(subscribing.session().unacknowledged(), receiveMaximum)) {
            releaseTaken();
        }
    }

    /** The copy still waits for the next subscriber, for {@code keepFor}; the Server need not. */
    private void releaseTaken() {
        someTaken = false;
        int copies = 0;
        for (Share share : waiting.all()) {
            if (share.flow != null && share.isTaken()) {
                release(share);
            }
            copies += share.flow == null ? 1 : 0;
        }
        int[] tooMany = {copies - receiveMaximum};
        waiting.removeIf(share -> share.flow == null && tooMany[0]-- > 0);
    }

    private void lookAgain() {
        if (!looksAgain) {
            looksAgain = true;
            timer = subscribing.turns().schedule(this::look, firstDueNanos() - now());
        }
    }

    private long firstDueNanos() {
        long due = now() + keepForNow.toNanos();
        for (Share share : waiting.all()) {
            due = Math.min(due, share.sinceNanos + keepForNow.toNanos());
        }
        return leftInHand.firstDueNanos(due);
    }

    /** Some of what waits has waited for long enough. */
    private void look() {
        looksAgain = false;
        long nowNanos = now();
        leftInHand.takeBack(nowNanos);
        if (subscribing.session().isConnected()) {
            overdue.handle(waiting.takeIf(share -> nowNanos - share.sinceNanos >= keepForNow.toNanos()));
        }
        if (!subscribing.session().isConnected()) {
            waiting.all().forEach(share -> share.sinceNanos = nowNanos); // a connection brings what waits anew
        }
        if (!waiting.isEmpty() || !leftInHand.isEmpty()) {
            lookAgain();
        }
    }

    boolean isOfLostSession(Share share) {
        IncomingFlow flow = share.flow;
        return flow != null && !router.belongsToThisSession(flow);
    }

    void waitAnew(Share share) {
        share.sinceNanos = now();
        waiting.add(share);
    }

    void giveUpConnection(List<Share> untaken) {
        TopicFilter first = Objects.requireNonNull(untaken.get(0).topicFilter);
        int count = waiting.count(first);
        Duration kept = keepForNow;
        keepForNow = kept.compareTo(LONGEST.dividedBy(2)) > 0 ? LONGEST : kept.multipliedBy(2);
        announced.forgetTold();
        subscribing.tell(new MessagesNotTaken(first, count, kept));
        subscribing.giveUpConnection(new ConnectionLostException(
                "no subscriber took " + count + " messages of " + first + " within " + kept
                        + ": subscribe again, unsubscribe, or subscribe with onCancel(UNSUBSCRIBE)",
                null,
                null));
    }

    /** Takes out what {@code condition} picks. */
    List<Share> take(Predicate<? super Share> condition) {
        return waiting.takeIf(condition);
    }

    // ---- the end of a connection

    int inHand() {
        return leftInHand.count();
    }

    /** What waits comes again in the next connection. What is in hand is still processed, and watched. */
    void forgetWaiting() {
        for (Share share : waiting.all()) {
            IncomingFlow flow = share.flow;
            if (flow != null && Sharing.endsPart(share.sharing)) {
                subscribing.forget(flow);
            }
        }
        waiting.clear();
        announced.clear();
    }

    void clear() {
        timer.dispose();
        looksAgain = false;
        leftInHand.clear();
        waiting.clear();
        announced.clear();
    }

    void forgetWhatComesAgain(boolean exactlyOnceToo) {
        waiting.removeIf(share -> Router.comesAgain(share.publish.message().qos(), exactlyOnceToo)
                && share.flow != null
                && !isOfLostSession(share));
        leftInHand.forgetWhatComesAgain(exactlyOnceToo);
        waiting.all().forEach(share -> share.sinceNanos = now());
        subscribing.turns().defer(this::offerAgain);
    }

    /** The session takes a QoS 2 message that the Server sends again for the one that it knows; so it comes again from here. */
    private void offerAgain() {
        for (Share share : waiting.takeIf(Share::comesAgainFromHere)) {
            Arrival message = share.again();
            offer(message, message.stream());
        }
    }
}

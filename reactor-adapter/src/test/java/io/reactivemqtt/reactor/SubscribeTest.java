package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish0;
import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientEvent.Disconnected;
import io.reactivemqtt.client.ClientEvent.MessageWithoutSubscriber;
import io.reactivemqtt.client.ClientEvent.MessagesDropped;
import io.reactivemqtt.client.ClientEvent.MessagesHandedBack;
import io.reactivemqtt.client.ClientEvent.ReadingPaused;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.SubscriberOverflowException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class SubscribeTest {

    private final VirtualClient server = VirtualClient.connected(options -> options.cleanSession(false));
    private final ReactorMqttClient client = server.client;

    /** Takes what it asked for. */
    private static class Taker extends BaseSubscriber<ReceivedMessage> {
        final List<String> topics = new ArrayList<>();
        final List<ReceivedMessage> messages = new ArrayList<>();
        private final long first;

        Taker(long first) {
            this.first = first;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (first > 0) {
                subscription.request(first);
            }
        }

        @Override
        protected void hookOnNext(ReceivedMessage message) {
            topics.add(message.topicName().toString());
            messages.add(message);
        }
    }

    private Taker askingForNothing(int buffer, Overflow policy) {
        return subscribed(
                SubscribeOptions.of(
                        options -> options.filter("#").qos(Qos.AT_MOST_ONCE).buffer(buffer, policy)),
                0);
    }

    private Taker subscribed(String filter, Qos qos, long demand) {
        return subscribed(SubscribeOptions.of(filter, qos), demand);
    }

    private Taker subscribed(SubscribeOptions options, long demand) {
        Taker taker = new Taker(demand);
        client.subscribe(options).subscribe(taker);
        server.grants();
        return taker;
    }

    private static Publish identified(Publish publish, Integer... identifiers) {
        return new Publish(publish.message(), publish.packetIdentifier(), publish.dup(), 0, List.of(identifiers));
    }

    // ---- coming and going

    @Test
    void subscribingSendsSubscribeAndCancellingSendsUnsubscribe() {
        Flux<ReceivedMessage> messages = client.subscribe(
                options -> options.filter("a/#").qos(Qos.AT_LEAST_ONCE).onCancel(OnCancel.UNSUBSCRIBE));
        assertThat(server.sent()).isEmpty();

        var subscription = messages.subscribe();
        assertThat(server.sent()).singleElement().isInstanceOfSatisfying(Subscribe.class, subscribe -> {
            assertThat(subscribe.subscriptions().get(0).topicFilter()).isEqualTo(TopicFilter.of("a/#"));
            assertThat(subscribe.subscriptionIdentifier()).isEqualTo(1);
        });
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));

        subscription.dispose();
        assertThat(server.sent()).singleElement().isInstanceOfSatisfying(Unsubscribe.class, unsubscribe -> assertThat(
                        unsubscribe.topicFilters())
                .containsExactly(TopicFilter.of("a/#")));
    }

    @Test
    void theServersAnswerIsTold() {
        List<ReasonCode> granted = new ArrayList<>();
        client.subscribe(options -> options.filter("a").qos(Qos.EXACTLY_ONCE).onGranted(granted::add))
                .subscribe();

        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));

        assertThat(granted).containsExactly(ReasonCode.GRANTED_QOS_1);
    }

    @Test
    @Spec("MQTT-3.9.3-1")
    void aRefusedSubscriptionEndsWithItsReasonCode() {
        StepVerifier.create(client.subscribe("a", Qos.AT_MOST_ONCE))
                .expectSubscription()
                .then(() -> server.sends(new SubAck(1, List.of(ReasonCode.NOT_AUTHORIZED))))
                .verifyErrorSatisfies(error -> assertThat(((RequestRefusedException) error).reasonCode())
                        .isEqualTo(ReasonCode.NOT_AUTHORIZED));
    }

    @Test
    void subscribersOfOneFilterShareItAtTheHighestQosAndTheLastOneUnsubscribes() {
        Taker first = subscribed("a", Qos.EXACTLY_ONCE, 10);
        List<ReasonCode> granted = new ArrayList<>();
        Taker second = new Taker(10);
        client.subscribe(options -> options.filter("a")
                        .qos(Qos.AT_MOST_ONCE)
                        .onCancel(OnCancel.UNSUBSCRIBE)
                        .onGranted(granted::add))
                .subscribe(second);
        assertThat(server.sent()).isEmpty(); // the Server would send what it retains once more
        assertThat(granted).containsExactly(ReasonCode.GRANTED_QOS_2);

        server.sends(identified(publish0("a"), 1));
        assertThat(first.topics).containsExactly("a");
        assertThat(second.topics).containsExactly("a");

        first.cancel();
        assertThat(server.sent()).isEmpty();
        second.cancel();
        assertThat(server.sent()).singleElement().isInstanceOf(Unsubscribe.class);
    }

    @Test
    @Spec("MQTT-3.3.4-3")
    void eachOverlappingSubscriptionGetsOneCopy() {
        Taker all = subscribed("a/#", Qos.AT_MOST_ONCE, 10);
        Taker one = subscribed("a/b", Qos.AT_MOST_ONCE, 10);

        server.sends(identified(publish0("a/b"), 1, 2)); // one packet for both
        server.sends(identified(publish0("a/b"), 1), identified(publish0("a/b"), 2)); // one packet for each

        assertThat(all.topics).hasSize(2);
        assertThat(one.topics).hasSize(2);
    }

    @Test
    @Spec("MQTT-4.7.2-1")
    void withoutIdentifiersTheTopicNameIsMatched() {
        Taker all = subscribed("#", Qos.AT_MOST_ONCE, 10);
        Taker system = subscribed("$SYS/#", Qos.AT_MOST_ONCE, 10);

        server.sends(publish0("$SYS/x"), publish0("x"));

        assertThat(all.topics).containsExactly("x");
        assertThat(system.topics).containsExactly("$SYS/x");
    }

    @Test
    void anUnsubscribeOnItsWayCountsOnlyForWhomItConcerns() {
        client.unsubscribe("a").subscribe();
        Disposable first = client.subscribe(options -> options.filter("a").onCancel(OnCancel.UNSUBSCRIBE))
                .subscribe();
        server.grants();
        first.dispose();
        assertThat(server.sent()).singleElement().isInstanceOf(Unsubscribe.class);
        client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();

        assertThat(server.sent()).singleElement().isInstanceOf(Subscribe.class);
    }

    @Test
    void unsubscribingCompletesTheSubscribersOfTheFilter() {
        StepVerifier messages = StepVerifier.create(client.subscribe("a", Qos.AT_MOST_ONCE))
                .expectSubscription()
                .expectComplete()
                .verifyLater();
        List<ReasonCode> answers = new ArrayList<>();
        server.sent();
        client.unsubscribe("a").subscribe(answers::add);
        int identifier = ((Unsubscribe) server.sent().get(0)).packetIdentifier();

        server.sends(new UnsubAck(identifier, List.of(ReasonCode.SUCCESS), null, io.reactivemqtt.UserProperties.EMPTY));

        messages.verify();
        assertThat(answers).containsExactly(ReasonCode.SUCCESS);
    }

    // ---- acknowledgement and demand

    @Test
    @Spec("MQTT-4.3.2-4")
    void aMessageIsAcknowledgedWhenTheSubscriberHasTakenIt() {
        Taker taker = subscribed("a", Qos.AT_LEAST_ONCE, 1);

        server.sends(publish1("a", 7), publish1("a", 8));
        assertThat(server.sent()).containsExactly(new PubAck(7, ReasonCode.SUCCESS));

        taker.request(1);
        assertThat(server.sent()).containsExactly(new PubAck(8, ReasonCode.SUCCESS));
    }

    @Test
    void theAcknowledgementsOfOneReadLeaveInOneFlush() {
        subscribed("a", Qos.AT_LEAST_ONCE, Long.MAX_VALUE);
        int flushes = server.flushes();

        server.sends(publish1("a", 1), publish1("a", 2), publish1("a", 3));

        assertThat(server.sent()).hasSize(3);
        assertThat(server.flushes() - flushes).isEqualTo(1);
    }

    @Test
    @Spec({"MQTT-4.3.3-8", "MQTT-4.3.3-11"})
    void aQos2MessageGoesThroughItsHandshake() {
        Taker taker = subscribed("a", Qos.EXACTLY_ONCE, 10);

        server.sends(publish2("a", 7));
        assertThat(server.sent()).containsExactly(new PubRec(7, ReasonCode.SUCCESS));
        server.sends(new PubRel(7, ReasonCode.SUCCESS));
        assertThat(server.sent()).containsExactly(new PubComp(7, ReasonCode.SUCCESS));
        assertThat(taker.topics).hasSize(1);
    }

    @Test
    @Spec("MQTT-4.6.0-2")
    void manualAcknowledgementsLeaveInTheOrderOfArrivalFromAnyThread() {
        Taker taker = subscribed(
                SubscribeOptions.of(options ->
                        options.filter("a").qos(Qos.AT_LEAST_ONCE).acknowledgement(AcknowledgementMode.BY_HAND)),
                Long.MAX_VALUE);
        server.sends(publish1("a", 1), publish1("a", 2), publish1("a", 3));
        assertThat(server.sent()).isEmpty();

        server.fromAnotherThread(() -> {
            taker.messages.get(2).acknowledge();
            taker.messages.get(1).acknowledge();
        });
        assertThat(server.sent()).isEmpty();

        taker.messages.get(0).acknowledge();
        taker.messages.get(0).acknowledge(); // a second word changes nothing
        assertThat(server.sent())
                .containsExactly(
                        new PubAck(1, ReasonCode.SUCCESS),
                        new PubAck(2, ReasonCode.SUCCESS),
                        new PubAck(3, ReasonCode.SUCCESS));
    }

    @Test
    void aMessageOfSeveralSubscribersIsAcknowledgedWhenTheLastHasTakenIt() {
        subscribed("a", Qos.AT_LEAST_ONCE, 10);
        Taker slow = subscribed("#", Qos.AT_LEAST_ONCE, 0);

        server.sends(publish1("a", 5));
        assertThat(server.sent()).isEmpty();
        slow.request(1);

        assertThat(server.sent()).containsExactly(new PubAck(5, ReasonCode.SUCCESS));
    }

    @Test
    void whatACancelledSubscriberHasNotTakenIsAcknowledgedIfItsSubscriptionEndsByName() {
        Taker stuck = subscribed(
                SubscribeOptions.of(
                        options -> options.filter("a").qos(Qos.AT_LEAST_ONCE).onCancel(OnCancel.UNSUBSCRIBE)),
                0);
        Taker other = subscribed("b", Qos.AT_LEAST_ONCE, 10);
        server.sends(publish1("a", 1), publish1("b", 2));
        assertThat(server.sent()).isEmpty(); // in the order of arrival

        stuck.cancel();
        Unsubscribe unsubscribe = (Unsubscribe) server.sent().get(0);
        server.events();
        server.sends(new UnsubAck(unsubscribe.packetIdentifier(), List.of(ReasonCode.SUCCESS)));

        assertThat(server.sent()).contains(new PubAck(1, ReasonCode.SUCCESS), new PubAck(2, ReasonCode.SUCCESS));
        assertThat(other.topics).containsExactly("b");
        assertThat(server.events())
                .containsExactly(new MessageWithoutSubscriber(TopicName.of("a"), Qos.AT_LEAST_ONCE, false));
    }

    @Test
    void aMessageThatCameWithTheLastOneWantedIsTold() {
        List<String> taken = new ArrayList<>();
        client.subscribe("a", Qos.AT_LEAST_ONCE)
                .takeUntil(first -> true)
                .subscribe(message -> taken.add(message.payload().asUtf8()));
        server.grants();
        server.events();

        server.sends(publish1("a", 1), publish1("a", 2)); // in one read

        assertThat(taken).hasSize(1);
        assertThat(server.sent()).containsExactly(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(server.events())
                .containsExactly(
                        new MessageWithoutSubscriber(TopicName.of("a"), Qos.AT_LEAST_ONCE, true),
                        new MessagesHandedBack(TopicFilter.of("a"), 1, Duration.ofMinutes(1)));
    }

    // ---- QoS 0 beyond the demand

    @Test
    void theOldestQos0MessageIsDroppedAndTold() {
        Taker taker = askingForNothing(2, Overflow.DROP_OLDEST);
        server.events();

        server.sends(publish0("1"), publish0("2"), publish0("3"), publish0("4"));
        taker.request(10);

        assertThat(taker.topics).containsExactly("3", "4");
        List<TopicFilter> filter = List.of(TopicFilter.of("#"));
        assertThat(server.events()).containsExactly(new MessagesDropped(filter, 1));
        server.passes(Duration.ofSeconds(1));
        assertThat(server.events()).containsExactly(new MessagesDropped(filter, 1));
    }

    @Test
    void theNewestQos0MessageIsDroppedIfThePolicySaysSo() {
        Taker taker = askingForNothing(2, Overflow.DROP_NEWEST);

        server.sends(publish0("1"), publish0("2"), publish0("3"));
        taker.request(10);

        assertThat(taker.topics).containsExactly("1", "2");
    }

    @Test
    void readingPausesAndResumesIfThePolicySaysSo() {
        Taker taker = askingForNothing(2, Overflow.PAUSE_READING);

        server.sends(publish0("1"), publish0("2"), publish0("3"));
        assertThat(server.isReadingPaused()).isTrue();
        assertThat(server.events()).contains(new ReadingPaused(List.of(TopicFilter.of("#"))));

        taker.request(10);
        assertThat(server.isReadingPaused()).isFalse();
        assertThat(taker.topics).containsExactly("1", "2", "3");
    }

    @Test
    void whatPausesIsToldAtMostEveryTenSeconds() {
        Taker taker = askingForNothing(1, Overflow.PAUSE_READING);
        server.events();
        for (int i = 0; i < 20; i++) {
            server.sends(publish0("1"));
            taker.request(1);
            server.passes(Duration.ofSeconds(1));
        }
        assertThat(server.events()).filteredOn(ReadingPaused.class::isInstance).hasSize(2);
    }

    @Test
    void anAnswerThatIsAwaitedIsReadThoughABufferIsFull() {
        Taker taker = askingForNothing(2, Overflow.PAUSE_READING);
        server.sent();
        client.publish(qos1("x")).subscribe();
        int awaited = ((Publish) server.sent().get(0)).packetIdentifier();
        server.sends(publish0("1"), publish0("2"), publish0("3"));
        assertThat(server.isReadingPaused()).isFalse();

        server.sends(publish0("4"), publish0("5"), publish0("6"), publish0("7"), publish0("8"));
        assertThat(server.isReadingPaused())
                .as("four times as much is too much")
                .isTrue();

        taker.request(10);
        assertThat(server.isReadingPaused()).isFalse();
        server.sends(
                new PubAck(awaited, ReasonCode.SUCCESS), publish0("9"), publish0("10"), publish0("11"), publish0("12"));
        assertThat(server.isReadingPaused()).isTrue();
    }

    @Test
    void aPingRespIsSeenThoughABufferIsFull() {
        askingForNothing(1, Overflow.PAUSE_READING);
        server.sends(publish0("1"));
        assertThat(server.isReadingPaused()).isTrue();
        server.sent();

        server.passes(Duration.ofSeconds(60));
        assertThat(server.sent()).containsExactly(PingReq.INSTANCE);
        assertThat(server.isReadingPaused()).isFalse();
        server.sends(PingResp.INSTANCE);
        assertThat(server.isReadingPaused()).isTrue();

        server.passes(Duration.ofSeconds(60));
        assertThat(server.sent()).containsExactly(PingReq.INSTANCE);
        server.passes(Duration.ofSeconds(10));
        assertThat(server.events()).anyMatch(Disconnected.class::isInstance);
    }

    @Test
    void aHandlerThatWaitsForAnAnswerBehindWhatWaitsForItGivesTheConnectionUp() {
        askingForNothing(1, Overflow.PAUSE_READING);
        client.publish(qos1("x")).subscribe();
        server.sends(publish0("1"), publish0("2"), publish0("3"), publish0("4"));
        assertThat(server.isReadingPaused()).isTrue();
        server.passes(Duration.ofSeconds(31));
        assertThat(server.events()).anyMatch(Disconnected.class::isInstance);
    }

    @Test
    void theSubscriberFailsIfThePolicySaysSo() {
        StepVerifier.create(
                        client.subscribe(options ->
                                options.filter("#").qos(Qos.AT_MOST_ONCE).buffer(1, Overflow.FAIL)),
                        0)
                .expectSubscription()
                .then(() -> server.sends(publish0("1"), publish0("2")))
                .thenRequest(10)
                .expectNextCount(1)
                .verifyError(SubscriberOverflowException.class);
    }

    @Test
    void aSubscriberThatLeftNeverHoldsReadingBack() {
        Taker taker = askingForNothing(1, Overflow.PAUSE_READING);
        server.sends(publish0("1"));
        assertThat(server.isReadingPaused()).isTrue();

        client.disconnect().subscribe();
        taker.cancel();
        client.connect().subscribe();
        server.accept(true);

        client.subscribe("x", Qos.AT_MOST_ONCE).subscribe();
        assertThat(server.isReadingPaused()).isFalse();
    }

    // ---- nobody there

    @Test
    @Spec({"MQTT-4.5.0-2", "MQTT-3.3.2-3"})
    void aMessageThatNobodySubscribedToIsAcknowledgedAndTold() {
        server.events();

        server.sends(publish1("x", 9));

        assertThat(server.sent()).containsExactly(new PubAck(9, ReasonCode.SUCCESS));
        assertThat(server.events())
                .containsExactly(new MessageWithoutSubscriber(TopicName.of("x"), Qos.AT_LEAST_ONCE, false));
    }

    @Test
    void aMessageOfAResumedSubscriptionWaitsForItsSubscriber() {
        subscribed("a", Qos.AT_LEAST_ONCE, 10);
        client.disconnect().subscribe();
        client.connect().subscribe();
        server.accept(true);
        server.events();

        server.sends(publish1("a", 4));
        assertThat(server.sent()).isEmpty();
        assertThat(server.events())
                .containsExactly(
                        new MessageWithoutSubscriber(TopicName.of("a"), Qos.AT_LEAST_ONCE, true),
                        new MessagesHandedBack(TopicFilter.of("a"), 1, Duration.ofMinutes(1)));

        Taker late = new Taker(10);
        client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe(late);
        assertThat(late.topics).containsExactly("a");
        assertThat(server.sent()).contains(new PubAck(4, ReasonCode.SUCCESS));
    }

    // ---- over a lost connection

    @Test
    void aSubscriptionOutlivesItsConnection() {
        Taker taker = subscribed("a", Qos.AT_LEAST_ONCE, 10);
        reconnect(true);
        assertThat(server.sent()).isEmpty(); // the Session has it

        server.sends(publish1("a", 1));
        assertThat(taker.topics).containsExactly("a");
    }

    @Test
    void aSubscriptionIsMadeAnewInANewSession() {
        Taker taker = subscribed("a", Qos.AT_LEAST_ONCE, 10);
        reconnect(false);

        assertThat(server.sent()).singleElement().isInstanceOf(Subscribe.class);
        server.sends(publish1("a", 1));
        assertThat(taker.topics).containsExactly("a");
    }

    @Test
    void whatTheSubscriberHasNotTakenIsNotTakenTwiceInAResumedSession() {
        Taker taker = subscribed("a/#", Qos.EXACTLY_ONCE, 0);
        server.sends(publish1("a/1", 1), publish2("a/2", 2));
        reconnect(true);

        server.sends(
                new Publish(publish1("a/1", 1).message(), 1, true),
                new Publish(publish2("a/2", 2).message(), 2, true));
        taker.request(10);

        assertThat(taker.topics).containsExactlyInAnyOrder("a/1", "a/2");
        assertThat(server.sent())
                .containsExactlyInAnyOrder(new PubAck(1, ReasonCode.SUCCESS), new PubRec(2, ReasonCode.SUCCESS));
    }

    private void reconnect(boolean sessionPresent) {
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(sessionPresent));
    }

    @Test
    void anIdentifierThatTheServerNamesTwiceBringsAMessageOnce() {
        List<ReceivedMessage> received = new ArrayList<>();
        server.client.subscribe("#", Qos.AT_MOST_ONCE).subscribe(received::add);
        server.sends(new SubAck(1, List.of(ReasonCode.SUCCESS)));

        server.sends(new Publish(Messages.qos0("a"), 0, false, Publish.NO_TOPIC_ALIAS, List.of(1, 1)));

        assertThat(received).hasSize(1);
    }

    @Test
    @Spec({"MQTT-4.8.2-1", "MQTT-4.8.2-2"})
    void halfASharedSubscriptionIsAnOrdinaryFilterInMqtt311AndRefusedAtOnceIn5() {
        VirtualClient old = VirtualClient.connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));
        old.client.subscribe("$share/x", Qos.AT_LEAST_ONCE).subscribe();
        assertThat(old.sent()).singleElement().isInstanceOfSatisfying(Subscribe.class, subscribe -> assertThat(
                        subscribe.subscriptions())
                .containsExactly(io.reactivemqtt.TopicSubscription.of("$share/x", Qos.AT_LEAST_ONCE)));

        ReactorMqttClient client = VirtualClient.connected(options -> {}).client;
        for (String filter : List.of("$share", "$share/x")) {
            assertThatIllegalArgumentException().isThrownBy(() -> client.subscribe(filter, Qos.AT_LEAST_ONCE));
            assertThatIllegalArgumentException().isThrownBy(() -> client.unsubscribe(filter));
        }
    }
}

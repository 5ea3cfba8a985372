package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish0;
import static io.reactivemqtt.reactor.Messages.publish1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ClientEvent.MessageWithoutSubscriber;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.SubscriptionConflictException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** Subscriptions that come and go while their subscriber stays; and a subscriber that has none. */
class SubscriptionSetTest {

    private final VirtualClient server = VirtualClient.connected(options -> options.cleanSession(false));
    private final ReactorMqttClient client = server.client;
    private final SubscriptionSet set = client.subscriptions(options -> options.qos(Qos.AT_LEAST_ONCE));
    private final List<String> topics = new ArrayList<>();
    private final List<Object> answers = new ArrayList<>();

    private Disposable open() {
        return set.messages()
                .subscribe(message -> topics.add(message.topicName().toString()), answers::add);
    }

    private void ask(Mono<ReasonCode> answer) {
        answer.subscribe(answers::add, answers::add);
    }

    private Packet sent() {
        List<Packet> sent = server.sent();
        assertThat(sent).hasSize(1);
        return sent.get(0);
    }

    @Test
    void aFilterThatIsAddedIsOneSubscribeAndOneThatIsRemovedOneUnsubscribe() {
        open();
        assertThat(server.sent()).isEmpty();

        ask(set.add("a"));
        assertThat(((Subscribe) sent()).subscriptions().get(0).topicFilter()).isEqualTo(TopicFilter.of("a"));
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        ask(set.add("b/{x}", Qos.EXACTLY_ONCE));
        assertThat(((Subscribe) sent()).subscriptions().get(0).qos()).isEqualTo(Qos.EXACTLY_ONCE);
        server.sends(new SubAck(2, List.of(ReasonCode.GRANTED_QOS_2)));
        assertThat(answers).containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2);
        assertThat(set.topicFilters()).containsExactly(TopicFilter.of("a"), TopicFilter.of("b/+"));
        server.sends(publish1("a", 1), publish1("b/1", 2));
        assertThat(topics).containsExactly("a", "b/1");
        assertThat(server.acknowledged()).containsExactly(1, 2);

        ask(set.remove("b/{x}"));
        server.grants();
        assertThat(answers).endsWith(ReasonCode.SUCCESS).hasSize(3);
        assertThat(set.topicFilters()).containsExactly(TopicFilter.of("a"));
    }

    @Test
    void oneThatTheServerRefusesTellsItsCallerAndTheOthersGoOn() {
        open();
        ask(set.add("a"));
        server.grants();
        ask(set.add("b"));
        server.sends(new SubAck(2, List.of(ReasonCode.NOT_AUTHORIZED)));
        server.sends(publish0("a"));

        assertThat(answers).hasSize(2).last().isInstanceOf(RequestRefusedException.class);
        assertThat(set.topicFilters()).containsExactly(TopicFilter.of("a"));
        assertThat(topics).containsExactly("a");
    }

    @Test
    void theNextSubscriberBeginsWithWhatTheLastOneHad() {
        Disposable first = open();
        ask(set.add("a"));
        ask(set.add("b"));
        server.grants();
        first.dispose();
        server.grants();

        open();
        server.sends(publish0("b"));
        assertThat(topics).containsExactly("b");
    }

    @Test
    void oneThatIsRemovedBeforeTheAnswerIsNotTakenForOneThatIsAddedAgain() {
        open();
        ask(set.add("a"));
        ask(set.remove("a"));
        ask(set.add("a"));
        assertThat(answers).singleElement().isInstanceOf(IllegalStateException.class);
        server.sent();
        server.sends(new SubAck(1, List.of(ReasonCode.QUOTA_EXCEEDED)));
        server.sends(new UnsubAck(2, List.of(ReasonCode.SUCCESS)));
        assertThat(answers).hasSize(2).last().isEqualTo(ReasonCode.SUCCESS);
        server.sends(new SubAck(3, List.of(ReasonCode.GRANTED_QOS_1)));

        assertThat(answers).hasSize(3).last().isEqualTo(ReasonCode.GRANTED_QOS_1);
        server.sends(publish1("a", 1));
        assertThat(topics).containsExactly("a");
    }

    @Test
    void aSubscriptionThatWasEndedMeanwhileIsAskedForAgain() {
        open();
        ask(set.add("a"));
        server.grants();
        ask(set.remove("a"));
        ask(set.add("a"));
        ask(set.remove("a"));
        server.sends(new UnsubAck(2, List.of(ReasonCode.SUCCESS)));
        server.sent();
        ask(set.add("a"));
        assertThat(sent()).isInstanceOf(Subscribe.class);
        server.sends(new SubAck(3, List.of(ReasonCode.GRANTED_QOS_1)));
        server.sends(new UnsubAck(4, List.of(ReasonCode.SUCCESS)));
        server.sends(new SubAck(5, List.of(ReasonCode.GRANTED_QOS_1)));
        server.sends(publish1("a", 1));

        assertThat(topics).containsExactly("a");
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void whatTheServerRefusesLeavesItsIdentifierToOthers() {
        open();
        for (int i = 1; i <= 100; i++) {
            ask(set.add("refused/" + i));
            assertThat(((Subscribe) sent()).subscriptionIdentifier()).isEqualTo(1);
            server.sends(new SubAck(i, List.of(ReasonCode.NOT_AUTHORIZED)));
        }
    }

    @Test
    void oneThatItBeganWithMayBeRemovedAndThenRefused() {
        SubscriptionSet two =
                client.subscriptions(options -> options.filter("a").filter("b"));
        two.messages().subscribe(message -> topics.add(message.topicName().toString()), answers::add);
        two.remove("a").subscribe();
        server.sends(new SubAck(1, List.of(ReasonCode.NOT_AUTHORIZED, ReasonCode.GRANTED_QOS_1)));
        server.sends(publish0("b"));

        assertThat(answers).isEmpty();
        assertThat(topics).containsExactly("b");
    }

    @Test
    void itsMessagesCanBeRetried() {
        set.messages()
                .doOnNext(message -> {
                    if (topics.add("first") && topics.size() == 1) {
                        throw new IllegalStateException("first");
                    }
                })
                .retry(1)
                .subscribe(message -> topics.add(message.topicName().toString()), answers::add);
        ask(set.add("a"));
        server.grants();
        server.sends(publish1("a", 1), publish1("a", 2));

        assertThat(topics).containsExactly("first", "first", "a");
        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void itsMessagesHaveAnotherSubscriberAsSoonAsTheLastOneHasCancelled() {
        Disposable first = open();
        ask(set.add("a"));
        server.grants();
        server.fromAnotherThread(() -> {
            first.dispose();
            open();
        });
        server.sends(publish0("a"));

        assertThat(answers).containsExactly(ReasonCode.GRANTED_QOS_2);
        assertThat(topics).containsExactly("a");
    }

    @Test
    void aCallbackThatThrowsEndsNothing() {
        List<Throwable> dropped = new ArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        try {
            open();
            ask(set.add("a"));
            server.grants();
            for (Mono<ReasonCode> wrong : List.of(set.add("a"), set.remove("b"))) {
                wrong.subscribe(answer -> {}, error -> {
                    throw new IllegalArgumentException("of the application");
                });
            }
            server.sends(publish0("a"));
        } finally {
            Hooks.resetOnErrorDropped();
        }

        assertThat(topics).containsExactly("a");
        assertThat(client.state().isConnected()).isTrue();
        assertThat(dropped).hasSize(2);
    }

    @Test
    void whatOthersSubscribeToStaysAtTheServer() {
        client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();
        server.grants();
        open();
        ask(set.add("a"));
        ask(set.remove("a"));

        assertThat(server.sent()).isEmpty();
        assertThat(answers).containsExactly(ReasonCode.GRANTED_QOS_2, ReasonCode.SUCCESS);
    }

    @Test
    void nothingCanBeAddedTwiceNorWhileNobodyListensNorWithOtherOptions() {
        ask(set.add("a"));
        Disposable first = open();
        ask(set.add("a"));
        ask(set.add("a"));
        ask(set.remove("b"));
        client.subscribe(options -> options.filter("c").retainAsPublished(true)).subscribe();
        ask(set.add("c"));
        set.messages().subscribe(message -> {}, answers::add);
        first.dispose();
        ask(set.add("d"));

        assertThat(answers)
                .hasSize(7)
                .allMatch(answer ->
                        answer instanceof IllegalStateException || answer instanceof SubscriptionConflictException);
        assertThat(answers).anyMatch(SubscriptionConflictException.class::isInstance);
    }

    @Test
    void itOutlivesItsLastFilter() {
        AtomicReference<Boolean> ended = new AtomicReference<>(false);
        set.messages().doFinally(signal -> ended.set(true)).subscribe();
        ask(set.add("a"));
        server.grants();
        client.unsubscribe("a").subscribe();
        assertThat(server.sent()).singleElement().isInstanceOf(Unsubscribe.class);

        assertThat(ended.get()).isFalse();
        assertThat(set.topicFilters()).isEmpty();
    }

    @Test
    void whatIsAddedBeforeTheStoreIsOpenIsAskedForWhenItIs() {
        GatedStore store = new GatedStore();
        store.hold();
        VirtualClient durable = VirtualClient.create(options -> options.clientIdentifier("c")
                .cleanStart(false)
                .sessionExpiryInterval(Duration.ofHours(1))
                .sessionStore(store));
        durable.client.connect().subscribe();
        SubscriptionSet early = durable.client.subscriptions(options -> options.filter("a"));
        early.messages().subscribe();
        ask(early.add("b"));
        ask(early.add("c"));
        ask(early.remove("c"));
        durable.fromAnotherThread(store::letGo);
        durable.opens();
        durable.sends(ConnAck.accepted(false));
        List<Packet> sent = durable.sent();

        assertThat(sent).filteredOn(Subscribe.class::isInstance).singleElement().satisfies(packet -> assertThat(
                        ((Subscribe) packet).subscriptions())
                .extracting(each -> each.topicFilter().toString())
                .containsExactly("a", "b"));
        durable.grants(sent);
        assertThat(answers).hasSize(3).contains(ReasonCode.GRANTED_QOS_2, ReasonCode.SUCCESS);
    }

    // ---- messages()

    @Test
    void anOnlookerSeesWhateverArrivesAndAsksForNothing() {
        client.messages().subscribe(message -> topics.add(message.topicName().toString()));
        List<String> taken = new ArrayList<>();
        client.subscribe("a", Qos.AT_LEAST_ONCE)
                .subscribe(message -> taken.add(message.topicName().toString()));
        server.grants();

        server.sends(publish1("a", 1), publish0("b"), publish1("c", 2));

        assertThat(topics).containsExactly("a", "b", "c");
        assertThat(taken).containsExactly("a");
        assertThat(server.acknowledged()).containsExactly(1, 2);
        assertThat(server.events()).noneMatch(MessageWithoutSubscriber.class::isInstance);
    }

    @Test
    void anOnlookerTakesNothingFromASubscriberThatIsStillToCome() {
        client.messages().subscribe(message -> topics.add(message.topicName().toString()));
        Disposable first = client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();
        server.grants();
        first.dispose();
        server.sends(publish1("a", 1));
        assertThat(topics).containsExactly("a");
        assertThat(server.acknowledged()).isEmpty();

        client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void anOnlookerThatIsSlowHoldsBackOnlyWhatNobodyElseClaims() {
        List<String> shown = new ArrayList<>();
        client.messages().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(ReceivedMessage message) {
                shown.add(message.topicName().toString());
            }
        });
        client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();
        server.grants();
        server.sends(publish1("a", 1), publish1("a", 2));

        assertThat(shown).containsExactly("a");
        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void anOnlookerCompletesWhenTheClientDisconnects() {
        AtomicReference<Boolean> ended = new AtomicReference<>(false);
        client.messages().doOnComplete(() -> ended.set(true)).subscribe();
        client.disconnect().subscribe();

        assertThat(ended.get()).isTrue();
    }
}

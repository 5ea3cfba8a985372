package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish0;
import static io.reactivemqtt.reactor.Messages.publish1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.Unsubscribe;
import io.reactivemqtt.store.InMemorySessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** One subscriber of several Topic Filters. */
class SeveralFiltersTest {

    private final VirtualClient server = VirtualClient.connected(options -> options.cleanSession(false));
    private final ReactorMqttClient client = server.client;
    private final List<String> topics = new ArrayList<>();
    private final AtomicReference<Throwable> error = new AtomicReference<>();

    private Disposable subscribe(Consumer<SubscribeOptions.Builder> options) {
        return client.subscribe(options)
                .subscribe(message -> topics.add(message.topicName().toString()), error::set);
    }

    private static Publish identified(Publish publish, Integer... identifiers) {
        return new Publish(publish.message(), publish.packetIdentifier(), publish.dup(), 0, List.of(identifiers));
    }

    private static Publish retained(String topic) {
        return new Publish(
                ApplicationMessage.to(topic).qos(Qos.AT_LEAST_ONCE).retain(true).build(), 9, false);
    }

    private static List<String> filters(Packet packet) {
        if (packet instanceof Unsubscribe unsubscribe) {
            return unsubscribe.topicFilters().stream()
                    .map(TopicFilter::toString)
                    .toList();
        }
        return ((Subscribe) packet)
                .subscriptions().stream()
                        .map(each -> each.topicFilter() + " " + each.qos().level())
                        .toList();
    }

    @Test
    void oneSubscribeAsksForAllThatDoNotOverlap() {
        subscribe(options -> options.filter("a/+").filter("b", Qos.EXACTLY_ONCE).filter("c/#"));

        assertThat(server.sent()).singleElement().satisfies(packet -> {
            assertThat(filters(packet)).containsExactly("a/+ 1", "b 2", "c/# 1");
            assertThat(((Subscribe) packet).subscriptionIdentifier()).isEqualTo(1);
        });
        server.sends(
                new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2, ReasonCode.GRANTED_QOS_1)));
        server.sends(identified(publish1("a/1", 1), 1), identified(publish0("b"), 1), publish1("c/1/2", 2));

        assertThat(topics).containsExactly("a/1", "b", "c/1/2");
        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void thoseThatOverlapHaveASubscribeOfTheirOwnEach() {
        subscribe(options -> options.filter("a/+").filter("a/b").filter("c"));

        List<Packet> sent = server.sent();
        assertThat(sent).hasSize(2);
        assertThat(filters(sent.get(0))).containsExactly("a/+ 1", "c 1");
        assertThat(filters(sent.get(1))).containsExactly("a/b 1");
        assertThat(((Subscribe) sent.get(1)).subscriptionIdentifier()).isEqualTo(2);
    }

    @Test
    void aMessageThatSeveralFiltersTakeComesOnce() {
        subscribe(options -> options.filter("a/+").filter("a/b"));
        server.grants();

        server.sends(identified(publish1("a/b", 1), 1, 2), identified(publish1("a/b", 2), 2, 1), publish0("a/b"));

        assertThat(topics).containsExactly("a/b", "a/b", "a/b");
        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void ofCopiesThatAServerSendsForEachFilterOneComes() {
        subscribe(options -> options.filter("a/+").filter("a/b").filter("#"));
        server.grants();

        server.sends(
                identified(publish1("a/b", 1), 2),
                identified(publish1("a/b", 2), 1),
                identified(publish1("a/b", 3), 3));
        server.sends(
                identified(publish1("x", 4), 3),
                identified(publish1("a/c", 5), 3),
                identified(publish1("a/c", 6), 1),
                identified(publish1("a/c", 7), 1));

        assertThat(topics).containsExactly("a/b", "x", "a/c", "a/c");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void aCopyThatIsStillToComeMakesNoOtherASpareOne() {
        SubscriptionSet set =
                client.subscriptions(options -> options.filter("a/#").filter("a/+"));
        set.messages().subscribe(message -> topics.add(message.topicName().toString()));
        server.grants();

        server.sends(identified(publish1("a/b", 1), 2));
        set.remove("a/#").subscribe();
        server.sends(identified(publish1("a/b", 2), 1)); // was on its way
        List<Packet> sent = server.sent();
        server.grants(sent);

        assertThat(topics).containsExactly("a/b");
        assertThat(sent).contains(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(server.acknowledged()).containsExactly(2);
    }

    @Test
    void whatAFilterThatIsRemovedStillBringsHoldsNoAcknowledgementBack() {
        SubscriptionSet set =
                client.subscriptions(options -> options.filter("a/#").filter("a/+"));
        set.messages().subscribe(message -> topics.add(message.topicName().toString()));
        server.grants();
        set.remove("a/#").subscribe();
        server.sends(identified(publish1("a/b", 1), 1), identified(publish1("a/b", 2), 2)); // was on its way
        server.grants();
        server.sends(identified(publish1("a/b", 3), 2));

        assertThat(topics).containsExactly("a/b", "a/b");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3);
    }

    @Test
    void whatASubscriberThatHasUnsubscribedLeavesHoldsNoAcknowledgementBack() {
        Disposable wide = client.subscribe(options -> options.filter("a/#").onCancel(OnCancel.UNSUBSCRIBE))
                .subscribe();
        subscribe(options -> options.filter("a/+"));
        server.grants();
        wide.dispose();
        server.sends(identified(publish1("a/b", 1), 1), identified(publish1("a/b", 2), 2));
        server.grants();

        assertThat(topics).containsExactly("a/b");
        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void aCopyIsTakenWhereItMayBeTheOnlyOne() {
        subscribe(options -> options.filter("a/b").filter("$share/g/a/b"));
        subscribe(options -> options.filter("c/+", Qos.AT_MOST_ONCE).filter("c/d", Qos.AT_LEAST_ONCE));
        for (Packet packet : server.sent()) {
            Subscribe subscribe = (Subscribe) packet;
            server.sends(new SubAck(
                    subscribe.packetIdentifier(),
                    subscribe.subscriptions().stream()
                            .map(each -> ReasonCode.of(each.qos().level()))
                            .toList()));
        }
        server.sends(identified(publish1("a/b", 1), 2)); // shared out
        server.sends(identified(publish1("c/d", 2), 4)); // the other one comes at QoS 0
        server.sends(identified(retained("a/b"), 2)); // because of the SUBSCRIBE

        assertThat(topics).containsExactly("a/b", "c/d", "a/b");
    }

    @Test
    void whatCameBeforeTheServerKnewAnotherFilterCostsNoLaterMessage() {
        subscribe(options -> options.filter("a/b"));
        server.grants();
        topics.clear();
        List<String> both = new ArrayList<>();
        client.subscribe(options -> options.filter("a/+").filter("a/b"))
                .subscribe(message -> both.add(message.topicName().toString()));
        server.grants();
        server.sends(identified(publish1("a/b", 1), 1)); // before it knew the other one
        server.sends(identified(publish1("a/b", 2), 2), identified(publish1("a/b", 3), 1));

        assertThat(both).containsExactly("a/b", "a/b");
        assertThat(topics).containsExactly("a/b", "a/b");
    }

    @Test
    void whatTheSessionHadBeforeIsTakenAsOftenAsItComes() {
        InMemorySessionStore store = new InMemorySessionStore();
        Consumer<ClientOptions.Builder> durable = options -> options.clientIdentifier("c")
                .session(session -> session.cleanStart(false).sessionExpiryInterval(Duration.ofHours(1)))
                .sessionStore(store);
        VirtualClient before = VirtualClient.connected(durable);
        before.client.subscribe("a/b", Qos.AT_LEAST_ONCE).subscribe();
        before.grants();
        before.client.disconnect().subscribe();

        VirtualClient after = VirtualClient.create(durable);
        after.client.connect().subscribe();
        after.client
                .subscribe(options -> options.filter("a/+").filter("a/b"))
                .subscribe(message -> topics.add(message.topicName().toString()));
        after.opens();
        after.sends(ConnAck.accepted(true));
        after.grants();
        after.sends(identified(publish1("a/b", 1), 1)); // published before a/+ was subscribed to

        assertThat(topics).containsExactly("a/b");
    }

    @Test
    void theAnswerToEachFilterIsTold() {
        Map<String, ReasonCode> answers = new LinkedHashMap<>();
        subscribe(options ->
                options.filter("a").filter("b").onAnswer((filter, answer) -> answers.put(filter.toString(), answer)));
        server.sends(new SubAck(1, List.of(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1)));

        assertThat(answers)
                .containsExactly(Map.entry("a", ReasonCode.SUCCESS), Map.entry("b", ReasonCode.GRANTED_QOS_1));
    }

    @Test
    void oneThatIsRefusedEndsTheStreamWithItsNameAndGivesUpTheOthers() {
        Map<String, ReasonCode> answers = new LinkedHashMap<>();
        subscribe(options -> options.filter("a")
                .filter("b")
                .filter("c")
                .onCancel(OnCancel.UNSUBSCRIBE)
                .onAnswer((filter, answer) -> answers.put(filter.toString(), answer)));
        server.sent();
        server.sends(
                new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED, ReasonCode.GRANTED_QOS_1)));

        assertThat(error.get()).isInstanceOfSatisfying(RequestRefusedException.class, refused -> {
            assertThat(refused).hasMessageContaining("SUBSCRIBE b");
            assertThat(refused.reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        });
        assertThat(answers).hasSize(3);
        assertThat(server.sent()).extracting(SeveralFiltersTest::filters).containsExactly(List.of("a"), List.of("c"));
    }

    @Test
    void cancellingEndsAllOfThemButThoseThatOthersHave() {
        subscribe(options -> options.filter("b"));
        server.grants();
        Disposable several =
                subscribe(options -> options.filter("a").filter("b").onCancel(OnCancel.UNSUBSCRIBE));
        assertThat(server.sent()).singleElement().satisfies(packet -> assertThat(filters(packet))
                .containsExactly("a 1"));
        server.sends(new SubAck(2, List.of(ReasonCode.GRANTED_QOS_1)));

        several.dispose();

        assertThat(server.sent()).singleElement().satisfies(packet -> assertThat(filters(packet))
                .containsExactly("a"));
    }

    @Test
    void unsubscribingFromOneLeavesTheStreamItsOthers() {
        subscribe(options -> options.filter("a").filter("b"));
        server.grants();
        client.unsubscribe("a").subscribe();
        server.grants();
        server.sends(publish1("b", 1));
        assertThat(topics).containsExactly("b");

        AtomicReference<Boolean> ended = new AtomicReference<>(false);
        client.subscribe(options -> options.filter("b"))
                .doOnComplete(() -> ended.set(true))
                .subscribe();
        client.unsubscribe("b").subscribe();
        assertThat(ended.get()).isTrue();
    }

    @Test
    void whatOneCannotAskForTakesNothingFromOthers() {
        VirtualClient offline = VirtualClient.create();
        AtomicReference<Throwable> mine = new AtomicReference<>();
        AtomicReference<Throwable> others = new AtomicReference<>();
        offline.client.subscribe(options -> options.filter("a").filter("b/#")).subscribe(message -> {}, mine::set);
        offline.client.subscribe("a", Qos.AT_MOST_ONCE).subscribe(message -> topics.add("a"), others::set);
        offline.client.connect().subscribe();
        offline.opens();
        offline.sent();
        offline.sends(ConnAck.builder().wildcardSubscriptionAvailable(false).build());

        assertThat(mine.get()).isInstanceOf(LimitExceededException.class).hasMessageContaining("b/#");
        assertThat(others.get()).isNull();
        Packet again = offline.sent().get(0);
        assertThat(filters(again)).containsExactly("a 1");
        offline.sends(
                new SubAck(((Subscribe) again).packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1)), publish0("a"));
        assertThat(topics).containsExactly("a");
    }

    @Test
    void whatIsHandedBackGoesToWhoeverTakesItsTopic() {
        List<ReceivedMessage> byHand = new ArrayList<>();
        Disposable first = client.subscribe(options -> options.filter("a")
                        .filter("b")
                        .acknowledgement(AcknowledgementMode.BY_HAND)
                        .onCancel(OnCancel.KEEP))
                .subscribe(byHand::add);
        server.grants();
        server.sends(publish1("a", 1), publish1("b", 2));
        byHand.forEach(ReceivedMessage::handBack);
        first.dispose();
        assertThat(topics).isEmpty();

        subscribe(options -> options.filter("x").filter("b"));
        assertThat(topics).containsExactly("b");
        subscribe(options -> options.filter("a").filter("b"));
        assertThat(topics).containsExactly("b", "a");
    }

    @Test
    void aTemplateNamesTheLevelsOfATopic() {
        List<String> values = new ArrayList<>();
        client.subscribe(options -> options.filter("sensors/{id}/reading").filter("rooms/{room}"))
                .subscribe(message -> values.add(
                        message.variable(message.topicName().toString().startsWith("rooms") ? "room" : "id")));
        assertThat(filters(server.sent().get(0))).containsExactly("sensors/+/reading 1", "rooms/+ 1");
        server.sends(publish0("sensors/7/reading"), publish0("rooms/hall"));

        assertThat(values).containsExactly("7", "hall");
    }

    @Test
    void everyWayToSubscribeTakesATemplateAndSoDoesUnsubscribe() {
        List<String> values = new ArrayList<>();
        client.subscribe("a/{x}", Qos.AT_MOST_ONCE).subscribe(message -> values.add("1 " + message.variable("x")));
        client.consume(
                        "b/{x}",
                        Qos.AT_MOST_ONCE,
                        message -> Mono.fromRunnable(() -> values.add("2 " + message.variable("x"))))
                .subscribe();
        server.grants();
        server.sends(publish0("a/1"), publish0("b/2"));
        assertThat(values).containsExactly("1 1", "2 2");

        client.unsubscribe("a/{x}").subscribe();
        assertThat(server.sent()).singleElement().satisfies(packet -> assertThat(filters(packet))
                .containsExactly("a/+"));
    }

    @Test
    void aLevelThatNoTemplateNamesIsAClearError() {
        List<ReceivedMessage> messages = new ArrayList<>();
        client.subscribe("a/{x}", Qos.AT_MOST_ONCE).subscribe(messages::add);
        server.sends(publish0("a/1"));

        assertThatThrownBy(() -> messages.get(0).variable("y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"y\"");
    }

    @Test
    void subscribingToNothingIsRefusedAtOnce() {
        assertThatThrownBy(() -> client.subscribe(options -> options.qos(Qos.AT_LEAST_ONCE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("filter()");
    }
}

package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientEvent.ClientFailed;
import io.reactivemqtt.client.ClientEvent.MessagesNotTaken;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What ordinary programs do at the worst moment: several rules of delivery, of leaving and of bounds meet. */
class HardCasesTest {

    private VirtualClient server = connected(true);
    private final List<String> handled = new ArrayList<>();
    private final List<Sinks.Empty<Void>> work = new ArrayList<>();

    private static VirtualClient connected(boolean kept) {
        return VirtualClient.connected(
                options -> options.cleanSession(!kept).keepAlive(Duration.ZERO).receiveMaximum(20));
    }

    private static VirtualClient connected311() {
        return VirtualClient.connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1)
                .cleanSession(false)
                .keepAlive(Duration.ofSeconds(10))
                .receiveMaximum(20));
    }

    private Mono<Void> slowly(ReceivedMessage message) {
        handled.add(message.topicName().toString());
        work.add(Sinks.empty());
        return work.get(work.size() - 1).asMono();
    }

    private static Publish repeated(Publish publish) {
        return new Publish(publish.message(), publish.packetIdentifier(), true);
    }

    private void comesBack(boolean sessionPresent) {
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.accept(sessionPresent);
    }

    private void disconnectsAndConnects() {
        server.client.disconnect(Duration.ofSeconds(1)).subscribe();
        server.passes(Duration.ofSeconds(2));
        server.client.connect().subscribe();
        server.accept(true);
    }

    private void collects(String topicFilter, Qos qos) {
        server.client.subscribe(topicFilter, qos).subscribe(message -> handled.add("" + message.topicName()));
        server.grants();
    }

    private static final class Stuck extends BaseSubscriber<ReceivedMessage> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {}
    }

    // ---- QoS 2 without a store, over disconnect and connect

    @Test
    void aQos2MessageThatNobodyTookComesAgainAfterADisconnect() {
        server.client.subscribe("t", Qos.EXACTLY_ONCE).subscribe(new Stuck());
        server.grants();
        server.sends(publish2("t", 1));

        disconnectsAndConnects();
        collects("t", Qos.EXACTLY_ONCE);
        server.sends(repeated(publish2("t", 1)));

        assertThat(handled).containsExactly("t");
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void aQos2MessageThatWasHandedBackComesAgainAfterADisconnect() {
        server.client.subscribe("t", Qos.EXACTLY_ONCE).take(1).subscribe();
        server.grants();
        server.sends(publish2("t", 1), publish2("t", 2));

        disconnectsAndConnects();
        collects("t", Qos.EXACTLY_ONCE);
        server.sends(repeated(publish2("t", 2)));

        assertThat(handled).containsExactly("t");
    }

    @Test
    void aQos2MessageThatArrivesWhileHandlersFinishComesAgainAfterTheDisconnect() {
        server.client.consume("t", Qos.EXACTLY_ONCE, this::slowly).subscribe();
        server.grants();
        server.sends(publish2("t", 1));
        server.client.disconnect(Duration.ofSeconds(10)).subscribe();
        server.sends(publish2("t", 2));
        work.get(0).tryEmitEmpty();
        server.passes(Duration.ofSeconds(11));
        server.client.connect().subscribe();
        server.accept(true);
        handled.clear();

        collects("t", Qos.EXACTLY_ONCE);
        server.sends(repeated(publish2("t", 2)));

        assertThat(handled).containsExactly("t");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aQos2MessageInHandGoesToTheNextSubscriberAfterADisconnectToo(boolean subscriberLeaves) {
        server.client.consume("t", Qos.EXACTLY_ONCE, message -> Mono.never()).subscribe();
        Disposable left = server.client
                .subscribe(options ->
                        options.filter("u").qos(Qos.EXACTLY_ONCE).acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe();
        server.grants();
        String topic = subscriberLeaves ? "u" : "t";
        server.sends(publish2(topic, 1));
        if (subscriberLeaves) {
            left.dispose();
        }
        server.client.disconnect(Duration.ofSeconds(1)).subscribe();
        server.passes(Duration.ofSeconds(2));
        server.client.connect().subscribe();
        server.accept(true);

        collects(topic, Qos.EXACTLY_ONCE);
        server.sends(repeated(publish2(topic, 1)));
        assertThat(handled).isEmpty(); // its handler may yet be done
        server.passes(Duration.ofSeconds(61));

        assertThat(handled).containsExactly(topic);
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource(value = Qos.class, names = "AT_MOST_ONCE", mode = EnumSource.Mode.EXCLUDE)
    void disconnectWaitsForAMessageOfASubscriberThatHasLeft(Qos qos) {
        List<ReceivedMessage> taken = new ArrayList<>();
        List<DrainReport> reports = new ArrayList<>();
        server.client
                .subscribe(options -> options.filter("t").qos(qos).acknowledgement(AcknowledgementMode.BY_HAND))
                .take(1)
                .subscribe(taken::add);
        server.grants();
        server.sends(qos == Qos.AT_LEAST_ONCE ? publish1("t", 1) : publish2("t", 1));

        server.client.disconnect(Duration.ofSeconds(5)).subscribe(reports::add);
        server.passes(Duration.ofSeconds(1));
        assertThat(server.hasConnection()).isTrue();
        taken.get(0).acknowledge();

        assertThat(server.acknowledged()).containsExactly(1);
        server.passes(Duration.ofSeconds(5));
        assertThat(reports).containsExactly(new DrainReport(0, 0, 0));
    }

    // ---- the bound of what is untaken, and what depends on reading

    @Test
    void aHandlerThatPublishesGetsItsAnswerThoughTheBoundIsReached() {
        server = connected311();
        server.client
                .consume("t", Qos.AT_LEAST_ONCE, message -> server.client.publish(qos1("out")))
                .subscribe();
        server.grants();
        for (int i = 1; i <= 50; i++) {
            server.sends(publish1("t", i));
        }

        assertThat(server.isReadingPaused()).isFalse();
        Publish sent = (Publish) server.sent().get(0);
        server.sends(new PubAck(sent.packetIdentifier(), ReasonCode.SUCCESS));
        assertThat(server.acknowledged()).contains(1);
    }

    @Test
    void unsubscribingFreesWhatAStreamWithoutDemandHeld() {
        server = connected311();
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(new Stuck());
        server.grants();
        for (int i = 1; i <= 41; i++) {
            server.sends(publish1("t", i));
        }
        assertThat(server.isReadingPaused()).isTrue();

        server.client.unsubscribe("t").subscribe();
        assertThat(server.isReadingPaused()).as("for its UNSUBACK").isFalse();
        server.grants();

        assertThat(server.acknowledged()).hasSize(41);
        assertThat(server.isReadingPaused()).isFalse();
    }

    @Test
    void aDeliveryOfAnEarlierSessionObjectDoesNotCountInThisOne() {
        GatedStore store = new GatedStore();
        server = VirtualClient.connected(options -> options.cleanSession(false)
                .keepAlive(Duration.ZERO)
                .receiveMaximum(2)
                .sessionStore(store));
        List<ReceivedMessage> earlier = new ArrayList<>();
        server.client
                .subscribe(options ->
                        options.filter("t").qos(Qos.AT_LEAST_ONCE).acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe(earlier::add);
        server.grants();
        server.sends(publish1("t", 1), publish1("t", 2), publish1("t", 3), publish1("t", 4));
        disconnectsAndConnects();
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(new Stuck());
        server.grants();
        earlier.forEach(ReceivedMessage::acknowledge);

        for (int i = 1; i <= 5; i++) {
            server.sends(publish1("t", i));
        }

        assertThat(server.isReadingPaused()).isTrue();
    }

    // ---- taken over, or the store gone, before the SUBACK

    private void consumesBeforeItsSubAck(Consumer<GatedStore> then) {
        GatedStore store = new GatedStore();
        Consumer<ClientOptions.Builder> options =
                builder -> builder.cleanSession(false).keepAlive(Duration.ZERO).sessionStore(store);
        VirtualClient earlier = VirtualClient.connected(options);
        earlier.client.subscribe("t", Qos.EXACTLY_ONCE).subscribe();
        earlier.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        earlier.client.disconnect(Duration.ZERO).subscribe();
        server = VirtualClient.create(options);
        server.client.connect().subscribe();
        server.accept(true);
        server.client.consume("t", Qos.EXACTLY_ONCE, this::slowly).subscribe(done -> {}, error -> {});
        for (int i = 1; i <= 6; i++) {
            server.sends(publish2("t", i)); // the Session has the subscription
        }
        then.accept(store);
        for (int i = 0; i < work.size(); i++) {
            work.get(i).tryEmitEmpty();
            server.passes(Duration.ofMillis(10));
        }

        assertThat(handled).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aConsumerTakesUpNothingMoreOnceTheSessionIsAnothers() {
        consumesBeforeItsSubAck(store -> VirtualClient.create(options ->
                        options.cleanSession(false).keepAlive(Duration.ZERO).sessionStore(store))
                .client
                .connect()
                .subscribe());
    }

    @Test
    void aConsumerTakesUpNothingMoreOnceTheStoreHasFailed() {
        consumesBeforeItsSubAck(store -> store.fail(new StoreException("the disk is full", null)));
    }

    // ---- subscribers that come and go

    @Test
    void whatWaitsIsNotLostInASubscriberThatThrowsOnTheFirst() {
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).take(1).subscribe();
        server.grants();
        server.sends(publish1("t", 1), publish1("t", 2), publish1("t", 3), publish1("t", 4));
        assertThat(server.acknowledged()).containsExactly(1);
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(ReceivedMessage message) {
                throw new NoSuchMethodError("of another version");
            }

            @Override
            protected void hookOnError(Throwable error) {
                handled.add("error");
            }
        });

        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe(message -> handled.add("t"));

        assertThat(handled).containsExactly("error", "t", "t", "t");
        assertThat(server.acknowledged()).containsExactly(2, 3, 4);
    }

    @Test
    void aSubscriptionThatIsCancelledWhileAnUnsubscribeIsUnderWayEndsToo() {
        server = connected(false);
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe().dispose();
        Disposable second = server.client.subscribe("t", Qos.AT_LEAST_ONCE).subscribe();
        second.dispose();
        List<Packet> all = new ArrayList<>();
        for (List<Packet> asked = server.sent(); !asked.isEmpty(); asked = server.sent()) {
            server.grants(asked);
            all.addAll(asked);
        }

        assertThat(all).hasSize(4).last().isInstanceOf(Unsubscribe.class);
    }

    @Test
    void aMessageThatIsKnownByItsIdentifierAloneWaitsForItsSubscriber() {
        server.client.subscribe("$queue/t", Qos.AT_LEAST_ONCE).subscribe().dispose();
        server.grants();
        server.sends(new Publish(qos1("t"), 1, false, 0, List.of(1)));
        assertThat(server.acknowledged()).isEmpty();

        collects("$queue/t", Qos.AT_LEAST_ONCE);

        assertThat(handled).containsExactly("t");
    }

    @Test
    void whatIsHandedBackBehindAnUnsubscribeByNameIsDoneWith() {
        List<ReceivedMessage> kept = new ArrayList<>();
        Disposable subscriber = server.client
                .subscribe(options -> options.filter("t")
                        .qos(Qos.AT_LEAST_ONCE)
                        .acknowledgement(AcknowledgementMode.BY_HAND)
                        .onCancel(OnCancel.UNSUBSCRIBE))
                .subscribe(kept::add);
        server.grants();
        server.sends(publish1("t", 1), publish1("t", 2));
        subscriber.dispose();
        server.grants();

        kept.forEach(ReceivedMessage::handBack);

        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void aLateWordOfAnEarlierConnectionChangesNothing() {
        List<ReceivedMessage> both = new ArrayList<>();
        server.client
                .subscribe(options ->
                        options.filter("t").qos(Qos.AT_LEAST_ONCE).acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe(both::add);
        server.grants();
        server.sends(publish1("t", 1));
        comesBack(true);
        server.sends(repeated(publish1("t", 1)));
        both.get(1).acknowledge();
        assertThat(server.acknowledged()).containsExactly(1);

        both.get(0).handBack(); // its handler has failed late
        server.passes(Duration.ofMinutes(2));

        assertThat(server.events()).noneMatch(MessagesNotTaken.class::isInstance);
        collects("t", Qos.AT_LEAST_ONCE);
        assertThat(handled).isEmpty();
    }

    @Test
    void whatWaitedWhenTheServerLostTheSessionIsStillDeliveredAfterALaterResume() {
        server.client.subscribe("t", Qos.AT_LEAST_ONCE).take(1).subscribe();
        server.grants();
        server.sends(publish1("t", 1), publish1("t", 2));
        comesBack(false);
        server.grants();
        server.passes(Duration.ofMinutes(5));
        comesBack(true);

        collects("t", Qos.AT_LEAST_ONCE);

        assertThat(handled).containsExactly("t");
    }

    // ---- leaving

    @Test
    void aDrainTakesUpNoNewMessagesAlsoWhereTheSessionEnds() {
        server = connected(false);
        server.client.consume("t", Qos.AT_LEAST_ONCE, this::slowly).subscribe();
        server.grants();
        server.sends(publish1("t", 1), publish1("t", 2));
        server.client.disconnect(Duration.ofSeconds(10)).subscribe();
        for (int i = 3; i <= 20; i++) {
            server.sends(publish1("t", i));
        }
        for (int i = 0; i < work.size(); i++) {
            work.get(i).tryEmitEmpty();
        }

        assertThat(work).hasSize(2);
    }

    @Test
    void whatIsCancelledBehindAConnectIsNotSent() {
        server.client.consume("t", Qos.AT_LEAST_ONCE, this::slowly).subscribe();
        server.grants();
        server.sends(publish1("t", 1));
        server.client.disconnect(Duration.ofSeconds(10)).subscribe();
        server.client.connect().subscribe();
        server.client.publish(qos1("cancelled")).subscribe().dispose();
        server.client.publish(Flux.just(qos1("cancelled too"))).subscribe().dispose();
        server.client.publish(qos1("wanted")).subscribe();
        work.get(0).tryEmitEmpty();
        server.passes(Duration.ofSeconds(11));
        server.opens();
        server.sent();

        server.sends(ConnAck.accepted(true));

        assertThat(server.sent().stream().filter(Publish.class::isInstance))
                .extracting(packet -> ((Publish) packet).message().topicName().toString())
                .containsExactly("wanted");
    }

    @Test
    void aStreamThatBeginsAfterADisconnectTakesNothingOfItsSource() {
        server.client.disconnect(Duration.ZERO).subscribe();
        AtomicInteger taken = new AtomicInteger();

        server.client
                .publish(Flux.range(0, 1000).map(i -> {
                    taken.incrementAndGet();
                    return qos1("a");
                }))
                .subscribe(result -> {}, error -> handled.add(error.getClass().getSimpleName()));

        assertThat(handled).containsExactly("ClientClosedException");
        assertThat(taken.get()).isZero();
    }

    @Test
    void aVeryLongDrainIsNoError() {
        server.client.disconnect(Duration.ofSeconds(Long.MAX_VALUE)).subscribe(report -> handled.add("disconnected"));

        assertThat(handled).containsExactly("disconnected");
        assertThat(server.events()).noneMatch(ClientFailed.class::isInstance);
    }

    @Test
    void aReportTellsWhatIsLostWithTheSession() {
        VirtualClient server = VirtualClient.connected(options -> options.session(session -> session.sendMaximum(1)));
        List<PublishOutcome> outcomes = new ArrayList<>();
        List<DrainReport> reports = new ArrayList<>();
        for (String topic : List.of("sent", "waits")) {
            server.client
                    .publish(ApplicationMessage.of(topic, "", Qos.AT_LEAST_ONCE))
                    .subscribe(
                            result -> {},
                            failed -> outcomes.add(PublishResult.failed(
                                            ApplicationMessage.of(topic, "", Qos.AT_LEAST_ONCE), (MqttException) failed)
                                    .outcome()));
        }
        server.client.disconnect(Duration.ofSeconds(1)).subscribe(reports::add);
        server.passes(Duration.ofSeconds(1));

        assertThat(reports).containsExactly(new DrainReport(0, 1, 1));
        assertThat(outcomes).containsExactly(PublishOutcome.UNKNOWN, PublishOutcome.NOT_SENT);
    }
}

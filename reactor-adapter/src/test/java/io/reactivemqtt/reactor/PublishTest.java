package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.qos0;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class PublishTest {

    private final VirtualClient server = VirtualClient.connected(options -> {});
    private final ReactorMqttClient client = server.client;

    // ---- one message

    @Test
    void nothingIsSentBeforeTheMonoIsSubscribed() {
        Mono<PublishResult> publish = client.publish(qos1("a"));

        assertThat(server.sent()).isEmpty();

        publish.subscribe();
        publish.subscribe();

        assertThat(server.sent()).containsExactly(publish1("a", 1), publish1("a", 2));
    }

    @Test
    void qos0CompletesWhenItIsOnItsWay() {
        ApplicationMessage message = qos0("a");

        StepVerifier.create(client.publish(message))
                .assertNext(result -> assertThat(result.message()).isSameAs(message))
                .verifyComplete();

        assertThat(server.sent()).containsExactly(new Publish(message, 0, false));
    }

    @Test
    @Spec("MQTT-4.3.2-3")
    void qos1CompletesOnlyOnPubAck() {
        StepVerifier.create(client.publish(qos1("a")))
                .expectSubscription()
                .then(() -> assertThat(server.sent()).containsExactly(publish1("a", 1)))
                .then(() -> server.sends(new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS)))
                .assertNext(result -> assertThat(result.reasonCode()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS))
                .verifyComplete();
    }

    @Test
    @Spec({"MQTT-4.3.3-4", "MQTT-4.3.3-5"})
    void qos2CompletesOnlyOnPubComp() {
        List<PublishResult> results = new ArrayList<>();
        client.publish(qos2("a")).subscribe(results::add);
        server.sent();

        server.sends(new PubRec(1, ReasonCode.SUCCESS));
        assertThat(server.sent()).containsExactly(new PubRel(1, ReasonCode.SUCCESS));
        assertThat(results).isEmpty();

        server.sends(new PubComp(1, ReasonCode.SUCCESS));
        assertThat(results).singleElement().matches(PublishResult::isSuccess);
    }

    @Test
    void qos2TellsThatNobodySubscribes() {
        StepVerifier.create(client.publish(qos2("a")))
                .expectSubscription()
                .then(() -> server.sends(new PubRec(1, ReasonCode.NO_MATCHING_SUBSCRIBERS)))
                .then(() -> server.sends(new PubComp(1, ReasonCode.SUCCESS)))
                .assertNext(result -> assertThat(result.reasonCode()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS))
                .verifyComplete();
    }

    @Test
    void whatTheServerRefusesFailsWithItsReasonCode() {
        StepVerifier.create(client.publish(qos1("a")))
                .expectSubscription()
                .then(() -> server.sends(new PubAck(1, ReasonCode.QUOTA_EXCEEDED)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                RequestRefusedException.class,
                                refused -> assertThat(refused.reasonCode()).isEqualTo(ReasonCode.QUOTA_EXCEEDED)));
    }

    @Test
    @Spec("MQTT-3.2.2-11")
    void whatIsBeyondTheServersLimitsFailsAtOnce() {
        VirtualClient limited = VirtualClient.create();
        limited.client.connect().subscribe();
        limited.accept(ConnAck.builder().maximumQos(Qos.AT_LEAST_ONCE).build());

        StepVerifier.create(limited.client.publish(qos2("a"))).verifyError(LimitExceededException.class);
        assertThat(limited.sent()).isEmpty();
    }

    @Test
    void whatMqtt311CannotSayFailsAtOnce() {
        VirtualClient old = VirtualClient.connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));
        ApplicationMessage message =
                ApplicationMessage.to("a").contentType("text/plain").build();

        StepVerifier.create(old.client.publish(message)).verifyError(LimitExceededException.class);
        assertThat(old.sent()).isEmpty();
    }

    // ---- without a connection

    @Test
    @Spec("MQTT-3.1.0-1")
    void aMessageWaitsForTheFirstConnection() {
        VirtualClient offline = VirtualClient.create();
        List<PublishResult> results = new ArrayList<>();
        offline.client.publish(qos0("zero")).subscribe(results::add);
        offline.client.publish(qos1("one")).subscribe(results::add);

        offline.client.connect().subscribe();
        offline.opens();
        assertThat(offline.sent()).hasSize(1).first().isInstanceOf(Connect.class);

        offline.sends(ConnAck.accepted(false));
        assertThat(offline.sent()).containsExactlyInAnyOrder(Messages.publish0("zero"), publish1("one", 1));
        offline.sends(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(results).hasSize(2);
    }

    @Test
    void cancelWithdrawsWhatWasNotSent() {
        VirtualClient offline = VirtualClient.create();
        offline.client.publish(qos1("gone")).subscribe().dispose();
        offline.client.publish(qos1("stays")).subscribe();

        offline.client.connect().subscribe();
        offline.accept(false);
        assertThat(offline.sent()).isEmpty(); // accept() forgets what followed the CONNACK

        offline.cuts();
        offline.passes(Duration.ofSeconds(1));
        offline.opens();
        offline.sends(ConnAck.accepted(true));
        assertThat(offline.sent()).last().isEqualTo(new Publish(qos1("stays"), 1, true));
    }

    @Test
    void cancelOfWhatWasSentFreesItsIdentifierWhenTheServerAnswers() {
        client.publish(qos1("a")).subscribe().dispose();
        server.sent();

        server.sends(new PubAck(1, ReasonCode.SUCCESS)); // nobody hears of it
        client.publish(qos1("b")).subscribe();

        assertThat(server.sent()).containsExactly(publish1("b", 2));
    }

    @Test
    void theQueueIsBounded() {
        VirtualClient offline = VirtualClient.create(options -> options.queue(queue -> queue.maximumMessages(2)));
        offline.client.publish(qos1("a")).subscribe();
        offline.client.publish(qos0("b")).subscribe();

        StepVerifier.create(offline.client.publish(qos1("c"))).verifyError(QueueFullException.class);
    }

    @Test
    void theOldestMakesRoomIfThePolicySaysSo() {
        VirtualClient offline = VirtualClient.create(
                options -> options.queue(queue -> queue.maximumMessages(1).whenFull(QueueFullPolicy.DROP_OLDEST)));
        StepVerifier first = StepVerifier.create(offline.client.publish(qos1("a")))
                .expectSubscription()
                .then(() -> offline.client.publish(qos1("b")).subscribe())
                .expectError(QueueFullException.class)
                .verifyLater();

        first.verify();
    }

    @Test
    void theOldestMakesRoomWhileTheStoreIsClosedToo() {
        GatedStore store = new GatedStore();
        store.hold();
        VirtualClient offline = VirtualClient.create(
                options -> options.cleanSession(false).sessionStore(store).queue(queue -> queue.maximumMessages(2)
                        .whenFull(QueueFullPolicy.DROP_OLDEST)));
        List<String> failed = new ArrayList<>();
        for (String topic : List.of("a", "b", "c", "d", "e")) {
            offline.client
                    .publish(qos1(topic))
                    .subscribe(result -> {}, failure -> failed.add(topic + " " + failure.getMessage()));
        }
        String oldest = " too many messages wait for the session store to open, and this message waited longest";
        assertThat(failed).containsExactly("a" + oldest, "b" + oldest, "c" + oldest);

        store.letGo();
        offline.client.connect().subscribe();
        offline.opens();
        offline.sent();
        offline.sends(ConnAck.accepted(false));

        assertThat(offline.sent()).containsExactly(publish1("d", 1), publish1("e", 2));
    }

    @Test
    void whoWaitsIsToldWhenTheClientIsDisconnected() {
        VirtualClient offline = VirtualClient.create();
        StepVerifier.create(offline.client.publish(qos1("a")))
                .expectSubscription()
                .then(() -> offline.client.disconnect().subscribe())
                .verifyError(ClientClosedException.class);
    }

    // ---- over a lost connection

    @Test
    @Spec({"MQTT-3.3.1-1", "MQTT-4.4.0-1"})
    void anUnacknowledgedMessageIsSentAgainInTheResumedSession() {
        VirtualClient durable = VirtualClient.connected(options -> options.cleanSession(false));
        List<PublishResult> results = new ArrayList<>();
        durable.client.publish(qos1("a")).subscribe(results::add);
        durable.cuts();
        durable.passes(Duration.ofSeconds(1));
        durable.opens();
        durable.sent();

        durable.sends(ConnAck.accepted(true));

        assertThat(durable.sent()).containsExactly(new Publish(qos1("a"), 1, true));
        durable.sends(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(results).singleElement().matches(result -> !result.possibleRepeat());
    }

    @Test
    void afterSessionLossAMessageIsSentAsANewOneAndTheResultSaysSo() {
        List<PublishResult> results = new ArrayList<>();
        client.publish(qos1("a")).subscribe(results::add);
        loseSession(server);

        assertThat(server.sent()).containsExactly(publish1("a", 2));
        server.sends(new PubAck(2, ReasonCode.SUCCESS));
        assertThat(results).singleElement().matches(PublishResult::possibleRepeat);
    }

    @Test
    void afterSessionLossAMessageFailsIfThePolicySaysSo() {
        VirtualClient failing = VirtualClient.connected(
                options -> options.session(session -> session.sessionLossPolicy(SessionLossPolicy.FAIL)));

        StepVerifier.create(failing.client.publish(qos1("a")))
                .expectSubscription()
                .then(() -> loseSession(failing))
                .verifyError(OutcomeUnknownException.class);
    }

    @Test
    void afterSessionLossAMessageIsDroppedIfThePolicySaysSo() {
        VirtualClient dropping = VirtualClient.connected(
                options -> options.session(session -> session.sessionLossPolicy(SessionLossPolicy.DROP)));

        StepVerifier.create(dropping.client.publish(qos1("a")))
                .expectSubscription()
                .then(() -> loseSession(dropping))
                .assertNext(result -> assertThat(result.outcome()).isEqualTo(PublishOutcome.DROPPED))
                .verifyComplete();
    }

    private static void loseSession(VirtualClient virtual) {
        virtual.cuts();
        virtual.passes(Duration.ofSeconds(1));
        virtual.opens();
        virtual.sent();
        virtual.sends(ConnAck.accepted(false));
    }

    // ---- many messages

    @Test
    void aStreamIsAskedForNoMoreThanTheSendWindowTakes() {
        VirtualClient narrow = VirtualClient.create();
        narrow.client.connect().subscribe();
        narrow.accept(ConnAck.builder().receiveMaximum(3).build());
        List<Long> requests = new ArrayList<>();

        narrow.client
                .publish(Flux.range(1, 5).map(i -> qos1("t/" + i)).doOnRequest(requests::add))
                .subscribe();

        assertThat(requests).containsExactly(3L);
        assertThat(narrow.sent()).hasSize(3);
        narrow.sends(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(requests).containsExactly(3L, 1L);
        assertThat(narrow.sent()).containsExactly(publish1("t/4", 4));
    }

    @Test
    void aStreamIsAskedForNoMoreThanTheQueueTakes() {
        VirtualClient offline = VirtualClient.create(options -> options.queue(queue -> queue.maximumMessages(2)));
        List<Long> requests = new ArrayList<>();

        offline.client
                .publish(Flux.range(1, 5).map(i -> qos1("t/" + i)).doOnRequest(requests::add))
                .subscribe();

        assertThat(requests).containsExactly(2L);
    }

    @Test
    void resultsThatNobodyAsksForHoldTheSourceBack() {
        List<Long> requests = new ArrayList<>();
        Flux<ApplicationMessage> endless =
                Flux.<ApplicationMessage>generate(sink -> sink.next(qos0("a"))).doOnRequest(requests::add);

        StepVerifier.create(client.publish(endless), 0)
                .expectSubscription()
                .then(() -> assertThat(requests).containsExactly(16L, 1008L)) // 1,024, once their size is known
                .thenRequest(2)
                .expectNextCount(2)
                .thenCancel()
                .verify();
    }

    @Test
    void whatAnotherThreadPublishesIsRefusedWhileTheQueueIsFullAndTakenOnceItHasGoneOn() {
        VirtualClient offline = VirtualClient.create(options -> options.queue(queue -> queue.maximumMessages(3)));
        List<String> outcomes = new ArrayList<>();
        Runnable publishes = () -> offline.client
                .publish(qos0("a"))
                .subscribe(result -> outcomes.add("sent"), error -> outcomes.add("full"));
        offline.fromAnotherThread(() -> {
            for (int i = 0; i < 5; i++) {
                publishes.run();
            }
        });
        offline.fromAnotherThread(publishes);
        assertThat(outcomes).containsExactly("full", "full", "full");

        offline.client.connect().subscribe();
        offline.accept(false);
        offline.fromAnotherThread(publishes);

        assertThat(outcomes).containsExactly("full", "full", "full", "sent", "sent", "sent", "sent");
    }

    @Test
    void aMessageThatFailsDoesNotEndItsStream() {
        StepVerifier.create(client.publish(Flux.just(qos1("a"), qos1("b"))))
                .expectSubscription()
                .then(() -> server.sends(new PubAck(1, ReasonCode.NOT_AUTHORIZED), new PubAck(2, ReasonCode.SUCCESS)))
                .assertNext(result -> assertThat(result.failure()).isInstanceOf(RequestRefusedException.class))
                .assertNext(result -> assertThat(result.isSuccess()).isTrue())
                .verifyComplete();
    }

    @Test
    void anErrorOfTheSourceFollowsTheResultsOfWhatCameBeforeIt() {
        Flux<ApplicationMessage> failing =
                Flux.just(qos1("a")).concatWith(Mono.error(new IllegalStateException("source")));

        StepVerifier.create(client.publish(failing))
                .expectSubscription()
                .then(() -> server.sends(new PubAck(1, ReasonCode.SUCCESS)))
                .expectNextCount(1)
                .verifyErrorMessage("source");
    }

    @Test
    void cancellingAStreamCancelsItsSourceAndWithdrawsWhatWasNotSent() {
        VirtualClient offline = VirtualClient.create();
        TestPublisher<ApplicationMessage> source = TestPublisher.create();
        var subscription = offline.client.publish(source.flux()).subscribe();
        source.next(qos1("a"), qos1("b"));

        subscription.dispose();

        source.assertCancelled();
        offline.client.connect().subscribe();
        offline.opens();
        offline.sent();
        offline.sends(ConnAck.accepted(false));
        assertThat(offline.sent()).isEmpty();
    }

    @Test
    void messagesFromAnotherThreadLeaveInOneFlush() {
        int flushes = server.flushes();

        server.fromAnotherThread(() -> {
            for (int i = 0; i < 100; i++) {
                client.publish(qos0("t/" + i)).subscribe();
            }
        });

        assertThat(server.sent()).hasSize(100);
        assertThat(server.flushes() - flushes).isEqualTo(1);
    }

    @Test
    void aPublishOutOfAResultIsDoneInTheSameTurn() {
        client.publish(qos1("first"))
                .flatMap(result -> client.publish(qos1("second")))
                .subscribe();
        server.sent();

        server.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(server.sent()).containsExactly(publish1("second", 2));
    }

    @Test
    void whileTheNetworkTakesNoMoreMessagesWait() {
        server.writable(false);
        client.publish(qos0("a")).subscribe();
        client.publish(qos1("b")).subscribe();
        assertThat(server.sent()).isEmpty();

        server.writable(true);

        assertThat(server.sent()).containsExactly(Messages.publish0("a"), publish1("b", 1));
    }
}

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
import io.reactivemqtt.client.IfOffline;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What an application asks for one message alone, and what it hears of it. */
class PublishWithOptionsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<PublishResult> results = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    private void publish(
            VirtualClient client, ApplicationMessage message, Consumer<? super PublishOptions.Builder> options) {
        client.client.publish(message, options).subscribe(results::add, errors::add);
    }

    private List<PublishOutcome> outcomes() {
        return results.stream().map(PublishResult::outcome).toList();
    }

    private static void withinAMinute(PublishOptions.Builder options) {
        options.sendWithin(MINUTE);
    }

    private static void failing(PublishOptions.Builder options) {
        options.ifOffline(IfOffline.FAIL);
    }

    private static void gauge(PublishOptions.Builder options) {
        options.latestOf("gauge");
    }

    private static ApplicationMessage message(String topic, Qos qos) {
        return ApplicationMessage.of(topic, "", qos);
    }

    /** Connects and returns the topics of what leaves then. */
    private static List<String> topicsThatLeave(VirtualClient client, boolean sessionPresent) {
        client.opens();
        client.sent();
        client.sends(ConnAck.accepted(sessionPresent));
        return topics(client.sent());
    }

    private static List<String> topics(List<Packet> packets) {
        return packets.stream()
                .filter(Publish.class::isInstance)
                .map(packet -> ((Publish) packet).message().topicName().toString())
                .toList();
    }

    static Stream<Arguments> versionsAndQos() {
        return Stream.of(ProtocolVersion.values())
                .flatMap(version -> Stream.of(Qos.values()).map(qos -> Arguments.of(version, qos)));
    }

    @Test
    void nothingHappensBeforeTheMonoIsSubscribedAndEachSubscriberPublishesAnew() {
        VirtualClient client = VirtualClient.connected(options -> {});
        var publish = client.client.publish(qos1("a"), PublishWithOptionsTest::withinAMinute);
        assertThat(client.sent()).isEmpty();

        publish.subscribe();
        publish.subscribe();

        assertThat(client.sent()).containsExactly(publish1("a", 1), publish1("a", 2));
    }

    @Test
    void defaultsAreAsWithoutOptions() {
        VirtualClient client = VirtualClient.connected(options -> {});

        publish(client, qos1("a"), options -> {});
        client.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(outcomes()).containsExactly(PublishOutcome.ACKNOWLEDGED);
    }

    // ---- sendWithin

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void whatFindsNoConnectionInTimeIsWithdrawnAndSaysSo(ProtocolVersion version, Qos qos) {
        VirtualClient client = VirtualClient.connected(options -> options.protocolVersion(version));
        client.cuts();
        publish(client, message("late", qos), PublishWithOptionsTest::withinAMinute);

        client.passes(MINUTE.minusMillis(1));
        assertThat(errors).isEmpty();
        client.passes(Duration.ofMillis(1));

        assertThat(errors).singleElement().isInstanceOfSatisfying(NotSentException.class, error -> assertThat(error)
                .hasMessage("the message to late could not be sent within the time of sendWithin()"));
        assertThat(topicsThatLeave(client, false)).isEmpty();
        client.passes(MINUTE);
        assertThat(errors).hasSize(1);
    }

    @Test
    void theTimeRunsBeforeTheFirstConnectToo() {
        VirtualClient client = VirtualClient.create();
        publish(client, qos1("late"), PublishWithOptionsTest::withinAMinute);

        client.passes(MINUTE);

        assertThat(errors).hasExactlyElementsOfTypes(NotSentException.class);
    }

    @Test
    void theTimeRunsFromTheMomentOfAskingOnWhicheverThread() {
        VirtualClient client = VirtualClient.create();
        client.fromAnotherThread(() -> publish(client, qos1("late"), PublishWithOptionsTest::withinAMinute));

        client.passes(MINUTE);

        assertThat(errors).hasExactlyElementsOfTypes(NotSentException.class);
    }

    @Test
    void whatWasSentInTimeHasTimeForItsAcknowledgement() {
        VirtualClient client = VirtualClient.connected(options -> options.keepAlive(Duration.ZERO));
        publish(client, qos1("a"), PublishWithOptionsTest::withinAMinute);

        client.passes(MINUTE.multipliedBy(2));
        client.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(errors).isEmpty();
        assertThat(outcomes()).containsExactly(PublishOutcome.ACKNOWLEDGED);
    }

    @Test
    void theTimeRunsWhileTheStoreOpensAndTheMessageIsNeverStored() {
        GatedStore store = new GatedStore();
        store.hold();
        VirtualClient client = VirtualClient.create(
                options -> options.cleanSession(false).sessionStore(store).queue(queue -> queue.maximumMessages(1)));
        client.client.connect().subscribe();
        publish(client, qos1("late"), options -> options.sendWithin(Duration.ofSeconds(5)));

        client.passes(Duration.ofSeconds(5));
        assertThat(errors).hasExactlyElementsOfTypes(NotSentException.class);

        publish(client, qos1("next"), options -> {}); // there is room for it again
        store.letGo();
        assertThat(topicsThatLeave(client, false)).containsExactly("next");
        assertThat(errors).hasSize(1);
    }

    @Test
    void whatIsSentOnceTheStoreIsOpenHasNoTimerAnyMore() {
        GatedStore store = new GatedStore();
        store.hold();
        VirtualClient client = VirtualClient.create(
                options -> options.cleanSession(false).sessionStore(store).keepAlive(Duration.ZERO));
        client.client.connect().subscribe();
        publish(client, qos2("a"), PublishWithOptionsTest::withinAMinute);
        store.letGo();
        assertThat(topicsThatLeave(client, false)).containsExactly("a");

        client.passes(MINUTE);

        assertThat(errors).isEmpty();
        client.sends(new PubRec(1, ReasonCode.SUCCESS), new PubComp(1, ReasonCode.SUCCESS));
        assertThat(outcomes()).containsExactly(PublishOutcome.ACKNOWLEDGED);
    }

    @Test
    void whatIsCancelledIsNotToldOfItsTime() {
        VirtualClient client = VirtualClient.create();
        client.client
                .publish(qos1("a"), PublishWithOptionsTest::withinAMinute)
                .subscribe(results::add, errors::add)
                .dispose();

        client.passes(MINUTE);

        assertThat(errors).isEmpty();
    }

    @Test
    void aTimeoutOfReactorWithdrawsWhatWasNotSent() {
        VirtualClient client = VirtualClient.create();
        client.client.publish(qos1("late")).timeout(MINUTE, client.scheduler()).subscribe(results::add, errors::add);

        client.passes(MINUTE);

        assertThat(errors).hasSize(1);
        client.client.connect().subscribe();
        assertThat(topicsThatLeave(client, false)).isEmpty();
    }

    @Test
    void aLaterProcessSendsWhatAnEarlierOneLeftWithoutItsTime() {
        Restarts restarts = new Restarts();
        VirtualClient first = restarts.create();
        publish(first, qos1("a"), PublishWithOptionsTest::withinAMinute);

        VirtualClient second = restarts.create();
        second.passes(MINUTE);
        second.client.connect().subscribe();

        assertThat(topicsThatLeave(second, false)).containsExactly("a");
    }

    // ---- ifOffline

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void withoutAConnectionAMessageFailsAtOnceIfItShall(ProtocolVersion version, Qos qos) {
        VirtualClient client = VirtualClient.connected(options -> options.protocolVersion(version));
        client.cuts();

        publish(client, message("a", qos), PublishWithOptionsTest::failing);

        assertThat(errors).hasExactlyElementsOfTypes(NotSentException.class);
        client.passes(Duration.ofSeconds(1));
        assertThat(topicsThatLeave(client, false)).isEmpty();
    }

    @Test
    void withAConnectionItIsSent() {
        VirtualClient client = VirtualClient.connected(options -> {});

        publish(client, qos0("a"), PublishWithOptionsTest::failing);

        assertThat(outcomes()).containsExactly(PublishOutcome.SENT);
    }

    @Test
    void itFailsBeforeTheFirstConnectAndWhileTheStoreOpens() {
        GatedStore store = new GatedStore();
        store.hold();
        VirtualClient client =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(store));

        publish(client, qos1("a"), PublishWithOptionsTest::failing);
        client.client.connect().subscribe();
        publish(client, qos1("b"), PublishWithOptionsTest::failing);

        assertThat(errors).hasExactlyElementsOfTypes(NotSentException.class, NotSentException.class);
    }

    @Test
    void behindADisconnectItFailsAtOnceToo() {
        VirtualClient client = VirtualClient.connected(options -> {});
        client.client.publish(qos1("in flight")).subscribe();
        client.client.disconnect().subscribe();
        client.client.connect().subscribe();
        client.cuts();

        publish(client, qos1("a"), PublishWithOptionsTest::failing);

        assertThat(errors).hasExactlyElementsOfTypes(NotSentException.class);
    }

    // ---- onSessionLoss

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    void aDroppedMessageIsAResultAndNotNothing(ProtocolVersion version) {
        VirtualClient client = VirtualClient.connected(
                options -> options.protocolVersion(version).cleanSession(false));
        publish(client, qos1("dropped"), options -> options.onSessionLoss(SessionLossPolicy.DROP));
        publish(client, qos2("failed"), options -> options.onSessionLoss(SessionLossPolicy.FAIL));
        publish(client, qos1("again"), options -> {});
        client.cuts();
        client.passes(Duration.ofSeconds(1));

        assertThat(topicsThatLeave(client, false)).containsExactly("again");
        assertThat(outcomes()).containsExactly(PublishOutcome.DROPPED);
        assertThat(results.get(0).failure()).isInstanceOf(OutcomeUnknownException.class);
        assertThat(errors).hasExactlyElementsOfTypes(OutcomeUnknownException.class);
    }

    @Test
    void aStreamTellsOfEachMessageThatIsDropped() {
        VirtualClient client = VirtualClient.connected(
                options -> options.session(session -> session.sessionLossPolicy(SessionLossPolicy.DROP)));
        StepVerifier stream = StepVerifier.create(
                        client.client.publish(Flux.just(qos1("a"), qos2("b"))).map(PublishResult::outcome))
                .expectNext(PublishOutcome.DROPPED, PublishOutcome.DROPPED)
                .expectComplete()
                .verifyLater();

        client.cuts();
        client.passes(Duration.ofSeconds(1));
        topicsThatLeave(client, false);

        stream.verify();
    }

    @Test
    void aReceiptTellsThatAMessageIsDropped() {
        VirtualClient client = VirtualClient.connected(
                options -> options.session(session -> session.sessionLossPolicy(SessionLossPolicy.DROP)));
        List<PublishReceipt> receipts = new ArrayList<>();
        client.client.receipts().subscribe(receipts::add);
        client.client.enqueue(qos1("a")).subscribe();

        client.cuts();
        client.passes(Duration.ofSeconds(1));
        topicsThatLeave(client, false);

        assertThat(receipts).extracting(receipt -> receipt.result().outcome()).containsExactly(PublishOutcome.DROPPED);
    }

    // ---- latestOf

    @ParameterizedTest
    @MethodSource("versionsAndQos")
    void anOfflineGaugeKeepsOnlyItsNewestReading(ProtocolVersion version, Qos qos) {
        VirtualClient client = VirtualClient.create(options -> options.protocolVersion(version));
        for (String reading : List.of("17", "18", "19")) {
            publish(client, message(reading, qos), PublishWithOptionsTest::gauge);
        }
        publish(client, message("other", qos), options -> {});

        assertThat(outcomes()).containsExactly(PublishOutcome.DROPPED, PublishOutcome.DROPPED);
        assertThat(results).allSatisfy(result -> assertThat(result.failure()).isInstanceOf(NotSentException.class));
        client.client.connect().subscribe();
        assertThat(topicsThatLeave(client, false)).containsExactly("19", "other");
    }

    @Test
    void aReadingThatIsReplacedInOnNextOfTheOneBeforeIsToldToo() {
        VirtualClient client = VirtualClient.create();
        client.client
                .publish(qos1("17"), PublishWithOptionsTest::gauge)
                .doOnNext(result -> publish(client, qos1("19"), PublishWithOptionsTest::gauge))
                .subscribe(results::add, errors::add);
        publish(client, qos1("18"), PublishWithOptionsTest::gauge);

        assertThat(results)
                .extracting(result -> result.message().topicName().toString())
                .containsExactlyInAnyOrder("17", "18");
        client.client.connect().subscribe();
        assertThat(topicsThatLeave(client, false)).containsExactly("19");
    }

    @Test
    void manyReadingsOfOneGaugeNeedTheRoomOfOne() {
        VirtualClient client = VirtualClient.create(
                options -> options.queue(queue -> queue.maximumMessages(1).whenFull(QueueFullPolicy.FAIL)));
        PublishOptions gauge = PublishOptions.of(options -> options.latestOf("gauge"));
        for (int i = 0; i < 100_000; i++) {
            client.client.publish(qos0("a"), gauge).subscribe(result -> {}, errors::add);
        }

        assertThat(errors).isEmpty();
        assertThat(Objects.requireNonNull(client.client.statistics()).queuedMessages())
                .isEqualTo(1);
    }

    @Test
    void aReadingFromAnotherThreadFindsItsPlaceInAFullQueue() {
        int room = 2_000;
        VirtualClient client = VirtualClient.create(options -> options.queue(queue -> queue.maximumMessages(room)));
        publish(client, qos1("older"), PublishWithOptionsTest::gauge);
        for (int i = 1; i < room; i++) {
            publish(client, qos1("other"), options -> {});
        }

        client.fromAnotherThread(() -> publish(client, qos1("newer"), PublishWithOptionsTest::gauge));

        assertThat(errors).isEmpty();
        assertThat(outcomes()).containsExactly(PublishOutcome.DROPPED);
    }

    @Test
    void theStoreHasTheNewerBeforeItForgetsTheOlderAndALaterProcessSendsTheNewer() {
        GatedStore store = new GatedStore();
        VirtualClient first =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(store));
        publish(first, qos1("older"), PublishWithOptionsTest::gauge);
        store.appends();

        publish(first, qos1("newer"), PublishWithOptionsTest::gauge);
        first.passes(Duration.ofSeconds(1)); // changes that nothing waits for are stored too

        assertThat(store.appends().stream().flatMap(List::stream))
                .hasExactlyElementsOfTypes(OutgoingAccepted.class, OutgoingCompleted.class);
        VirtualClient second =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(store));
        second.client.connect().subscribe();
        assertThat(topicsThatLeave(second, false)).containsExactly("newer");
    }

    // ---- the end

    @Test
    void whatWaitsWhenTheClientDisconnectsIsToldSo() {
        VirtualClient client = VirtualClient.create();
        publish(client, qos1("a"), options -> options.sendWithin(MINUTE).latestOf("gauge"));

        client.client.disconnect().subscribe();
        client.passes(MINUTE);

        assertThat(errors).hasExactlyElementsOfTypes(ClientClosedException.class);
    }

    @Test
    void ofAKeyOnlyTheNewestWaitsForTheStoreToOpen() {
        GatedStore store = new GatedStore();
        store.hold();
        VirtualClient client = VirtualClient.create(options -> options.clientIdentifier("c")
                .cleanSession(false)
                .sessionStore(store)
                .queue(queue -> queue.maximumMessages(1)));
        client.client.connect().subscribe();
        for (int i = 0; i < 3; i++) {
            publish(client, ApplicationMessage.of("g", "" + i, Qos.AT_LEAST_ONCE), options -> options.latestOf("g"));
        }
        assertThat(outcomes()).containsExactly(PublishOutcome.DROPPED, PublishOutcome.DROPPED);
        store.letGo();
        client.passes(Duration.ZERO);
        client.accept(false);

        assertThat(errors).isEmpty();
        client.client.statistics();
        assertThat(results)
                .extracting(result -> result.message().payload().asUtf8())
                .containsExactly("0", "1");
    }
}

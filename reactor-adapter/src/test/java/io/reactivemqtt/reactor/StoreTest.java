package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What leaves waits for what is stored, and a failing store loses nothing. */
class StoreTest {

    private final GatedStore store = new GatedStore();
    private final VirtualClient server = connected();
    private final ReactorMqttClient client = server.client;

    private VirtualClient create() {
        return VirtualClient.create(options ->
                options.cleanSession(false).keepAlive(Duration.ofSeconds(10)).sessionStore(store));
    }

    private VirtualClient connected() {
        VirtualClient virtual = create();
        virtual.client.connect().subscribe();
        virtual.accept(false);
        virtual.events();
        store.appends();
        return virtual;
    }

    /** What a store completes on its own thread reaches the client like this. */
    private void released() {
        server.fromAnotherThread(store::release);
    }

    // ---- order

    @Test
    void publishLeavesOnlyWhenTheStoreHasIt() {
        store.hold();

        client.publish(qos1("a")).subscribe();

        assertThat(server.sent()).isEmpty();
        released();
        assertThat(server.sent()).containsExactly(publish1("a", 1));
    }

    @Test
    void connectLeavesOnlyWhenTheStoreKnowsThatThereMayBeASession() {
        GatedStore other = new GatedStore();
        VirtualClient fresh =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(other));
        fresh.client.connect().subscribe();
        other.hold();

        fresh.opens();

        assertThat(fresh.sent()).isEmpty();
        assertThat(other.appends()).containsExactly(List.of(new ConnectionBegun()));
        fresh.fromAnotherThread(other::release);
        assertThat(fresh.sent()).hasExactlyElementsOfTypes(Connect.class);
    }

    @Test
    void whatPilesUpBehindOneAppendGoesTogetherIntoTheNext() {
        store.hold();
        client.publish(qos1("a")).subscribe();
        client.publish(qos1("b")).subscribe();
        client.publish(qos1("c")).subscribe();
        assertThat(store.waiting()).isEqualTo(1);
        store.appends();

        released();

        assertThat(server.sent()).containsExactly(publish1("a", 1));
        assertThat(store.appends()).singleElement().satisfies(changes -> assertThat(changes)
                .hasExactlyElementsOfTypes(
                        OutgoingAccepted.class,
                        OutgoingAssigned.class,
                        OutgoingAccepted.class,
                        OutgoingAssigned.class));
        released();
        assertThat(server.sent()).containsExactly(publish1("b", 2), publish1("c", 3));
    }

    @Test
    @Spec("MQTT-4.3.3-4")
    void pubRelLeavesOnlyWhenTheStoreHasTheRelease() {
        client.publish(qos2("a")).subscribe();
        server.sent();
        store.hold();

        server.sends(new PubRec(1, ReasonCode.SUCCESS));

        assertThat(server.sent()).isEmpty();
        released();
        assertThat(server.sent()).containsExactly(new PubRel(1, ReasonCode.SUCCESS));
    }

    @Test
    @Spec("MQTT-4.3.3-8")
    void pubRecAndPubCompLeaveOnlyWhenTheStoreHasTheirChange() {
        client.subscribe("a", Qos.EXACTLY_ONCE).subscribe();
        store.hold();
        server.sent();

        server.sends(publish2("a", 7));

        assertThat(server.sent()).isEmpty();
        released();
        assertThat(server.sent()).containsExactly(new PubRec(7, ReasonCode.SUCCESS));
        server.sends(new PubRel(7, ReasonCode.SUCCESS));
        assertThat(server.sent()).isEmpty();
        released();
        assertThat(server.sent()).containsExactly(new PubComp(7, ReasonCode.SUCCESS));
    }

    @Test
    void aPublishWaitsForOneWriteAndNotForTheEndOfTheOneBefore() {
        client.publish(qos1("a")).subscribe();
        server.sent();
        store.appends();

        server.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(store.appends()).as("a completion waits for company").isEmpty();
        client.publish(qos1("b")).subscribe();
        assertThat(store.appends()).singleElement().satisfies(changes -> assertThat(changes)
                .hasExactlyElementsOfTypes(OutgoingCompleted.class, OutgoingAccepted.class, OutgoingAssigned.class));
    }

    @Test
    void aCompletionThatFindsNoCompanyIsStoredSoon() {
        client.publish(qos1("a")).subscribe();
        store.appends();
        server.sends(new PubAck(1, ReasonCode.SUCCESS));

        server.passes(Duration.ofMillis(20));

        assertThat(store.appends()).containsExactly(List.of(new OutgoingCompleted(1)));
    }

    @Test
    @Spec("MQTT-3.1.2-20")
    void pingReqOvertakesASlowStoreAndTheKeepAliveCountsWhatHasLeft() {
        store.hold();
        server.passes(Duration.ofSeconds(5));
        client.publish(qos1("a")).subscribe();

        server.passes(Duration.ofSeconds(5));

        assertThat(server.sent()).containsExactly(PingReq.INSTANCE);
        released();
        assertThat(server.sent()).containsExactly(publish1("a", 1));
    }

    @Test
    void whatWaitsForTheStoreWhenTheConnectionEndsIsNotSentOnTheNext() {
        store.hold();
        client.publish(qos1("a")).subscribe();
        server.random(0);
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.fromAnotherThread(store::letGo);

        server.opens();
        assertThat(server.sent()).hasExactlyElementsOfTypes(Connect.class);
        server.sends(ConnAck.accepted(true));
        assertThat(server.sent()).containsExactly(new Publish(qos1("a"), 1, true));
    }

    @Test
    void disconnectCompletesWhenAllIsStoredAndTheSessionIsGivenUp() {
        store.hold();
        List<String> signals = new ArrayList<>();
        client.disconnect().doOnSuccess(done -> signals.add("done")).subscribe();

        assertThat(signals).isEmpty();
        assertThat(server.hasConnection()).isFalse();
        released();
        assertThat(signals).containsExactly("done");
        assertThat(store.closed()).isEqualTo(1);
    }

    @Test
    void aClientThatDisconnectedGoesOnFromTheStore() {
        client.publish(qos1("a")).subscribe();
        server.cuts();
        client.disconnect().block();

        client.connect().subscribe();
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(true));

        assertThat(store.opened()).isEqualTo(2);
        assertThat(server.sent()).containsExactly(new Publish(qos1("a"), 1, true));
    }

    // ---- opening

    @Test
    void theStoreIsOpenedWhenItIsFirstNeeded() {
        GatedStore other = new GatedStore();
        VirtualClient fresh =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(other));

        assertThat(other.opened()).isZero();

        fresh.client.publish(qos1("a")).subscribe();
        assertThat(other.opened()).isEqualTo(1);
        fresh.client.connect().subscribe();
        assertThat(other.opened()).isEqualTo(1);
    }

    @Test
    void whatIsWishedWhileTheStoreOpensIsDoneInOrder() {
        GatedStore other = new GatedStore();
        other.hold();
        VirtualClient fresh =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(other));
        fresh.client.publish(qos1("a")).subscribe();
        Mono<PublishResult> withdrawn = fresh.client.publish(qos1("b"));
        withdrawn.subscribe().dispose();
        fresh.client.publish(qos1("c")).subscribe();
        fresh.client.connect().subscribe();
        assertThat(fresh.attempts()).isZero();

        fresh.fromAnotherThread(other::letGo);
        fresh.opens();
        fresh.sent();
        fresh.sends(ConnAck.accepted(false));

        assertThat(fresh.sent()).containsExactly(publish1("a", 1), publish1("c", 2));
    }

    @Test
    void aStoreThatCannotBeOpenedFailsWhoeverWaitsAndIsTriedAgain() {
        GatedStore other = new GatedStore();
        other.fail(new StoreException("the disk is gone", null));
        VirtualClient fresh =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(other));

        StepVerifier.create(fresh.client.connect()).verifyErrorMessage("the disk is gone");
        StepVerifier.create(fresh.client.publish(qos1("a"))).verifyError(StoreException.class);
        StepVerifier.create(fresh.client.subscribe("a", Qos.AT_LEAST_ONCE)).verifyError(StoreException.class);
        StepVerifier.create(fresh.client.inspectSession()).verifyError(StoreException.class);
        StepVerifier.create(fresh.client.enqueue(qos1("a"))).verifyError(StoreException.class);
        StepVerifier.create(fresh.client.publish(Flux.just(qos1("a"))))
                .expectNextMatches(result -> result.failure() instanceof StoreException)
                .verifyComplete();

        other.mend();
        fresh.client.connect().subscribe();
        assertThat(fresh.attempts()).isEqualTo(1);
    }

    @Test
    void anErrorThatTheStoreDidNotExplainIsAStoreException() {
        GatedStore other = new GatedStore();
        other.fail(new IllegalStateException("boom"));
        VirtualClient fresh =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(other));

        StepVerifier.create(fresh.client.connect())
                .verifyErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(StoreException.class).hasRootCauseMessage("boom"));
    }

    @Test
    void disconnectDoesNotWaitForAStoreThatDoesNotOpen() {
        GatedStore other = new GatedStore();
        other.hold();
        VirtualClient fresh =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(other));
        List<Throwable> errors = new ArrayList<>();
        fresh.client.connect().subscribe(connAck -> {}, errors::add);

        StepVerifier.create(fresh.client.disconnect()).verifyComplete();

        assertThat(errors).hasExactlyElementsOfTypes(ClientClosedException.class);
    }

    // ---- a failing store

    @Test
    void aFailureOfTheStoreFailsThePublishClosesTheConnectionAndIsTold() {
        store.hold();
        List<Throwable> errors = new ArrayList<>();
        client.publish(qos1("a")).subscribe(result -> {}, errors::add);
        store.fail(new StoreException("the disk is full", null));

        released();

        assertThat(errors).singleElement().isInstanceOf(StoreException.class);
        assertThat(server.sent()).isEmpty();
        assertThat(server.hasConnection()).isFalse();
        assertThat(server.events()).hasAtLeastOneElementOfType(ClientEvent.StoreFailed.class);
    }

    @Test
    @Spec("3.1.1:MQTT-4.8.0-2")
    void aFailureOfTheStoreAcknowledgesNothing() {
        client.subscribe("a", Qos.EXACTLY_ONCE).subscribe();
        server.sent();
        store.hold();
        server.sends(publish2("a", 7));
        store.fail(new StoreException("the disk is full", null));

        released();

        assertThat(server.sent()).isEmpty();
        assertThat(server.hasConnection()).isFalse();
    }

    @Test
    void afterAFailureTheClientRecoversAndGoesOnWithWhatWasDurable() {
        client.publish(qos1("durable")).subscribe();
        assertThat(server.sent()).containsExactly(publish1("durable", 1));
        store.fail(new StoreException("the disk is full", null));
        client.publish(qos1("lost")).subscribe(result -> {}, error -> {});
        assertThat(server.hasConnection()).isFalse();
        store.mend();
        server.random(0);

        server.passes(Duration.ofSeconds(1));
        server.opens();
        assertThat(server.sentConnect().cleanStart()).isFalse();
        server.sends(ConnAck.accepted(true));

        assertThat(server.sent()).containsExactly(new Publish(qos1("durable"), 1, true));
    }

    @Test
    void aStoreThatStaysBrokenIsTriedAgainAndAgain() {
        store.fail(new StoreException("the disk is full", null));
        client.publish(qos1("a")).subscribe(result -> {}, error -> {});
        server.events();

        server.passes(Duration.ofSeconds(1));

        assertThat(server.events())
                .hasAtLeastOneElementOfType(ClientEvent.StoreFailed.class)
                .hasAtLeastOneElementOfType(ClientEvent.ReconnectScheduled.class);
        store.mend();
        server.passes(Duration.ofMinutes(1));
        assertThat(server.hasConnection()).isTrue();
    }

    @Test
    void whoLosesTheSessionToAnotherOwnerStops() {
        VirtualClient second = create();
        second.client.connect().subscribe();
        List<Throwable> errors = new ArrayList<>();

        client.publish(qos1("a")).subscribe(result -> {}, errors::add);

        assertThat(errors).singleElement().isInstanceOf(SessionTakenOverException.class);
        assertThat(server.sent()).isEmpty();
        assertThat(server.hasConnection()).isFalse();
        assertThat(server.events())
                .hasAtLeastOneElementOfType(ClientEvent.StoreFailed.class)
                .hasAtLeastOneElementOfType(ClientEvent.ReconnectStopped.class);
        server.passes(Duration.ofMinutes(10));
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void whoIsToldOfAnotherOwnerStopsAtOnce() {
        store.tellOfAnotherOwner();

        assertThat(server.hasConnection()).isFalse();
        assertThat(server.events())
                .hasAtLeastOneElementOfType(ClientEvent.StoreFailed.class)
                .hasAtLeastOneElementOfType(ClientEvent.ReconnectStopped.class);
        StepVerifier.create(client.publish(qos1("a"))).verifyError(SessionTakenOverException.class);
        server.passes(Duration.ofMinutes(10));
        assertThat(server.attempts()).isEqualTo(1);
        client.connect().subscribe();
        assertThat(server.attempts()).as("it was wished back").isEqualTo(2);
    }

    @Test
    void aStoreThatCannotSayWhoOwnsASessionStopsNobody() {
        store.losesSightOfOwners();

        client.publish(qos1("a")).subscribe();

        assertThat(server.sent()).containsExactly(publish1("a", 1));
    }

    @Test
    void whoHasGivenASessionUpDoesNotAskWhoOwnsIt() {
        assertThat(store.isWatchedForOwners()).isTrue();

        client.disconnect().subscribe();
        server.passes(Duration.ofSeconds(30));

        assertThat(store.isWatchedForOwners()).isFalse();
    }

    @Test
    void clientsOfOtherNamespacesShareAStoreAndAClientIdentifier() {
        VirtualClient second = VirtualClient.create(
                options -> options.cleanSession(false).sessionStore(store).sessionNamespace("another Server"));
        second.client.connect().subscribe();
        second.accept(false);

        client.publish(qos1("a")).subscribe();
        second.client.publish(qos1("b")).subscribe();

        assertThat(server.sent()).containsExactly(publish1("a", 1));
        assertThat(second.sent()).endsWith(publish1("b", 1));
    }

    @Test
    void whoWasTakenOverTakesTheSessionBackOnlyByAConnect() {
        VirtualClient second = create();
        second.client.connect().subscribe();
        client.publish(qos1("a")).subscribe(result -> {}, error -> {});
        int opened = store.opened();

        StepVerifier.create(client.publish(qos1("b"))).verifyError(SessionTakenOverException.class);
        StepVerifier.create(client.enqueue(qos1("c"))).verifyError(SessionTakenOverException.class);
        assertThat(store.opened()).isEqualTo(opened);

        client.connect().subscribe();
        assertThat(store.opened()).isEqualTo(opened + 1);
    }

    @Test
    void asMuchWaitsForTheStoreToOpenAsMayWaitToBeSent() {
        GatedStore other = new GatedStore();
        other.hold();
        VirtualClient fresh = VirtualClient.create(
                options -> options.cleanSession(false).sessionStore(other).queue(queue -> queue.maximumMessages(2)));
        fresh.client.publish(qos1("a")).subscribe();
        fresh.client.publish(qos1("b")).subscribe();

        StepVerifier.create(fresh.client.publish(qos1("c"))).verifyError(QueueFullException.class);
    }

    @Test
    void everythingElseGoesOnWhileTheStoreIsSlow() {
        store.hold();
        client.publish(qos1("a")).subscribe();
        List<String> received = new ArrayList<>();
        client.subscribe("b", Qos.AT_MOST_ONCE)
                .subscribe(message -> received.add(message.topicName().toString()));

        server.sends(Messages.publish0("b"));

        assertThat(received).containsExactly("b");
    }

    @Test
    void aStreamThatIsPublishedWithoutAConnectionEndsWhenTheStoreFails() {
        GatedStore other = new GatedStore();
        other.fail(new StoreException("the disk is full", null));
        VirtualClient fresh =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(other));

        StepVerifier.create(fresh.client
                        .publish(Flux.range(0, 100_000).map(i -> qos1("a")))
                        .count()
                        .onErrorResume(StoreException.class, failure -> Mono.just(-1L)))
                .expectNext(-1L)
                .verifyComplete();
        assertThat(fresh.attempts()).isZero();
    }

    @Test
    void cleanStartKeepsWhatThisClientAcceptedAlsoWhenTheStoreFailedMeanwhile() {
        GatedStore other = new GatedStore();
        VirtualClient fresh = VirtualClient.create(options -> options.cleanStart(true)
                .sessionExpiryInterval(Duration.ofHours(1))
                .sessionStore(other));
        fresh.client.enqueue(qos1("own")).block();
        other.fail(new StoreException("the disk is full", null));
        fresh.client.enqueue(qos1("failed")).subscribe(key -> {}, error -> {});
        other.mend();

        fresh.client.connect().subscribe();
        fresh.opens();
        fresh.sent();
        fresh.sends(ConnAck.accepted(false));

        assertThat(fresh.sent()).containsExactly(publish1("own", 1));
    }
}

package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A store that fails, is slow or is lost at the worst moment: nobody waits for ever, and nothing is told that is not so. */
class StoreFailureTest {

    private final GatedStore store = new GatedStore();
    private VirtualClient server = connected();
    private ReactorMqttClient client = server.client;
    private final List<String> signals = new ArrayList<>();

    private VirtualClient create() {
        return VirtualClient.create(
                options -> options.cleanSession(false).keepAlive(Duration.ZERO).sessionStore(store));
    }

    private VirtualClient connected() {
        VirtualClient virtual = create();
        virtual.client.connect().subscribe();
        virtual.accept(false);
        virtual.events();
        store.appends();
        return virtual;
    }

    /** Goes on with a client that was never connected. */
    private void startsAnew() {
        client.disconnect().block();
        server = create();
        client = server.client;
    }

    private void fails() {
        store.fail(new StoreException("the disk is full", null));
    }

    private void disconnects() {
        client.disconnect()
                .subscribe(
                        done -> {},
                        error -> signals.add("disconnect failed: " + error),
                        () -> signals.add("disconnected"));
    }

    private void subscribes(String topicFilter) {
        client.subscribe(topicFilter, Qos.EXACTLY_ONCE)
                .subscribe(
                        message -> signals.add("received " + message.topicName()),
                        error -> signals.add(
                                "subscriber failed: " + error.getClass().getSimpleName()),
                        () -> signals.add("subscriber completed"));
    }

    private void reconnects(boolean sessionPresent) {
        server.passes(Duration.ofMinutes(5));
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(sessionPresent));
    }

    // ---- disconnecting

    @Test
    void disconnectCompletesAlthoughTheStoreFailsWithTheEndOfTheConnection() {
        subscribes("a");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        fails();

        disconnects();

        assertThat(signals).containsExactly("subscriber completed", "disconnected");
    }

    @Test
    void disconnectCompletesAlthoughAnotherOwnerHasTakenTheSessionOver() {
        subscribes("a");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        create().client.connect().subscribe();

        disconnects();

        assertThat(signals).containsExactly("subscriber completed", "disconnected");
        client.connect().subscribe();
        assertThat(server.attempts()).isEqualTo(2);
    }

    @Test
    void disconnectCompletesAlthoughTheStoreFailsWhileMessagesAreOnTheirWay() {
        store.hold();
        client.publish(qos1("a")).subscribe(result -> {}, error -> signals.add("publish failed"));
        disconnects();
        fails();

        server.fromAnotherThread(store::letGo);

        assertThat(signals).contains("publish failed", "disconnected").hasSize(2);
        assertThat(server.hasConnection()).isFalse();
        server.passes(Duration.ofMinutes(10));
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void disconnectCompletesAlthoughTheStoreFailsWithTheLastCompletion() {
        startsAnew();
        client.enqueue(expiring(1)).block();
        server.passes(Duration.ofSeconds(1)); // expires: the completion waits for company
        fails();

        disconnects();

        assertThat(signals).containsExactly("disconnected");
        store.mend();
        client.connect().subscribe();
        assertThat(server.hasConnection()).isTrue();
    }

    @Test
    void theLastWishIsDoneIfItIsToDisconnect() {
        startsAnew();
        client.publish(expiring(1)).onErrorComplete().subscribe();
        server.passes(Duration.ofSeconds(1)); // expires: the completion waits for company
        store.hold();
        disconnects(); // waits for the completion to be stored
        client.connect().subscribe(connAck -> {}, error -> signals.add("connect failed"));
        disconnects();
        assertThat(signals).containsExactly("connect failed");

        server.fromAnotherThread(store::letGo);

        assertThat(signals).containsExactly("connect failed", "disconnected", "disconnected");
        assertThat(server.attempts()).isZero();
    }

    private static ApplicationMessage expiring(int seconds) {
        return ApplicationMessage.to("a")
                .qos(Qos.AT_LEAST_ONCE)
                .messageExpiryInterval(Duration.ofSeconds(seconds))
                .build();
    }

    @Test
    void aSubscriberThatWaitsForTheStoreCompletesAtADisconnect() {
        startsAnew();
        store.hold();
        subscribes("a");

        disconnects();

        assertThat(signals).containsExactlyInAnyOrder("subscriber completed", "disconnected");
    }

    @Test
    void aDisconnectWhileTheStoreOpensForAReconnectIsNoFailureOfTheStore() {
        fails();
        client.publish(qos1("a")).subscribe(result -> {}, error -> {});
        store.mend();
        store.hold();
        server.passes(Duration.ofSeconds(1));
        server.events();

        disconnects();

        assertThat(signals).containsExactly("disconnected");
        assertThat(server.events()).doesNotHaveAnyElementsOfTypes(ClientEvent.StoreFailed.class);
    }

    // ---- trying again at once

    @Test
    void enqueueTriedAgainAtOnceAfterAFailureIsStored() {
        store.hold();
        client.enqueue(qos1("a"))
                .retry(1)
                .subscribe(key -> signals.add("stored"), error -> signals.add("failed: " + error));
        fails();
        server.fromAnotherThread(() -> {
            store.release();
            store.mend();
        });

        server.fromAnotherThread(store::letGo);

        assertThat(signals).containsExactly("stored");
    }

    @Test
    void aStreamOfMessagesWaitsForABrokenStoreAndIsNotUsedUp() {
        AtomicInteger taken = new AtomicInteger();
        List<PublishResult> results = new ArrayList<>();
        client.publish(Flux.range(0, 100_000).map(i -> {
                    taken.incrementAndGet();
                    return qos1("a");
                }))
                .subscribe(results::add);
        fails();
        int before = taken.get();

        server.sends(new PubAck(1, ReasonCode.SUCCESS));
        server.passes(Duration.ofSeconds(10));

        assertThat(taken.get()).isLessThan(before + 2_000);
    }

    @Test
    void aStreamOfMessagesGoesOnWhenTheStoreIsMended() {
        List<PublishResult> results = new ArrayList<>();
        Sinks.Many<ApplicationMessage> source = Sinks.many().unicast().onBackpressureBuffer();
        client.publish(source.asFlux()).subscribe(results::add);
        fails();
        source.tryEmitNext(qos1("a"));
        store.mend();
        source.tryEmitNext(qos1("b"));

        reconnects(true);

        assertThat(server.sent()).contains(publish1("b", 1));
        server.sends(new PubAck(1, ReasonCode.SUCCESS));
        source.tryEmitNext(qos1("c"));
        server.sends(new PubAck(2, ReasonCode.SUCCESS));
        assertThat(results).extracting(PublishResult::isSuccess).containsExactly(false, true, true);
    }

    @Test
    void twoStreamsShareTheRoomInTheQueue() {
        VirtualClient fresh = VirtualClient.create(options -> options.queue(queue -> queue.maximumMessages(100)));
        List<PublishResult> results = new ArrayList<>();
        fresh.client.publish(Flux.range(0, 1_000).map(i -> qos1("a"))).subscribe(results::add);

        fresh.client.publish(Flux.range(0, 1_000).map(i -> qos1("b"))).subscribe(results::add);

        assertThat(results).isEmpty();
    }

    @Test
    void streamsShareTheRoomInTheQueueWhileTheStoreOpens() {
        GatedStore slow = new GatedStore();
        slow.hold();
        VirtualClient fresh = VirtualClient.create(
                options -> options.cleanSession(false).sessionStore(slow).queue(queue -> queue.maximumMessages(100)));
        List<PublishResult> results = new ArrayList<>();
        fresh.client.publish(Flux.range(0, 1_000).map(i -> qos1("a"))).subscribe(results::add);

        fresh.client.publish(Flux.range(0, 1_000).map(i -> qos1("b"))).subscribe(results::add);

        assertThat(results).isEmpty();
    }

    // ---- subscribers

    @Test
    void aSubscriberGoesOnAfterAFailureOfTheStore() {
        subscribes("a");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        fails();
        client.publish(qos1("x")).subscribe(result -> {}, error -> {});
        store.mend();

        reconnects(true);
        server.sends(publish2("a", 3));

        assertThat(signals).containsExactly("received a");
    }

    @Test
    void aSubscriberGoesOnAlthoughTheStoreFailedWithoutAConnectionAndTheSessionEndsWithIt() {
        GatedStore otherStore = new GatedStore();
        VirtualClient other = VirtualClient.create(options -> options.sessionExpiryInterval(Duration.ofHours(1))
                .keepAlive(Duration.ZERO)
                .sessionStore(otherStore));
        other.client.connect().subscribe();
        other.accept(false);
        List<String> received = new ArrayList<>();
        other.client
                .subscribe("a", Qos.AT_LEAST_ONCE)
                .subscribe(
                        message -> received.add("received"),
                        error -> received.add("failed"),
                        () -> received.add("completed"));
        other.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        other.cuts();
        otherStore.fail(new StoreException("the disk is full", null));
        other.client.publish(qos1("x")).subscribe(result -> {}, error -> {});
        otherStore.mend();

        other.passes(Duration.ofMinutes(5));
        other.opens();
        other.sent();
        other.sends(ConnAck.accepted(false));

        assertThat(other.sent()).hasAtLeastOneElementOfType(Subscribe.class);
    }

    @Test
    void whatWasEnqueuedIsNotGivenUpBecauseTheStoreFailedWithoutAConnection() {
        GatedStore otherStore = new GatedStore();
        VirtualClient other = VirtualClient.create(options -> options.sessionExpiryInterval(Duration.ofHours(1))
                .keepAlive(Duration.ZERO)
                .sessionStore(otherStore));
        other.client.connect().subscribe();
        other.accept(false);
        other.cuts();
        List<PublishReceipt> receipts = new ArrayList<>();
        other.client.receipts().subscribe(receipts::add);
        other.client.enqueue(qos1("kept")).subscribe();
        otherStore.fail(new StoreException("the disk is full", null));
        other.client.publish(qos1("x")).subscribe(result -> {}, error -> {});
        otherStore.mend();

        other.passes(Duration.ofMinutes(5));
        other.opens();
        other.sent();
        other.sends(ConnAck.accepted(false));

        assertThat(receipts).isEmpty();
        assertThat(other.sent()).containsExactly(publish1("kept", 1));
    }

    @Test
    void aHeldMessageComesOnceAfterADisconnectAndAConnect() {
        subscribes("a");
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        client.disconnect().block();
        client.connect().subscribe();
        server.opens();
        server.sends(ConnAck.accepted(true), publish2("a", 9)); // nobody is there: held
        client.disconnect().block();
        client.connect().subscribe();
        server.opens();
        server.sends(ConnAck.accepted(true), new Publish(qos2("a"), 9, true));
        signals.clear();

        subscribes("a");

        assertThat(signals).containsExactly("received a");
    }

    // ---- a store that does not open at first

    private VirtualClient connecting(GatedStore into, Consumer<ReconnectPolicy.Builder> policy) {
        VirtualClient fresh = VirtualClient.create(
                options -> options.cleanSession(false).sessionStore(into).reconnect(policy));
        connects(fresh);
        return fresh;
    }

    private Disposable connects(VirtualClient fresh) {
        return fresh.client
                .connect()
                .subscribe(
                        connected -> signals.add("connected"),
                        error -> signals.add(
                                "connect failed: " + error.getClass().getSimpleName()));
    }

    private static GatedStore broken() {
        GatedStore broken = new GatedStore();
        broken.fail(new StoreException("the disk is full", null));
        return broken;
    }

    @Test
    void byDefaultConnectFailsWithAStoreThatDoesNotOpen() {
        VirtualClient fresh = connecting(broken(), policy -> {});
        assertThat(signals).containsExactly("connect failed: StoreException");
        fresh.passes(Duration.ofHours(1));
        assertThat(fresh.attempts()).isZero();
    }

    @Test
    void aStoreThatDoesNotOpenIsTriedAgainWhereTheFirstAttemptIs() {
        GatedStore broken = broken();
        VirtualClient fresh = connecting(broken, policy -> policy.retryFirst(true));
        connects(fresh);
        for (int i = 0; i < 3; i++) {
            assertThat(fresh.client.state().status()).isEqualTo(Status.WAITING);
            assertThat(fresh.client.state().cause()).isInstanceOf(StoreException.class);
            fresh.passes(Duration.ofMinutes(1));
        }
        assertThat(signals).isEmpty();
        assertThat(fresh.attempts()).isZero();
        broken.mend();
        fresh.passes(Duration.ofMinutes(2));
        fresh.accept(false);
        assertThat(signals).containsExactly("connected", "connected");
        assertThat(fresh.events().stream().filter(ClientEvent.StoreFailed.class::isInstance))
                .isNotEmpty();
    }

    @Test
    void theAttemptsToOpenAStoreAreBounded() {
        VirtualClient fresh =
                connecting(broken(), policy -> policy.retryFirst(true).maxAttempts(2));
        fresh.passes(Duration.ofMillis(500));
        assertThat(signals).isEmpty();
        fresh.passes(Duration.ofSeconds(1));
        assertThat(signals).containsExactly("connect failed: StoreException");
        assertThat(fresh.client.state().status()).isEqualTo(Status.STOPPED);
    }

    @Test
    void aStoreThatDoesNotOpenIsNotTriedAgainWhereThePolicyDoesNotWantIt() {
        connecting(broken(), policy -> policy.retryFirst(true).retryOn(cause -> !(cause instanceof StoreException)));
        assertThat(signals).containsExactly("connect failed: StoreException");
    }

    @Test
    void aSessionThatAnotherOwnerTakesWhileItIsOpenedIsNotTakenBack() {
        GatedStore taken = new GatedStore();
        taken.fail(new SessionTakenOverException("c"));
        VirtualClient fresh = connecting(taken, policy -> policy.retryFirst(true));
        assertThat(signals).containsExactly("connect failed: SessionTakenOverException");
        taken.mend();
        fresh.passes(Duration.ofHours(1));
        assertThat(fresh.attempts()).isZero();
    }

    @Test
    void disconnectEndsTheWaitForAStore() {
        GatedStore broken = broken();
        VirtualClient fresh = connecting(broken, policy -> policy.retryFirst(true));
        fresh.client.disconnect().subscribe();
        assertThat(signals).containsExactly("connect failed: ClientClosedException");
        broken.mend();
        fresh.passes(Duration.ofHours(1));
        assertThat(fresh.attempts()).isZero();
        connects(fresh);
        fresh.accept(false);
        assertThat(signals).endsWith("connected");
    }

    @Test
    void aStoreThatDoesNotOpenAfterADisconnectIsTriedAgainToo() {
        GatedStore broken = new GatedStore();
        VirtualClient fresh = connecting(broken, policy -> policy.retryFirst(true));
        fresh.accept(false);
        fresh.client.disconnect().subscribe();
        broken.fail(new StoreException("the disk is full", null));
        connects(fresh);
        broken.mend();
        fresh.passes(Duration.ofMinutes(1));
        fresh.accept(true);
        assertThat(signals).containsExactly("connected", "connected");
    }

    @Test
    void whoCancelsTheWaitForAStoreEndsIt() {
        GatedStore broken = broken();
        VirtualClient fresh = VirtualClient.create(options ->
                options.cleanSession(false).sessionStore(broken).reconnect(policy -> policy.retryFirst(true)));
        connects(fresh).dispose();
        fresh.passes(Duration.ZERO);
        assertThat(fresh.client.state().status()).isEqualTo(Status.STOPPED);
        broken.mend();
        fresh.passes(Duration.ofHours(1));
        assertThat(fresh.attempts()).isZero();
    }

    @Test
    void whoWaitsForAStoreBesideAReconnectMayGoWithoutEndingIt() {
        GatedStore breaking = new GatedStore();
        VirtualClient fresh = connecting(breaking, policy -> policy.retryFirst(true));
        fresh.accept(false);
        breaking.fail(new StoreException("the disk is full", null));
        fresh.client.publish(qos1("a")).subscribe();
        connects(fresh).dispose();
        fresh.passes(Duration.ZERO);
        assertThat(fresh.client.state().status()).isEqualTo(Status.WAITING);
        connects(fresh);
        breaking.mend();
        fresh.passes(Duration.ofMinutes(5));
        fresh.accept(true);
        assertThat(signals).containsExactly("connected", "connected");
    }

    /** Has lost a connection once already, and makes another. */
    private VirtualClient reconnecting(GatedStore into) {
        VirtualClient fresh = VirtualClient.create(options ->
                options.servers("mqtt://a", "mqtt://b").cleanSession(false).sessionStore(into));
        connects(fresh);
        fresh.accept(false);
        fresh.cuts();
        fresh.passes(Duration.ofSeconds(1));
        fresh.opens();
        return fresh;
    }

    private static void breaks(GatedStore breaking, VirtualClient fresh) {
        breaking.fail(new StoreException("the disk is full", null));
        fresh.client.publish(qos1("a")).subscribe();
        fresh.passes(Duration.ofSeconds(5));
        assertThat(fresh.attempts()).isEqualTo(2); // without its state there is no Session to go on with
        breaking.mend();
        fresh.passes(Duration.ofMinutes(5));
        assertThat(fresh.attempts()).isEqualTo(3);
        assertThat(fresh.client.state().server()).hasHost("a");
    }

    @Test
    void aStoreThatIsBrokenIsNoReasonToTryTheNextServer() {
        GatedStore breaking = new GatedStore();
        VirtualClient fresh = reconnecting(breaking);
        fresh.sends(ConnAck.accepted(true));
        breaks(breaking, fresh);
    }

    @Test
    void aStoreThatBreaksDuringAnAttemptIsNoReasonEither() {
        GatedStore breaking = new GatedStore();
        breaks(breaking, reconnecting(breaking));
    }

    // ---- recovery

    /** Recovers what the test emits, when it does. */
    private static final class SlowStore implements SessionStore, SessionLog {
        Sinks.Many<SessionChange> recovered = Sinks.many().unicast().onBackpressureBuffer();
        final List<SessionChange> appended = new ArrayList<>();

        @Override
        public Publisher<SessionLog> open(SessionKey key) {
            return Mono.just(this);
        }

        @Override
        public Publisher<SessionChange> recover() {
            return recovered.asFlux();
        }

        @Override
        public Publisher<Void> append(List<SessionChange> changes) {
            return Mono.fromRunnable(() -> appended.addAll(changes));
        }

        @Override
        public Publisher<Void> close() {
            return Mono.empty();
        }
    }

    @Test
    void aMessageThatHasExpiredIsNotGivenUpBeforeAllIsRecovered() {
        SlowStore slow = new SlowStore();
        VirtualClient fresh =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(slow));
        List<PublishReceipt> receipts = new ArrayList<>();
        fresh.client.receipts().subscribe(receipts::add);
        fresh.client.connect().subscribe(connAck -> {}, error -> signals.add("failed: " + error));
        slow.recovered.tryEmitNext(new OutgoingAccepted(1, expiring(1), fresh.epochMillis() - 2_000));
        fresh.passes(Duration.ofSeconds(1));

        assertThat(receipts).isEmpty();
        slow.recovered.tryEmitNext(new OutgoingAssigned(1, 1));
        slow.recovered.tryEmitComplete();

        assertThat(signals).isEmpty();
        assertThat(fresh.attempts()).isEqualTo(1);
    }

    @Test
    void whatWasHalfRecoveredIsNotTold() {
        SlowStore slow = new SlowStore();
        VirtualClient fresh = VirtualClient.create(
                options -> options.sessionExpiryInterval(Duration.ofHours(1)).sessionStore(slow));
        List<PublishReceipt> receipts = new ArrayList<>();
        fresh.client.receipts().subscribe(receipts::add);
        fresh.client.connect().subscribe(connAck -> {}, error -> signals.add("failed"));
        slow.recovered.tryEmitNext(new OutgoingAccepted(1, expiring(60), fresh.epochMillis()));
        slow.recovered.tryEmitError(new StoreException("the disk is gone", null));

        fresh.passes(Duration.ofMinutes(2));

        assertThat(signals).containsExactly("failed");
        assertThat(receipts).isEmpty();
    }

    @Test
    void aRestoreThatTheStoreDoesNotTakeLeavesTheClientAsItWas() {
        String json = Restarts.get(client.saveSession());
        GatedStore otherStore = new GatedStore();
        VirtualClient other = VirtualClient.create(options -> options.cleanStart(true)
                .sessionExpiryInterval(Duration.ofHours(1))
                .sessionStore(otherStore));
        other.client.inspectSession().block();
        otherStore.fail(new StoreException("the disk is full", null));
        other.restores(json, error -> signals.add("restore failed"));
        otherStore.mend();

        other.client.connect().subscribe();
        other.opens();

        assertThat(signals).containsExactly("restore failed");
        assertThat(other.sentConnect().cleanStart()).isTrue();
    }

    // ---- many

    @Test
    void aHundredThousandAreEnqueuedOneAfterTheOther() {
        Restarts restarts = new Restarts();
        VirtualClient fresh = restarts.create(options -> options.queue(queue -> queue.maximumMessages(200_000)));
        AtomicInteger stored = new AtomicInteger();

        Flux.range(0, 100_000)
                .concatMap(i -> fresh.client.enqueue(qos1("a")))
                .subscribe(key -> stored.incrementAndGet());
        fresh.passes(Duration.ZERO);

        assertThat(stored.get()).isEqualTo(100_000);
    }
}

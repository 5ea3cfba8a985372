package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.OutboxMessage;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutboxTaken;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.SessionBegun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Handlers that work in transactions of the client's store, and messages that transactions leave for the Session. */
class TransactionsTest {

    private final SharingStore store = new SharingStore();
    private final VirtualClient server =
            VirtualClient.connected(options -> options.cleanSession(false).sessionStore(store));
    private final Handlers handlers = new Handlers();

    private void consumes() {
        consumes(options -> {});
    }

    private void consumes(Consumer<ConsumeOptions.Builder> more) {
        server.client
                .consume(
                        options -> {
                            more.accept(
                                    options.filter("#").qos(Qos.EXACTLY_ONCE).concurrency(4));
                            return options.in(store);
                        },
                        (message, connection) -> {
                            assertThat(connection).isEqualTo(SharingStore.CONNECTION);
                            return handlers.begin(message);
                        })
                .onErrorComplete()
                .subscribe();
        server.grants();
    }

    private static Publish message(Qos qos, String name, int identifier) {
        return new Publish(ApplicationMessage.of("topic/" + name, name, qos), identifier, false);
    }

    private List<Class<?>> kinds() {
        List<Class<?>> kinds = new ArrayList<>();
        store.appends.forEach(append -> append.forEach(change -> kinds.add(change.getClass())));
        store.appends.clear();
        return kinds;
    }

    // ---- the inbox

    @Test
    void aMessageIsAcknowledgedWhenItsTransactionIsCommitted() {
        consumes();
        server.sends(message(Qos.EXACTLY_ONCE, "a", 7));
        assertThat(handlers.begun()).containsExactly("a");
        assertThat(server.acknowledged()).isEmpty();
        handlers.succeeds("a");
        assertThat(store.processed).containsExactly(7);
        assertThat(server.acknowledged()).containsExactly(7);
    }

    @Test
    void whatAnEarlierTransactionHasCommittedIsAcknowledgedWithoutTheHandler() {
        store.processed.add(7);
        consumes();
        server.sends(message(Qos.EXACTLY_ONCE, "a", 7), message(Qos.EXACTLY_ONCE, "b", 8));
        assertThat(handlers.begun()).containsExactly("b");
        handlers.succeeds("b");
        assertThat(server.acknowledged()).containsExactly(7, 8);
    }

    @Test
    void aQos1MessageHasNoIdentifierThatLasts() {
        store.processed.add(7);
        consumes();
        server.sends(message(Qos.AT_LEAST_ONCE, "a", 7));
        assertThat(handlers.begun()).containsExactly("a");
        assertThat(store.begun).containsExactly(Set.of());
    }

    @Test
    void aBatchIsOneTransactionOfThoseThatAreLeft() {
        store.processed.add(2);
        server.client
                .consumeBatches(
                        options -> options.filter("#")
                                .qos(Qos.EXACTLY_ONCE)
                                .upTo(3, Duration.ofSeconds(1))
                                .in(store),
                        (messages, connection) -> handlers.begin(messages))
                .subscribe();
        server.grants();
        server.sends(
                message(Qos.EXACTLY_ONCE, "a", 1),
                message(Qos.EXACTLY_ONCE, "b", 2),
                message(Qos.EXACTLY_ONCE, "c", 3));
        assertThat(handlers.begun()).containsExactly("a c");
        assertThat(store.begun).containsExactly(Set.of(1, 2, 3));
    }

    @Test
    void aNewSessionIsToldToTheStoreBeforeAnyHandlerBegins() {
        consumes();
        assertThat(kinds()).contains(SessionBegun.class);
        server.cuts();
        server.passes(Duration.ofMinutes(1));
        server.opens();
        store.kept.hold();
        server.sends(ConnAck.accepted(false));
        server.sends(message(Qos.EXACTLY_ONCE, "a", 7));
        assertThat(store.begun).isEmpty();
        assertThat(kinds()).contains(SessionBegun.class);
        server.fromAnotherThread(store.kept::letGo);
        assertThat(handlers.begun()).containsExactly("a");
    }

    @Test
    void aSessionThatIsResumedIsNotToldAsNew() {
        consumes();
        kinds();
        server.cuts();
        server.passes(Duration.ofMinutes(1));
        server.accept(true);
        server.passes(Duration.ofSeconds(1));
        assertThat(kinds()).doesNotContain(SessionBegun.class);
    }

    @Test
    void ofAMessageWhoseSessionIsLostNothingIsMarked() {
        consumes(options -> options.onFailure(FailurePolicy.retry(1, attempt -> Duration.ofMinutes(2))));
        server.sends(message(Qos.EXACTLY_ONCE, "a", 7));
        handlers.fails("a");
        store.begun.clear();
        server.cuts();
        server.passes(Duration.ofMinutes(1));
        server.accept(false);
        server.passes(Duration.ofMinutes(2));
        assertThat(store.begun).containsExactly(Set.of());
    }

    @Test
    void whatComesAgainAfterAFailureOfTheStoreIsProcessedThenAndNotBefore() {
        consumes(options -> options.onFailure(FailurePolicy.retry(attempt -> Duration.ofSeconds(1))));
        server.sends(message(Qos.EXACTLY_ONCE, "a", 7));
        handlers.fails("a");
        assertThat(handlers.begun()).containsExactly("a");
        store.kept.fail(new IllegalStateException("gone"));
        server.client.enqueue(outgoing(1).message()).onErrorComplete().subscribe();
        server.passes(Duration.ofSeconds(5));
        store.kept.mend();
        server.passes(Duration.ofMinutes(2));
        server.opens();
        server.passes(Duration.ofSeconds(5)); // recovered, and the Server has not answered yet
        assertThat(handlers.begun()).isEmpty();
        server.sends(ConnAck.accepted(true), message(Qos.EXACTLY_ONCE, "a", 7));
        assertThat(handlers.begun()).containsExactly("a");
        assertThat(store.begun.get(store.begun.size() - 1)).containsExactly(7);
    }

    @Test
    void aRefusedMessageLeavesNoMarkBehind() {
        consumes(options -> options.onFailure(FailurePolicy.refuse(ReasonCode.NOT_AUTHORIZED)));
        server.sends(message(Qos.EXACTLY_ONCE, "a", 7));
        kinds();
        handlers.fails("a");
        assertThat(store.appends.stream().flatMap(List::stream))
                .containsSubsequence(new IncomingProcessed(7), new IncomingReleased(7));
        assertThat(store.appends).hasSizeGreaterThan(1); // one after the other, or the second would be all that is left
        assertThat(server.sent()).hasAtLeastOneElementOfType(PubRec.class);
    }

    @Test
    void aHandlerThatHandsBackByItselfFails() {
        List<Throwable> failures = new ArrayList<>();
        server.client
                .consume(
                        options -> options.filter("#").qos(Qos.EXACTLY_ONCE).in(store),
                        (message, connection) -> Mono.fromRunnable(message::handBack))
                .subscribe(nothing -> {}, failures::add);
        server.grants();
        server.sends(message(Qos.EXACTLY_ONCE, "a", 7));
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(store.processed).isEmpty();
    }

    @Test
    void aMessageThatIsAnotherSubscribersTooIsNotProcessedInATransaction() {
        List<Throwable> failures = new ArrayList<>();
        server.client
                .consume(
                        options ->
                                options.filter("topic/#").qos(Qos.EXACTLY_ONCE).in(store),
                        (message, connection) -> handlers.begin(message))
                .subscribe(nothing -> {}, failures::add);
        server.client
                .consume(options -> options.filter("topic/+").qos(Qos.EXACTLY_ONCE), handlers::begin)
                .subscribe();
        server.grants();
        server.sends(message(Qos.EXACTLY_ONCE, "a", 7));
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(store.processed).isEmpty();
    }

    @Test
    void transactionsOfAnotherStoreAreRefused() {
        VirtualClient other =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(new InMemorySessionStore()));
        ConsumeOptions.InTransaction<String> options =
                ConsumeOptions.of("#", Qos.EXACTLY_ONCE).in(store);
        assertThatThrownBy(() -> other.client.consume(options, (message, connection) -> Mono.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the client's own session store alone, which is another one");
        assertThatThrownBy(() -> VirtualClient.create().client.consume(options, (message, connection) -> Mono.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none");
    }

    // ---- the owner

    private VirtualClient thatHasFailed(GatedStore failing) {
        VirtualClient client =
                VirtualClient.connected(options -> options.cleanSession(false).sessionStore(failing));
        failing.fail(new IllegalStateException("who knows"));
        client.client.enqueue(outgoing(1).message()).onErrorComplete().subscribe();
        client.passes(Duration.ofSeconds(1));
        failing.mend();
        return client;
    }

    @Test
    void afterAFailureTheSessionIsOpenedAgainByTheOwnerThatItHad() {
        GatedStore failing = new GatedStore();
        VirtualClient client = thatHasFailed(failing);
        client.passes(Duration.ofMinutes(1));
        client.accept(true);
        assertThat(failing.reopened()).isPositive();
        assertThat(client.client.state().isConnected()).isTrue();
    }

    @Test
    void whatAnotherHasOpenedMeanwhileIsTakenBackOnlyIfThatIsWished() {
        GatedStore failing = new GatedStore();
        failing.isOpenedByAnother();
        VirtualClient client = thatHasFailed(failing);
        client.passes(Duration.ofMinutes(1));
        assertThat(client.client.state().status()).isEqualTo(ClientState.Status.STOPPED);
        client.client.connect().subscribe();
        client.accept(true);
        assertThat(client.client.state().isConnected()).isTrue();
    }

    // ---- the outbox

    private static OutboxMessage outgoing(long number) {
        return new OutboxMessage(
                number, ApplicationMessage.of("out", "" + number, Qos.AT_LEAST_ONCE), "order-" + number);
    }

    private List<String> sent() {
        return server.sent().stream()
                .filter(Publish.class::isInstance)
                .map(packet -> ((Publish) packet).message().payload().asUtf8())
                .toList();
    }

    @Test
    void theMessageAndThatItIsTakenAreOneAppend() {
        store.appends.clear();
        store.put(outgoing(1));
        List<SessionChange> append = store.appends.get(0);
        assertThat(append).hasAtLeastOneElementOfType(OutgoingAccepted.class).contains(new OutboxTaken(1));
        assertThat(sent()).containsExactly("1");
        assertThat(store.outbox).isEmpty();
    }

    @Test
    void theReceiptHasTheReference() {
        List<String> references = new ArrayList<>();
        server.client.receipts().map(PublishReceipt::reference).subscribe(references::add);
        store.put(outgoing(1));
        server.sends(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(references).containsExactly("order-1");
    }

    @Test
    void ifTheAppendFailsTheMessageComesAgain() {
        store.kept.fail(new IllegalStateException("full"));
        store.put(outgoing(1));
        assertThat(sent()).isEmpty();
        store.kept.mend();
        server.passes(Duration.ofMinutes(1));
        server.opens();
        server.sends(ConnAck.accepted(true));
        assertThat(sent()).containsExactly("1");
        assertThat(store.outbox).isEmpty();
    }

    @Test
    void ifTheAppendWasDurableAllTheSameTheMessageIsSentAndOnce() {
        store.losesAnswers(true);
        store.put(outgoing(1));
        assertThat(sent()).isEmpty();
        store.losesAnswers(false);
        server.passes(Duration.ofMinutes(1));
        server.opens();
        server.sends(ConnAck.accepted(true));
        assertThat(sent()).containsExactly("1");
        assertThat(store.outbox).isEmpty();
    }

    @Test
    void noMoreAreAskedForThanTheQueueHasRoomFor() {
        SharingStore full = new SharingStore();
        VirtualClient small = VirtualClient.create(
                options -> options.cleanSession(false).sessionStore(full).queue(queue -> queue.maximumMessages(5)));
        for (int number = 1; number <= 20; number++) {
            full.outbox.put((long) number, outgoing(number));
        }
        small.client.connect().onErrorComplete().subscribe();
        small.passes(Duration.ofSeconds(1));
        assertThat(full.asked).isEqualTo(5);
        assertThat(full.outbox).hasSize(15);
    }

    @Test
    void whatTheServerWouldNotTakeIsTakenAllTheSameAndItsReceiptSaysSo() {
        SharingStore other = new SharingStore();
        VirtualClient small =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(other));
        small.client.connect().subscribe();
        small.accept(ConnAck.builder().maximumQos(Qos.AT_LEAST_ONCE).build());
        List<PublishOutcome> outcomes = new ArrayList<>();
        small.client
                .receipts()
                .subscribe(receipt -> outcomes.add(receipt.result().outcome()));
        other.put(new OutboxMessage(1, ApplicationMessage.of("out", "1", Qos.EXACTLY_ONCE), null));
        assertThat(outcomes).containsExactly(PublishOutcome.REFUSED);
        assertThat(other.outbox).isEmpty();
    }

    @Test
    void afterADisconnectNothingIsTaken() {
        server.client.disconnect().subscribe();
        store.put(outgoing(1));
        assertThat(store.outbox).hasSize(1);
    }
}

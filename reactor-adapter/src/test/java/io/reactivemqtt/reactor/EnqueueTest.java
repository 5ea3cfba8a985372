package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos0;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static io.reactivemqtt.reactor.Restarts.connected;
import static io.reactivemqtt.reactor.Restarts.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.MessageInFlight;
import io.reactivemqtt.client.MessageInFlight.Direction;
import io.reactivemqtt.client.MessageInFlight.Stage;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** Stored and acknowledged are two signals, and what stands in a Session can be looked at. */
class EnqueueTest {

    private final Restarts restarts = new Restarts();

    // ---- stored and acknowledged

    @Test
    void enqueueTellsAKeyWhenTheMessageIsDurableAndReceiptsTheOutcome() {
        VirtualClient client = restarts.create();
        List<PublishReceipt> receipts = new ArrayList<>();
        client.client.receipts().subscribe(receipts::add);

        long first = get(client.client.enqueue(qos1("a")));
        long second = get(client.client.enqueue(qos2("b")));
        connected(client, false);
        client.sends(new PubAck(1, ReasonCode.SUCCESS), new PubRec(2, ReasonCode.QUOTA_EXCEEDED));

        assertThat(receipts)
                .satisfiesExactly(
                        receipt -> {
                            assertThat(receipt.key()).isEqualTo(first);
                            assertThat(receipt.result().isSuccess()).isTrue();
                        },
                        receipt -> {
                            assertThat(receipt.key()).isEqualTo(second);
                            assertThat(receipt.result().reasonCode()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
                        });
    }

    @Test
    void receiptsTellOfMessagesThatAnEarlierProcessAccepted() {
        VirtualClient first = restarts.create();
        long key = get(first.client.enqueue(qos1("a")));

        VirtualClient second = restarts.create();
        List<PublishReceipt> receipts = new ArrayList<>();
        second.client.receipts().subscribe(receipts::add);
        connected(second, false);
        second.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(receipts).extracting(PublishReceipt::key).containsExactly(key);
        long later = get(second.client.enqueue(qos1("b")));
        assertThat(later).isGreaterThan(key);
    }

    @Test
    void aKeyIsNotUsedAgainAlthoughNothingIsLeftOfItsMessage() {
        VirtualClient first = restarts.connected(false);
        long key = get(first.client.enqueue(qos1("a")));
        first.sends(new PubAck(1, ReasonCode.SUCCESS));
        first.client.disconnect().block();

        VirtualClient second = restarts.connected(true);

        assertThat(get(second.client.enqueue(qos1("b")))).isGreaterThan(key);
    }

    @Test
    void disconnectIsNoOutcomeOfAnEnqueuedMessage() {
        VirtualClient client = restarts.create();
        List<PublishReceipt> receipts = new ArrayList<>();
        client.client.receipts().subscribe(receipts::add);
        client.client.enqueue(qos1("a")).block();

        client.client.disconnect().block();
        assertThat(receipts).isEmpty();
        connected(client, false);
        client.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(receipts).hasSize(1);
    }

    @Test
    void whatCannotBeEnqueuedIsRefused() {
        VirtualClient client = restarts.create(options -> options.queue(queue -> queue.maximumMessages(1)));

        assertThatThrownBy(() -> client.client.enqueue(qos0("a"))).isInstanceOf(IllegalArgumentException.class);
        client.client.enqueue(qos1("a")).block();
        StepVerifier.create(client.client.enqueue(qos1("b"))).verifyError(QueueFullException.class);
    }

    // ---- told until acknowledged

    private static List<PublishReceipt> receiptsOf(VirtualClient client) {
        List<PublishReceipt> receipts = new ArrayList<>();
        client.client.receipts().subscribe(receipts::add);
        return receipts;
    }

    @Test
    void aReceiptHasTheReferenceOfItsMessage() {
        VirtualClient client = restarts.connected(false);
        List<PublishReceipt> receipts = receiptsOf(client);

        client.client.enqueue(qos1("a"), "order 7").block();
        client.client.enqueue(qos1("b")).block();
        client.sends(new PubAck(1, ReasonCode.SUCCESS), new PubAck(2, ReasonCode.SUCCESS));

        assertThat(receipts).extracting(PublishReceipt::reference).containsExactly("order 7", null);
    }

    @Test
    void aReferenceThatIsTooLongOrNoTextIsRefusedAtOnce() {
        VirtualClient client = restarts.create();

        assertThatThrownBy(() -> client.client.enqueue(qos1("a"), "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.client.enqueue(qos1("a"), "r".repeat(1_025)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1024");
        assertThatThrownBy(() -> client.client.enqueue(qos1("a"), "\uD800"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutAStoreAReceiptIsToldToEachSubscriberUntilItIsAcknowledged() {
        VirtualClient client = VirtualClient.connected(options -> {});
        client.client.enqueue(qos1("a"), "r").block();
        client.sends(new PubAck(1, ReasonCode.SUCCESS));

        List<PublishReceipt> first = receiptsOf(client);
        List<PublishReceipt> second = receiptsOf(client);
        assertThat(first).extracting(PublishReceipt::reference).containsExactly("r");
        assertThat(second).hasSize(1);
        second.get(0).acknowledge();
        second.get(0).acknowledge();

        assertThat(receiptsOf(client)).isEmpty();
        assertThat(first).hasSize(1);
    }

    @Test
    void aReceiptThatIsAcknowledgedWhileItIsToldIsNotToldToTheNext() {
        VirtualClient client = restarts.connected(false);
        client.client.receipts().subscribe(PublishReceipt::acknowledge);
        client.client.enqueue(qos1("a"), "r").block();
        client.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(receiptsOf(client)).isEmpty();
    }

    @Test
    void aReceiptIsToldAgainByEachProcessUntilItIsAcknowledged() {
        VirtualClient first = restarts.connected(false);
        long key = get(first.client.enqueue(qos2("a"), "r"));
        first.sends(new PubRec(1, ReasonCode.SUCCESS), new PubComp(1, ReasonCode.SUCCESS));

        for (int process = 0; process < 2; process++) {
            VirtualClient later = restarts.create();
            List<PublishReceipt> receipts = receiptsOf(later);
            connected(later, true);
            assertThat(receipts).singleElement().satisfies(receipt -> {
                assertThat(receipt.key()).isEqualTo(key);
                assertThat(receipt.reference()).isEqualTo("r");
                assertThat(receipt.result().isSuccess()).isTrue();
                assertThat(receipt.result().message().topicName().toString()).isEqualTo("a");
            });
        }
        VirtualClient last = restarts.create();
        List<PublishReceipt> receipts = receiptsOf(last);
        connected(last, true);
        receipts.get(0).acknowledge();
        last.passes(Duration.ofSeconds(1));

        VirtualClient none = restarts.create();
        List<PublishReceipt> nothing = receiptsOf(none);
        connected(none, true);
        assertThat(nothing).isEmpty();
    }

    @Test
    void aReceiptThatIsAcknowledgedWhileTheStoreIsClosedIsForgottenWhenItIsOpen() {
        VirtualClient client = restarts.connected(false);
        List<PublishReceipt> receipts = receiptsOf(client);
        client.client.enqueue(qos1("a")).block();
        client.sends(new PubAck(1, ReasonCode.SUCCESS));
        client.client.disconnect().block();

        receipts.get(0).acknowledge();
        connected(client, true);
        client.passes(Duration.ofSeconds(1));

        assertThat(receipts).hasSize(1);
        VirtualClient next = restarts.create();
        List<PublishReceipt> nothing = receiptsOf(next);
        connected(next, true);
        assertThat(nothing).isEmpty();
    }

    @Test
    void theSameSubscriberIsNotToldTwiceWhenTheStoreIsOpenedAgain() {
        VirtualClient client = restarts.connected(false);
        List<PublishReceipt> receipts = receiptsOf(client);
        client.client.enqueue(qos1("a")).block();
        client.sends(new PubAck(1, ReasonCode.SUCCESS));

        client.client.disconnect().block();
        connected(client, true);

        assertThat(receipts).hasSize(1);
        assertThat(receiptsOf(client)).hasSize(1);
    }

    @Test
    void aCleanStartTakesTheMessagesAndLeavesTheReceipts() {
        VirtualClient first = restarts.connected(false);
        first.client.enqueue(qos1("a"), "done").block();
        first.sends(new PubAck(1, ReasonCode.SUCCESS));
        first.client.enqueue(qos1("b"), "lost").block();

        VirtualClient second =
                restarts.create(options -> options.cleanStart(true).sessionExpiryInterval(Duration.ofHours(1)));
        List<PublishReceipt> receipts = receiptsOf(second);
        connected(second, false);

        assertThat(receipts).extracting(PublishReceipt::reference).containsExactly("done", "lost");
        assertThat(receipts.get(1).result().isSuccess()).isFalse();
    }

    @Test
    void aPublishedMessageOfAnEarlierProcessIsReportedOnceAndKeptByNobody() {
        VirtualClient first = restarts.create();
        first.client.publish(qos1("a")).subscribe();
        VirtualClient second = restarts.create();
        List<PublishReceipt> receipts = receiptsOf(second);
        connected(second, false);
        second.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(receipts).hasSize(1);
        receipts.get(0).acknowledge(); // changes nothing
        assertThat(receiptsOf(second)).isEmpty();
    }

    @Test
    void whatIsSavedHasTheReceipts() {
        VirtualClient first = VirtualClient.connected(options -> options.cleanSession(false));
        first.client.enqueue(qos1("a"), "done").block();
        first.sends(new PubAck(1, ReasonCode.SUCCESS));
        first.client.enqueue(qos1("b"), "later").block();
        String saved = get(first.client.saveSession());

        VirtualClient second = VirtualClient.create(options -> options.cleanSession(false));
        List<PublishReceipt> receipts = receiptsOf(second);
        second.restores(saved, error -> {
            throw new AssertionError(error);
        });
        connected(second, true);
        second.sends(new PubAck(2, ReasonCode.SUCCESS), new PubAck(1, ReasonCode.SUCCESS));

        assertThat(receipts).extracting(PublishReceipt::reference).containsExactly("done", "later");
    }

    /** The process dies when so many appends have reached the store since the Server's answer, and the next one begins with those. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aReceiptComesUntilItIsAcknowledgedWhereverTheProcessDies(int appends) {
        GatedStore store = new GatedStore();
        VirtualClient first = onStore(store);
        connected(first, false);
        List<PublishReceipt> receipts = receiptsOf(first);
        long key = get(first.client.enqueue(qos1("a"), "r"));

        store.hold();
        first.sends(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(receipts).as("told before it is durable").isEmpty();
        if (appends > 0) {
            store.release();
            first.passes(Duration.ZERO);
            assertThat(receipts).extracting(PublishReceipt::key).containsExactly(key);
            receipts.get(0).acknowledge();
            first.passes(Duration.ofSeconds(1));
        }
        if (appends > 1) {
            store.release();
        }
        store.drop(); // it dies

        VirtualClient second = onStore(store);
        List<PublishReceipt> again = receiptsOf(second);
        connected(second, true);
        if (appends == 0) { // the message is there, and no receipt
            assertThat(again).isEmpty();
            assertThat(second.sent()).hasAtLeastOneElementOfType(Publish.class);
            second.sends(new PubAck(1, ReasonCode.SUCCESS));
        }
        assertThat(second.sent()).noneMatch(Publish.class::isInstance);
        assertThat(again)
                .extracting(PublishReceipt::reference)
                .containsExactlyElementsOf(appends < 2 ? List.of("r") : List.of());
    }

    @Test
    void whatTheStoreDidNotTakeIsNotToldBeforeTheServerAnswersAgain() {
        GatedStore store = new GatedStore();
        VirtualClient client = onStore(store);
        connected(client, false);
        List<PublishReceipt> receipts = receiptsOf(client);
        client.client.enqueue(qos1("a"), "r").block();

        store.fail(new StoreException("the disk is full", null));
        client.sends(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(receipts).isEmpty();
        store.mend();
        connected(client, true);
        client.sends(new PubAck(1, ReasonCode.SUCCESS));

        assertThat(receipts).extracting(PublishReceipt::reference).containsExactly("r");
    }

    private static VirtualClient onStore(GatedStore store) {
        return VirtualClient.create(options -> options.cleanSession(false).sessionStore(store));
    }

    // ---- looking at it

    @Test
    void inspectionShowsWhatStandsInTheSessionAndNoPayload() {
        VirtualClient client = restarts.connected(false);
        client.client.subscribe("in", Qos.EXACTLY_ONCE).subscribe();
        client.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        client.client.publish(qos1("one")).subscribe();
        client.client.publish(qos2("two")).subscribe();
        client.client.publish(qos2("three")).subscribe();
        client.sends(new PubRec(4, ReasonCode.SUCCESS), publish2("in", 7));
        client.passes(Duration.ofSeconds(3));

        SessionInspection session = get(client.client.inspectSession());

        assertThat(session.clientIdentifier()).isEqualTo("c");
        assertThat(session.connected()).isTrue();
        assertThat(session.subscriptions()).hasSize(1);
        assertThat(session.inFlight())
                .containsExactly(
                        outgoing(3, 4, qos2("three"), Stage.AWAITING_PUBCOMP),
                        outgoing(1, 2, qos1("one"), Stage.AWAITING_PUBACK),
                        outgoing(2, 3, qos2("two"), Stage.AWAITING_PUBREC),
                        new MessageInFlight(
                                0,
                                Direction.INCOMING,
                                7,
                                Qos.EXACTLY_ONCE,
                                qos2("in").topicName(),
                                Stage.AWAITING_PUBREL,
                                Duration.ofSeconds(3),
                                null));
        assertThat(get(client.client.inspectSessionWithMessages())
                        .inFlight()
                        .get(1)
                        .message())
                .isEqualTo(qos1("one"));
    }

    private static MessageInFlight outgoing(
            long sequence, int packetIdentifier, ApplicationMessage message, Stage stage) {
        return new MessageInFlight(
                sequence,
                Direction.OUTGOING,
                packetIdentifier,
                message.qos(),
                message.topicName(),
                stage,
                Duration.ofSeconds(3),
                null);
    }

    @Test
    void inspectionWorksBeforeThereIsAConnection() {
        VirtualClient client = restarts.create(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));
        client.client.publish(qos1("a")).subscribe();

        assertThat(get(client.client.inspectSession()).waiting()).isEqualTo(1);
    }
}

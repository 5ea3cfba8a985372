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
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.SubAck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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

package io.reactivemqtt.session;

import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.session.Output.Deliver;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A CONNECT has left, and the CONNACK was lost: had the Server lost the Session, it has begun another one, which it says is present
 * when the client connects next.
 */
class DoubtfulSessionTest {

    private final TestClient client = TestClient.durableOne().connected();

    private void connAckIsLost() {
        client.open(true);
        client.session.onTransportLost(null, client.nowNanos);
        client.outputs();
    }

    @Test
    @Spec("MQTT-3.2.2-5")
    void subscriptionsAreMadeAgainSoThatTheClientIsNotDeaf() {
        client.subscribe("s");
        client.receive(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        client.lose();
        connAckIsLost();

        client.reconnect(true);

        assertThat(client.sent()).hasOnlyElementsOfType(Subscribe.class).hasSize(1);
    }

    @Test
    void aRefusalLeavesNoDoubt() {
        client.subscribe("s");
        client.receive(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        client.lose();
        client.open(true);
        client.receive(ConnAck.refused(ReasonCode.SERVER_BUSY));

        client.reconnect(true);

        assertThat(client.sent()).isEmpty();
    }

    @Test
    void whatWasSentBeforeMayBeARepeat() {
        TestFlow sent = client.publish("1", EXACTLY_ONCE);
        client.lose();
        TestFlow waits = client.publish("2", EXACTLY_ONCE);
        connAckIsLost();

        client.reconnect(true);

        assertThat(sent.possibleRepeat()).isTrue();
        assertThat(waits.possibleRepeat()).isFalse();
    }

    @Test
    @Spec({"MQTT-3.3.1-1", "MQTT-4.3.3-10"})
    void aKnownIdentifierWithoutDupIsANewMessageThereAndWithDupTheOldOne() {
        client.acknowledge(client.receiveMessage("old", EXACTLY_ONCE, 7));
        client.acknowledge(client.receiveMessage("old", EXACTLY_ONCE, 8));
        client.lose();
        connAckIsLost();
        client.reconnect(true);
        client.outputs();

        client.receive(TestClient.incoming("new", EXACTLY_ONCE, 7));
        client.receive(TestClient.repeated("old", EXACTLY_ONCE, 8));

        assertThat(client.outputs())
                .contains(
                        new Persist(new IncomingReleased(7)), new Deliver(TestClient.incoming("new", EXACTLY_ONCE, 7)))
                .doesNotContain(new Deliver(TestClient.repeated("old", EXACTLY_ONCE, 8)));
    }

    @Test
    void aSubscribeWithoutAnswerMayHaveMadeASubscriptionThatNobodyKnows() {
        client.subscribe("s");
        client.disconnect();

        assertThat(client.session.mayHaveUnknownSubscriptions()).isTrue();
    }

    @Test
    void whatWasSentInALostSessionIsNotCalledUnsentWhenTheClientCloses() {
        TestClient ofOneConnection = new TestClient(ClientOptions.builder().clientIdentifier("c")).connected();
        ofOneConnection.publish("1", AT_LEAST_ONCE);
        ofOneConnection.publish("2", AT_LEAST_ONCE);
        ofOneConnection.lose();
        ofOneConnection.reconnect(ConnAck.builder().receiveMaximum(1).build());
        ofOneConnection.lose();

        ofOneConnection.session.giveUp(new ClientClosedException("the request"), ofOneConnection.nowNanos);

        assertThat(ofOneConnection.recorded.causes)
                .extracting(cause -> PublishResult.failed(ApplicationMessage.of("1", "", AT_LEAST_ONCE), cause)
                        .outcome())
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly(PublishOutcome.UNKNOWN);
    }
}

package io.reactivemqtt.session;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.Qos.AT_LEAST_ONCE;
import static io.reactivemqtt.Qos.AT_MOST_ONCE;
import static io.reactivemqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.session.Output.Persist;
import io.reactivemqtt.session.Output.PublishFailed;
import io.reactivemqtt.session.Output.Published;
import io.reactivemqtt.session.Output.Send;
import io.reactivemqtt.session.TestClient.TestFlow;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is not sent: beyond the Server's limits, beyond the queue's, or withdrawn. */
class SendLimitsTest {

    // ---- the queue

    @Test
    void messageBeyondTheQueueFails() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                .queue(queue -> queue.maximumMessages(2).whenFull(QueueFullPolicy.FAIL)));
        client.publish("1", AT_LEAST_ONCE);
        client.publish("2", AT_MOST_ONCE);
        assertThat(client.session.queueRoom()).isZero();

        TestFlow third = client.publish("3", EXACTLY_ONCE);

        assertThat(client.outputs()).containsExactly(new PublishFailed(third, QueueFullException.class));
        assertThat(client.session.waiting()).isEqualTo(2);
    }

    @Test
    void oldestMessageMakesRoomWhicheverItsQos() {
        TestClient client = new TestClient(
                TestClient.options(MQTT_5_0)
                        .queue(queue -> queue.maximumMessages(2).whenFull(QueueFullPolicy.DROP_OLDEST))
                        .build(),
                true);
        TestFlow first = client.publish("1", AT_MOST_ONCE);
        TestFlow second = client.publish("2", AT_LEAST_ONCE);
        client.publish("3", AT_LEAST_ONCE);
        client.publish("4", AT_MOST_ONCE);

        assertThat(client.outputs().stream().filter(output -> output instanceof PublishFailed))
                .containsExactly(
                        new PublishFailed(first, QueueFullException.class),
                        new PublishFailed(second, QueueFullException.class));
        assertThat(client.session.waiting()).isEqualTo(2);
    }

    @Test
    void droppedMessageIsForgottenByTheStore() {
        TestClient client = new TestClient(
                TestClient.options(MQTT_5_0)
                        .queue(queue -> queue.maximumMessages(1).whenFull(QueueFullPolicy.DROP_OLDEST))
                        .build(),
                true);
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        client.outputs();

        client.publish("2", AT_MOST_ONCE);

        assertThat(client.outputs())
                .containsExactly(
                        new Persist(new OutgoingCompleted(1)), new PublishFailed(first, QueueFullException.class));
    }

    @Test
    void whatIsInFlightIsNeverDropped() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                .queue(queue -> queue.maximumMessages(1).whenFull(QueueFullPolicy.DROP_OLDEST)));
        client.connected(ConnAck.builder().receiveMaximum(1).build());
        client.publish("1", AT_LEAST_ONCE);
        client.lose();
        TestFlow second = client.publish("2", AT_LEAST_ONCE);
        client.outputs();

        client.publish("3", AT_LEAST_ONCE);

        assertThat(client.outputs()).containsExactly(new PublishFailed(second, QueueFullException.class));
        assertThat(client.session.inFlight()).isEqualTo(1);
    }

    @Test
    void bytesAreBoundedToo() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).queue(queue -> queue.maximumBytes(20)));
        client.publish(sized("a", 17));

        TestFlow second = client.publish(sized("a", 17));

        assertThat(client.outputs()).containsExactly(new PublishFailed(second, QueueFullException.class));
    }

    @Test
    void messageThatNeverFitsDropsNoOther() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0)
                .queue(queue -> queue.maximumBytes(20).whenFull(QueueFullPolicy.DROP_OLDEST)));
        client.publish(sized("a", 5));

        TestFlow large = client.publish(sized("a", 50));

        assertThat(client.outputs()).containsExactly(new PublishFailed(large, QueueFullException.class));
        assertThat(client.session.waiting()).isEqualTo(1);
    }

    @Test
    void messageThatLeavesAtOnceNeedsNoRoom() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).queue(queue -> queue.maximumBytes(20)));
        client.connected();

        client.publish(sized("a", 1000));

        assertThat(client.sent()).hasSize(1);
        assertThat(client.session.queueRoom()).isEqualTo(10_000);
    }

    @Test
    void roomIsNeverLessThanNone() {
        TestClient client = new TestClient(TestClient.options(MQTT_5_0).queue(queue -> queue.maximumMessages(1)));
        client.connected();
        for (int i = 0; i < 3; i++) {
            client.publish("a", AT_LEAST_ONCE);
        }
        client.lose();

        client.reconnect(ConnAck.builder().receiveMaximum(1).build()); // all three wait again

        assertThat(client.session.waiting()).isEqualTo(2);
        assertThat(client.session.queueRoom()).isZero();
    }

    // ---- withdrawn

    @Test
    void withdrawnBeforeItIsSentItNeverIs() {
        TestClient client = TestClient.durableOne();
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        TestFlow second = client.publish("2", AT_MOST_ONCE);
        client.outputs();

        client.session.withdraw(first, client.nowNanos);
        client.session.withdraw(second, client.nowNanos);

        assertThat(client.outputs()).containsExactly(new Persist(new OutgoingCompleted(1)));
        assertThat(client.session.waiting()).isZero();
        client.open(false);
        client.outputs();
        client.receive(ConnAck.accepted(false));
        assertThat(client.sent()).isEmpty();
    }

    @Test
    void withdrawnAfterItIsSentItsFlowGoesOnInSilence() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow once = client.publish("1", AT_LEAST_ONCE);
        TestFlow exactly = client.publish("2", EXACTLY_ONCE);
        TestFlow released = client.publish("3", EXACTLY_ONCE);
        client.receive(new PubRec(3, ReasonCode.SUCCESS));
        client.outputs();
        for (TestFlow flow : List.of(once, exactly, released)) {
            client.session.withdraw(flow, client.nowNanos);
        }

        client.receive(new PubAck(1, ReasonCode.NOT_AUTHORIZED));
        client.receive(new PubRec(2, ReasonCode.SUCCESS));
        client.receive(new PubComp(2, ReasonCode.SUCCESS));
        client.receive(new PubComp(3, ReasonCode.SUCCESS));

        assertThat(client.outputs()).containsExactly(new Send(new PubRel(2, ReasonCode.SUCCESS)));
        assertThat(client.session.inFlight()).isZero();
        client.session.withdraw(once, client.nowNanos);
        assertThat(client.outputs()).isEmpty();
    }

    @Test
    void onlyWhatIsPickedIsWithdrawn() {
        TestClient client = TestClient.volatileOne();
        client.publish("a", AT_LEAST_ONCE);
        TestFlow kept = client.publish("b", AT_LEAST_ONCE);
        client.publish("a", AT_MOST_ONCE);

        client.session.withdrawIf(flow -> flow.message().topicName().toString().equals("a"), client.nowNanos);

        client.open(false);
        client.outputs();
        client.receive(ConnAck.accepted(false));
        assertThat(client.sent()).containsExactly(new Publish(kept.message(), 1, false));
    }

    // ---- what the Server takes

    @Test
    @Spec("MQTT-3.2.2-11")
    void nothingIsSentAboveTheMaximumQos() {
        TestClient client = TestClient.volatileOne();
        TestFlow queued = client.publish("a", EXACTLY_ONCE);
        client.open(false);
        client.outputs();

        client.receive(ConnAck.builder().maximumQos(Qos.AT_LEAST_ONCE).build());
        TestFlow later = client.publish("b", EXACTLY_ONCE);
        client.publish("c", AT_LEAST_ONCE);

        assertThat(client.outputs())
                .contains(
                        new PublishFailed(queued, LimitExceededException.class, ReasonCode.QOS_NOT_SUPPORTED),
                        new PublishFailed(later, LimitExceededException.class, ReasonCode.QOS_NOT_SUPPORTED));
        assertThat(client.session.inFlight()).isEqualTo(1);
    }

    @Test
    @Spec("MQTT-3.2.2-14")
    void nothingRetainedIsSentWhereNothingIsRetained() {
        ApplicationMessage retained = ApplicationMessage.to("a").retain(true).build();
        TestClient client = TestClient.volatileOne();
        TestFlow queued = client.publish(retained);
        client.open(false);
        client.outputs();

        client.receive(ConnAck.builder().retainAvailable(false).build());
        TestFlow later = client.publish(retained);

        assertThat(client.outputs())
                .contains(
                        new PublishFailed(queued, LimitExceededException.class, ReasonCode.RETAIN_NOT_SUPPORTED),
                        new PublishFailed(later, LimitExceededException.class, ReasonCode.RETAIN_NOT_SUPPORTED));
        assertThat(client.sent()).isEmpty();
    }

    @Test
    @Spec("MQTT-3.2.2-15")
    void nothingIsSentAboveTheMaximumPacketSize() {
        TestClient client = TestClient.volatileOne();
        TestFlow queued = client.publish(sized("a", 91));
        client.open(false);
        client.outputs();
        client.receive(ConnAck.builder().maximumPacketSize(100).build());
        client.publish(sized("b", 90));
        TestFlow large = client.publish(sized("c", 91));
        TestFlow small = client.publish(ApplicationMessage.of("d", "x".repeat(91), AT_MOST_ONCE));

        List<Output> outputs = client.outputs();

        assertThat(outputs)
                .contains(
                        new PublishFailed(queued, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE),
                        new PublishFailed(large, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE),
                        new PublishFailed(small, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE));
        assertThat(outputs.stream().filter(output -> output instanceof Send)).hasSize(1);
    }

    @Test
    @Spec({"MQTT-3.2.2-15", "MQTT-2.2.1-3"})
    void whatMayNotBeSentAgainHasAnUnknownOutcomeAndItsIdentifierRests() {
        TestClient client = TestClient.volatileOne().connected();
        TestFlow large = client.publish(sized("a", 91));
        client.lose();

        client.reconnect(
                ConnAck.builder().sessionPresent(true).maximumPacketSize(100).build());

        assertThat(client.outputs()).endsWith(new PublishFailed(large, OutcomeUnknownException.class));
        for (int i = 0; i < 1000; i++) {
            TestFlow flow = client.publish("b", AT_LEAST_ONCE);
            assertThat(flow.packetIdentifier()).isNotEqualTo(1);
            client.receive(new PubAck(flow.packetIdentifier(), ReasonCode.SUCCESS));
        }
        client.lose();
        client.reconnect(false); // in a new Session it is free
        boolean givenAgain = false;
        for (int i = 0; i < 1000; i++) {
            TestFlow flow = client.publish("b", AT_LEAST_ONCE);
            givenAgain |= flow.packetIdentifier() == 1;
            client.receive(new PubAck(flow.packetIdentifier(), ReasonCode.SUCCESS));
        }
        assertThat(givenAgain).isTrue();
    }

    @Test
    @Spec("MQTT-3.2.2-15")
    void whatIsTooLargeIsRefusedWhenItIsAcceptedAlsoWhereItWouldHaveToWait() {
        TestClient client = TestClient.durableOne(MQTT_5_0)
                .connected(ConnAck.builder()
                        .receiveMaximum(1)
                        .maximumPacketSize(100)
                        .build());
        client.publish(sized("a", 90));
        client.outputs();

        TestFlow large = client.publish(sized("b", 91));

        assertThat(client.outputs())
                .containsExactly(new PublishFailed(large, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE));
    }

    @Test
    @Spec("MQTT-3.2.2-15")
    void whatWaitsIsHeldAgainstTheLimitsOfTheConnectionOnWhichItLeaves() {
        TestClient client = TestClient.volatileOne()
                .connected(ConnAck.builder().receiveMaximum(1).build());
        client.publish("a", AT_LEAST_ONCE);
        TestFlow large = client.publish(sized("b", 91));
        client.publish(sized("c", 90));
        client.lose();
        client.outputs();

        client.reconnect(
                ConnAck.builder().sessionPresent(true).maximumPacketSize(100).build());

        assertThat(client.outputs())
                .contains(new PublishFailed(large, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE));
    }

    @Test
    void limitsOfOneConnectionDoNotHoldWithoutIt() {
        TestClient client = TestClient.volatileOne()
                .connected(ConnAck.builder().maximumQos(Qos.AT_MOST_ONCE).build());
        client.lose();
        client.outputs();

        client.publish("a", EXACTLY_ONCE);
        client.reconnect(true);

        assertThat(client.sent()).hasSize(1);
    }

    // ---- what MQTT 3.1.1 cannot say

    @Test
    void propertiesAreRefusedIn311AndNotLeftOut() {
        TestClient client = TestClient.volatileOne(MQTT_3_1_1).connected();

        TestFlow flow = client.publish(
                ApplicationMessage.to("a").contentType("text/plain").build());

        assertThat(client.outputs()).containsExactly(new PublishFailed(flow, LimitExceededException.class));
        assertThat(client.lastCause()).contains("3.1.1");
    }

    @Test
    void everyMessageIsReportedOnceWhenAllFailAtOnce() {
        TestClient client = new TestClient(ClientOptions.builder().clientIdentifier("c"));
        TestFlow first = client.publish("1", AT_LEAST_ONCE);
        TestFlow second = client.publish("2", AT_MOST_ONCE);
        client.open(false);
        client.outputs();
        client.receive(ConnAck.builder().maximumPacketSize(1).build());

        assertThat(client.outputs().stream()
                        .filter(output -> output instanceof PublishFailed || output instanceof Published))
                .containsExactly(
                        new PublishFailed(second, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE),
                        new PublishFailed(first, LimitExceededException.class, ReasonCode.PACKET_TOO_LARGE));
    }

    private static ApplicationMessage sized(String topic, int payload) {
        return ApplicationMessage.of(topic, "x".repeat(payload), AT_LEAST_ONCE);
    }

    @Test
    @Spec("MQTT-3.3.2-14")
    void messageIsNotPublishedWithTheResponseTopicThatItCameWithIfThatIsNoTopicName() {
        TestClient client = TestClient.volatileOne().connected();
        MessageProperties received =
                new MessageProperties(false, null, null, null, null, UserProperties.EMPTY, "answers/#");

        TestFlow flow =
                client.publish(ApplicationMessage.of(TopicName.of("a"), Payload.EMPTY, AT_LEAST_ONCE, false, received));

        assertThat(client.outputs())
                .containsExactly(new PublishFailed(flow, LimitExceededException.class, ReasonCode.TOPIC_NAME_INVALID));
    }
}

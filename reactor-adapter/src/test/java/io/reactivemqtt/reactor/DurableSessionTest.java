package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static io.reactivemqtt.reactor.Restarts.connected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.exception.SessionUnknownException;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** One client ends, as by a crash, and another one over the same store goes on. */
class DurableSessionTest {

    private final Restarts restarts = new Restarts();

    // ---- going on

    @Test
    @Spec("MQTT-4.4.0-1")
    void whatWasSentAndNotAcknowledgedIsSentAgainInOrder() {
        VirtualClient first = restarts.connected(false);
        first.client.publish(qos1("a")).subscribe();
        first.client.publish(qos2("b")).subscribe();
        first.client.publish(qos2("c")).subscribe();
        first.sends(new PubRec(3, ReasonCode.SUCCESS), new PubRec(2, ReasonCode.SUCCESS));

        VirtualClient second = restarts.connected(true);

        assertThat(second.sent())
                .containsExactly(
                        new PubRel(3, ReasonCode.SUCCESS),
                        new PubRel(2, ReasonCode.SUCCESS),
                        new Publish(qos1("a"), 1, true));
        assertThat(second.events())
                .contains(new ClientEvent.SessionRecovered(3, 0, 0, 0), new ClientEvent.SessionResumed(1, 2));
    }

    @Test
    void whatWaitedIsSentForTheFirstTimeBehindIt() {
        VirtualClient first = restarts.create();
        first.client.publish(qos1("a")).subscribe();
        first.client.publish(qos1("b")).subscribe();

        VirtualClient second = restarts.connected(false);

        assertThat(second.sent()).containsExactly(publish1("a", 1), publish1("b", 2));
        second.client.publish(qos1("c")).subscribe();
        assertThat(second.sent()).containsExactly(publish1("c", 3));
    }

    @Test
    @Spec("MQTT-4.3.3-10")
    void whatTheApplicationWasDoneWithIsNotDeliveredAgain() {
        VirtualClient first = restarts.connected(false);
        first.client.subscribe("a", Qos.EXACTLY_ONCE).subscribe();
        first.sends(publish2("a", 7));
        VirtualClient second = restarts.connected(true);
        List<ReceivedMessage> received = new ArrayList<>();
        second.client.subscribe("a", Qos.EXACTLY_ONCE).subscribe(received::add);
        second.sent();

        second.sends(new Publish(qos2("a"), 7, true));

        assertThat(received).isEmpty();
        assertThat(second.sent()).containsExactly(new PubRec(7, ReasonCode.SUCCESS));
        second.sends(new PubRel(7, ReasonCode.SUCCESS));
        assertThat(second.sent()).containsExactly(new PubComp(7, ReasonCode.SUCCESS));
        second.sends(publish2("a", 7));
        assertThat(received).hasSize(1);
    }

    @Test
    void messagesOfASubscriptionOfTheSessionWaitForASubscriber() {
        VirtualClient first = restarts.connected(false);
        first.client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();
        first.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));

        VirtualClient second = restarts.connected(true);
        second.sends(publish1("a", 9));

        assertThat(second.sent()).isEmpty();
        assertThat(second.events())
                .contains(new ClientEvent.MessageWithoutSubscriber(qos1("a").topicName(), Qos.AT_LEAST_ONCE, true));
        List<ReceivedMessage> received = new ArrayList<>();
        second.client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe(received::add);
        assertThat(received).hasSize(1);
        assertThat(second.sent()).contains(new PubAck(9, ReasonCode.SUCCESS));
    }

    @Test
    @Spec("MQTT-3.2.2-5")
    void aLostSessionOfAnEarlierProcessGoesByThePolicyAndItsSubscriptionsAreMadeAnew() {
        VirtualClient first = restarts.connected(false);
        first.client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe();
        first.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));
        first.client.publish(qos1("b")).subscribe();

        VirtualClient second = restarts.connected(false);

        assertThat(second.events()).contains(new ClientEvent.SessionLost(0, 1, SessionLossPolicy.REPUBLISH, 0, 1));
        assertThat(second.sent())
                .satisfiesExactlyInAnyOrder(
                        packet -> assertThat(packet).isInstanceOf(Subscribe.class), packet -> assertThat(packet)
                                .isInstanceOfSatisfying(Publish.class, publish -> assertThat(publish.dup())
                                        .isFalse()));
    }

    @Test
    void aConnAckThatGotLostDoesNotMakeTheSessionAStrangers() {
        VirtualClient first = restarts.create();
        first.client.connect().subscribe();
        first.opens();

        VirtualClient second = restarts.connected(true);

        assertThat(second.hasConnection()).isTrue();
        assertThat(second.events()).hasAtLeastOneElementOfType(ClientEvent.SessionResumed.class);
    }

    @Test
    @Spec("MQTT-3.2.2-4")
    void aSessionThatWasNeverOursIsRefusedAlsoAfterARestart() {
        VirtualClient first = restarts.create();
        first.client.publish(qos1("waits")).subscribe();
        StepVerifier.create(first.client.connect())
                .then(() -> first.accept(true))
                .verifyError(SessionUnknownException.class);

        VirtualClient second = restarts.create();

        StepVerifier.create(second.client.connect())
                .then(() -> second.accept(true))
                .verifyError(SessionUnknownException.class);
        VirtualClient third = restarts.connected(false);
        assertThat(third.sent()).containsExactly(publish1("waits", 1));
    }

    // ---- clean start

    @Test
    @Spec("MQTT-3.1.2-4")
    void cleanStartDiscardsWhatIsStoredOnceTheConnectionSucceeded() {
        VirtualClient first = restarts.connected(false);
        first.client.publish(qos1("sent")).subscribe();
        first.cuts();
        first.client.publish(qos1("waits")).subscribe();

        VirtualClient second = restarts.create(options -> options.cleanStart(true));
        List<PublishReceipt> receipts = new ArrayList<>();
        second.client.receipts().subscribe(receipts::add);
        second.client.connect().subscribe(connAck -> {}, error -> {});
        second.refusesTcp(new ConnectException("refused"));
        assertThat(second.client.inspectSession().block()).satisfies(session -> {
            assertThat(session.inFlight()).hasSize(1);
            assertThat(session.waiting()).isEqualTo(1);
        });

        second.client.publish(qos1("new")).subscribe();
        connected(second, false);

        assertThat(second.sent()).singleElement().isInstanceOfSatisfying(Publish.class, publish -> assertThat(
                        publish.message().topicName().toString())
                .isEqualTo("new"));
        assertThat(receipts).hasSize(2).allMatch(receipt -> !receipt.result().isSuccess());
        assertThat(second.events())
                .contains(new ClientEvent.SessionDiscarded(ClientEvent.SessionDiscarded.Reason.CLEAN_START, 1, 0, 0));
    }

    @Test
    void optionsCannotBeChangedOnceTheClientIsMade() {
        List<ClientOptions.Builder> kept = new ArrayList<>();
        ReactorMqttClient.create(kept::add);
        ClientOptions.Builder late = kept.get(0);

        assertThatThrownBy(() -> late.cleanStart(false)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> late.sessionExpiryInterval(Duration.ofHours(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> late.sessionStore(restarts.store)).isInstanceOf(IllegalStateException.class);
    }
}

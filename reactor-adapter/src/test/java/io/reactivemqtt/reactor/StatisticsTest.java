package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish0;
import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos0;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code statistics()} counts. */
class StatisticsTest {

    private final VirtualClient server =
            VirtualClient.connected(options -> options.cleanSession(false).keepAlive(Duration.ZERO));
    private final ReactorMqttClient client = server.client;

    private ClientStatistics now() {
        return client.statistics();
    }

    @Test
    void aClientThatHasDoneNothingCountsNothing() {
        assertThat(now()).isEqualTo(new ClientStatistics(0, 0, 0, 0, Duration.ZERO, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aMessageIsPublishedOnceTheServerHasAcknowledgedItCompletely() {
        client.publish(qos0("a")).subscribe();
        assertThat(now().published()).isEqualTo(1);
        client.publish(qos1("a")).subscribe();
        client.publish(qos2("a")).subscribe();
        assertThat(now().published()).isEqualTo(1);
        assertThat(now().outgoingInFlight()).isEqualTo(2);
        server.sends(new PubAck(1, ReasonCode.SUCCESS), new PubRec(2, ReasonCode.SUCCESS));
        assertThat(now().published()).isEqualTo(2);
        assertThat(now().outgoingInFlight()).isEqualTo(1);
        server.sends(new PubComp(2, ReasonCode.SUCCESS));
        assertThat(now().published()).isEqualTo(3);
        assertThat(now().outgoingInFlight()).isZero();
    }

    @Test
    void aMessageThatTheServerRefusesIsNotPublished() {
        client.publish(qos1("a")).subscribe(result -> {}, failure -> {});
        server.sends(new PubAck(1, ReasonCode.NOT_AUTHORIZED));
        assertThat(now().published()).isZero();
        assertThat(now().outgoingInFlight()).isZero();
    }

    @Test
    void whatWaitsForAConnectionIsQueued() {
        server.cuts();
        client.publish(qos1("ab")).subscribe(); // its payload is seven bytes and its topic
        client.publish(qos0("abc")).subscribe();
        assertThat(now().queuedMessages()).isEqualTo(2);
        assertThat(now().queuedBytes()).isEqualTo(24);
        assertThat(now().oldestUnacknowledged()).isZero();
    }

    @Test
    void whatWaitsForTheStoreIsQueued() {
        VirtualClient opening =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(key -> Mono.never()));
        opening.client.connect().subscribe();
        opening.client.publish(qos1("ab")).subscribe();
        assertThat(opening.client.statistics().queuedMessages()).isEqualTo(1);
        assertThat(opening.client.statistics().queuedBytes()).isEqualTo(11);
    }

    @Test
    void theOldestThatTheServerHasNotAcknowledgedAges() {
        client.publish(qos2("a")).subscribe();
        server.passes(Duration.ofSeconds(3));
        client.publish(qos1("b")).subscribe();
        server.passes(Duration.ofSeconds(2));
        assertThat(now().oldestUnacknowledged()).isEqualTo(Duration.ofSeconds(5));
        server.sends(new PubRec(1, ReasonCode.SUCCESS));
        assertThat(now().oldestUnacknowledged()).isEqualTo(Duration.ofSeconds(5));
        server.sends(new PubComp(1, ReasonCode.SUCCESS));
        assertThat(now().oldestUnacknowledged()).isEqualTo(Duration.ofSeconds(2));
        server.cuts();
        assertThat(now().oldestUnacknowledged()).isEqualTo(Duration.ofSeconds(2));
        server.passes(Duration.ofSeconds(2)); // the next attempt
        server.accept(true);
        server.sends(new PubAck(2, ReasonCode.SUCCESS));
        assertThat(now().oldestUnacknowledged()).isZero();
    }

    @Test
    void whatTheApplicationHasNotAcknowledgedAges() {
        List<ReceivedMessage> inHand = new ArrayList<>();
        client.subscribe(byHand("a")).subscribe(inHand::add);
        server.grants();
        server.sends(publish1("a", 1), publish2("a", 2), publish0("a"));
        server.passes(Duration.ofSeconds(4));
        assertThat(now().received()).isEqualTo(3);
        assertThat(now().incomingUnacknowledged()).isEqualTo(2);
        assertThat(now().oldestUnacknowledged()).isEqualTo(Duration.ofSeconds(4));
        inHand.get(0).acknowledge();
        assertThat(now().oldestUnacknowledged()).isEqualTo(Duration.ofSeconds(4));
        inHand.get(1).acknowledge();
        assertThat(now().oldestUnacknowledged()).isZero();
        assertThat(now().incomingUnacknowledged()).isEqualTo(1); // the Server has not released it
        server.sends(new PubRel(2, ReasonCode.SUCCESS));
        assertThat(now().incomingUnacknowledged()).isZero();
    }

    @Test
    void aRepeatThatIsRecognizedIsNoOtherMessage() {
        client.subscribe(byHand("a")).subscribe();
        server.grants();
        server.sends(publish2("a", 1), publish2("a", 1));
        assertThat(now().received()).isEqualTo(1);
    }

    private static SubscribeOptions byHand(String filter) {
        return SubscribeOptions.of(
                options -> options.filter(filter).qos(Qos.EXACTLY_ONCE).acknowledgement(AcknowledgementMode.BY_HAND));
    }

    @Test
    void whatASubscriberHasNoRoomForIsDropped() {
        SubscribeOptions small =
                SubscribeOptions.of(options -> options.filter("a").buffer(1, Overflow.DROP_OLDEST));
        StepVerifier.create(client.subscribe(small), 0)
                .then(() -> {
                    server.grants();
                    server.sends(publish0("a"), publish0("a"), publish0("a"));
                    assertThat(now().dropped()).isEqualTo(2);
                })
                .thenCancel()
                .verify();
    }

    @Test
    void whatNobodyHasAskedForIsDropped() {
        server.sends(publish0("nobody"), publish1("nobody", 1));
        assertThat(now().dropped()).isEqualTo(2);
        assertThat(now().received()).isEqualTo(2);
    }

    @Test
    void aSubscriberThatHandsBackIsCounted() {
        client.subscribe(byHand("a")).subscribe(ReceivedMessage::handBack);
        server.grants();
        server.sends(publish1("a", 1), publish1("a", 2));
        assertThat(now().handedBack()).isEqualTo(2);
        assertThat(now().dropped()).isZero();
    }

    @Test
    void aConnectionThatIsReEstablishedIsCounted() {
        assertThat(now().reconnects()).isZero();
        for (int times = 1; times <= 2; times++) {
            server.cuts();
            server.passes(Duration.ofSeconds(10));
            server.accept(true);
            assertThat(now().reconnects()).isEqualTo(times);
        }
    }

    @Test
    void aConnectionThatTheApplicationEndsAndMakesAnewIsNoReconnect() {
        client.disconnect().subscribe();
        client.connect().subscribe();
        server.accept(true);
        assertThat(now().reconnects()).isZero();
    }
}

package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.store.InMemorySessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client does not know of the Server's Session, it does not know either after {@code disconnect()} and {@code connect()}. */
class DoubtTest {

    private final VirtualClient server = VirtualClient.create(
            options -> options.durableSession("c", Duration.ofHours(1), new InMemorySessionStore()));
    private final List<PublishReceipt> receipts = new ArrayList<>();

    private void connects() {
        server.client.connect().subscribe(result -> {}, error -> {});
    }

    private void enqueues() {
        server.client.receipts().subscribe(receipts::add);
        connects();
        server.accept(false);
        server.client.enqueue(ApplicationMessage.of("a", "1", Qos.EXACTLY_ONCE)).subscribe();
        assertThat(server.sent()).hasSize(1);
    }

    private void disconnectsAndConnects() {
        server.client.disconnect(Duration.ZERO).subscribe();
        connects();
    }

    private void finishes() {
        Publish again = (Publish) server.sent().get(0);
        server.sends(new PubRec(again.packetIdentifier(), ReasonCode.SUCCESS));
        server.sends(new PubComp(again.packetIdentifier(), ReasonCode.SUCCESS));
    }

    @Test
    void anAnswerThatDidNotComeBeforeTheDisconnectLeavesADoubt() {
        enqueues();
        server.cuts();
        server.passes(Duration.ofMinutes(2));
        server.opens(); // and the Server may begin a Session

        disconnectsAndConnects();
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(true));
        finishes();

        assertThat(receipts).singleElement().matches(receipt -> receipt.result().possibleRepeat());
    }

    @Test
    void subscriptionsAreMadeAgainThen() {
        server.client.subscribe("s", Qos.AT_LEAST_ONCE).subscribe(message -> {}, ended -> {});
        connects();
        server.opens();
        server.sends(ConnAck.accepted(false));
        server.grants();
        server.cuts();
        server.passes(Duration.ofMinutes(2));
        server.opens();

        server.client.disconnect().subscribe();
        server.client.subscribe("s", Qos.AT_LEAST_ONCE).subscribe(message -> {}, ended -> {});
        connects();
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(true));

        assertThat(server.sent()).anyMatch(Subscribe.class::isInstance);
    }

    @Test
    void whatWasToBeSubscribedAgainInANewSessionIsStill() {
        server.client.subscribe("s", Qos.AT_LEAST_ONCE).subscribe(message -> {}, ended -> {});
        connects();
        server.opens();
        server.sends(ConnAck.accepted(false));
        server.grants();
        server.cuts();
        server.passes(Duration.ofMinutes(2));
        server.accept(false); // the Session is lost; SUBSCRIBE leaves, and gets no answer
        server.cuts();

        disconnectsAndConnects();
        server.client.subscribe("s", Qos.AT_LEAST_ONCE).subscribe(message -> {}, ended -> {});
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(true));

        assertThat(server.sent()).anyMatch(Subscribe.class::isInstance);
    }

    @Test
    void aMessageThatMayHaveArrivedInALostSessionIsAPossibleRepeatStill() {
        enqueues();
        server.cuts();
        server.passes(Duration.ofMinutes(2));
        server.accept(false); // the Session is lost, and it is published again

        disconnectsAndConnects();
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(true));
        finishes();

        assertThat(receipts).singleElement().matches(receipt -> receipt.result().possibleRepeat());
    }
}

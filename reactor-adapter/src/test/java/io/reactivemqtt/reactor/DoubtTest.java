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

    /** As a Server that has not lost the Session, or says so; what it was sent before is forgotten. */
    private void accepts(boolean sessionPresent) {
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(sessionPresent));
    }

    private void loses() {
        server.cuts();
        server.passes(Duration.ofMinutes(2));
    }

    private void subscribes() {
        server.client.subscribe("s", Qos.AT_LEAST_ONCE).subscribe(message -> {}, ended -> {});
    }

    private void hasASubscription() {
        subscribes();
        connects();
        accepts(false);
        server.grants();
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
        loses();
        server.opens(); // and the Server may begin a Session

        disconnectsAndConnects();
        accepts(true);
        finishes();

        assertThat(receipts).singleElement().matches(receipt -> receipt.result().possibleRepeat());
    }

    @Test
    void subscriptionsAreMadeAgainThen() {
        hasASubscription();
        loses();
        server.opens();

        server.client.disconnect().subscribe();
        subscribes();
        connects();
        accepts(true);

        assertThat(server.sent()).anyMatch(Subscribe.class::isInstance);
    }

    @Test
    void whatWasToBeSubscribedAgainInANewSessionIsStill() {
        hasASubscription();
        loses();
        server.accept(false); // the Session is lost; SUBSCRIBE leaves, and gets no answer
        server.cuts();

        disconnectsAndConnects();
        subscribes();
        accepts(true);

        assertThat(server.sent()).anyMatch(Subscribe.class::isInstance);
    }

    @Test
    void aMessageThatMayHaveArrivedInALostSessionIsAPossibleRepeatStill() {
        enqueues();
        loses();
        server.accept(false); // the Session is lost, and it is published again

        disconnectsAndConnects();
        accepts(true);
        finishes();

        assertThat(receipts).singleElement().matches(receipt -> receipt.result().possibleRepeat());
    }
}

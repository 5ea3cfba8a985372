package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.qos1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** While the store has something in hand, connections come and go, and callers ask for more. */
class SlowStoreTest {

    private final GatedStore store = new GatedStore();
    private final VirtualClient server = create();
    private final ReactorMqttClient client = server.client;

    private VirtualClient create() {
        return VirtualClient.create(options -> options.cleanSession(false)
                .keepAlive(Duration.ZERO)
                .reconnect(policy -> policy.retryFirst(true))
                .sessionStore(store));
    }

    private static List<String> topics(List<Packet> packets) {
        return packets.stream()
                .filter(Publish.class::isInstance)
                .map(packet -> ((Publish) packet).message().topicName().toString())
                .toList();
    }

    @Test
    void whoConnectsWaitsForTheNextConnectionWhereTheFirstIsLostBeforeItIsOnRecord() {
        List<ConnectResult> connected = new ArrayList<>();
        client.connect().subscribe(connected::add);
        server.opens();
        store.hold();
        client.publish(qos1("waits for the store")).subscribe();
        server.sends(ConnAck.accepted(false));
        server.cuts();
        store.letGo();

        assertThat(server.events()).doesNotHaveAnyElementsOfTypes(ClientEvent.ClientFailed.class);
        assertThat(connected).isEmpty();
        server.passes(Duration.ofMinutes(1));
        server.accept(true);
        assertThat(connected).hasSize(1);
    }

    @Test
    void whatACallerSendsWhoHearsThatHisMessageIsDurableLeavesBehindWhatWaitedWithIt() {
        client.connect().subscribe();
        server.accept(false);
        store.hold();
        client.publish(qos1("holds the others up")).subscribe();
        client.enqueue(qos1("first"))
                .subscribe(stored -> client.publish(ApplicationMessage.of("third", "", Qos.AT_MOST_ONCE))
                        .subscribe());
        client.enqueue(qos1("second")).subscribe();

        store.letGo();

        assertThat(topics(server.sent())).containsExactly("holds the others up", "first", "second", "third");
    }

    @Test
    @Spec("MQTT-3.1.0-1")
    void disconnectNeverLeavesBeforeTheConnectThatWaits() {
        client.connect().subscribe();
        server.accept(false); // and this process dies
        VirtualClient later = create();
        later.client.connect().subscribe(result -> {}, failure -> {});
        store.hold();
        later.client.enqueue(qos1("holds the others up")).subscribe();
        later.client.disconnect().subscribe();
        later.opens();
        store.letGo();

        assertThat(later.sent()).doesNotHaveAnyElementsOfTypes(Disconnect.class);
    }

    @Test
    void whatWasDurableStaysSoWhereTheStoreFailsWhenItIsWrittenAgain() {
        List<Long> stored = new ArrayList<>();
        client.enqueue(qos1("durable")).subscribe(stored::add);
        client.connect().subscribe();
        server.opens();
        assertThat(stored).hasSize(1);
        store.hold();
        server.sends(ConnAck.refused(ReasonCode.SERVER_BUSY)); // which began no Session: what is stored is put right
        store.fail(new StoreException("the disk is full", null));
        store.letGo();
        store.mend();

        server.passes(Duration.ofMinutes(5));
        server.opens();
        server.sends(ConnAck.accepted(false));

        assertThat(topics(server.sent())).containsExactly("durable");
    }
}

package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static io.reactivemqtt.reactor.Restarts.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.SnapshotRefusedException;
import io.reactivemqtt.exception.SnapshotRefusedException.Refusal;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.store.InMemorySessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.test.StepVerifier;

/** A session is saved as a text and goes on elsewhere. */
class RestoreTest {

    private static VirtualClient kept(ProtocolVersion version) {
        return VirtualClient.create(options -> options.protocolVersion(version).cleanSession(false));
    }

    private static VirtualClient plain() {
        return VirtualClient.create(options -> {});
    }

    /** A text is made and read on another thread, whose result the client then takes up. */
    private static String save(VirtualClient client) {
        return get(client.client.saveSession());
    }

    private static @Nullable Throwable restore(VirtualClient client, String json) {
        List<Throwable> errors = new ArrayList<>();
        client.restores(json, errors::add);
        return errors.isEmpty() ? null : errors.get(0);
    }

    /** A client with a message in each stage that there is. */
    private static VirtualClient busy(ProtocolVersion version) {
        VirtualClient client = Restarts.connected(kept(version), false);
        client.client.subscribe("in/#", Qos.EXACTLY_ONCE).subscribe();
        client.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        client.client.publish(qos1("awaits/puback")).subscribe();
        client.client.publish(qos2("awaits/pubrec")).subscribe();
        client.client.publish(qos2("awaits/pubcomp")).subscribe();
        client.sends(new PubRec(4, ReasonCode.SUCCESS), publish2("in/received", 7));
        client.cuts();
        client.client.publish(qos1("waits")).subscribe();
        return client;
    }

    @ParameterizedTest
    @CsvSource({"MQTT_5_0,MQTT_5_0", "MQTT_5_0,MQTT_3_1_1", "MQTT_3_1_1,MQTT_5_0", "MQTT_3_1_1,MQTT_3_1_1"})
    void aSavedSessionGoesOnInEitherVersion(ProtocolVersion from, ProtocolVersion to) {
        String json = save(busy(from));
        VirtualClient other = kept(to);

        assertThat(restore(other, json)).isNull();
        Restarts.connected(other, true);

        assertThat(other.sent())
                .containsExactly(
                        new PubRel(4, ReasonCode.SUCCESS),
                        new Publish(qos1("awaits/puback"), 2, true),
                        new Publish(qos2("awaits/pubrec"), 3, true),
                        publish1("waits", 5));
        other.sends(new Publish(qos2("in/received"), 7, true));
        assertThat(other.sent()).containsExactly(new PubRec(7, ReasonCode.SUCCESS));
        assertThat(get(other.client.inspectSession()).subscriptions()).hasSize(1);
    }

    @Test
    void aSavedSessionMovesIntoAStoreAndOutOfIt() {
        String json = save(busy(ProtocolVersion.MQTT_5_0));
        InMemorySessionStore store = new InMemorySessionStore();
        VirtualClient stored =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(store));
        assertThat(restore(stored, json)).isNull();

        VirtualClient next =
                VirtualClient.create(options -> options.cleanSession(false).sessionStore(store));
        SessionInspection recovered = get(next.client.inspectSession());

        assertThat(recovered.inFlight()).hasSize(4);
        assertThat(recovered.waiting()).isEqualTo(1);
        assertThat(withoutAges(save(next))).isEqualTo(withoutAges(json));
    }

    private static String withoutAges(String json) {
        return json.replaceAll("\"sha256\":\"[0-9a-f]+\"", "").replaceAll("\"sequencesUpTo\":\\d+", "");
    }

    @ParameterizedTest
    @EnumSource
    void aRestoredSessionSetsCleanStartToFalse(ProtocolVersion version) {
        String json = save(busy(ProtocolVersion.MQTT_5_0));
        VirtualClient clean =
                VirtualClient.create(options -> options.protocolVersion(version).cleanSession(true));

        assertThat(restore(clean, json)).isNull();
        clean.client.connect().subscribe();
        clean.opens();

        assertThat(clean.sentConnect().cleanStart()).isFalse();
        clean.sends(ConnAck.accepted(true));
        assertThat(clean.sent()).contains(new PubRel(4, ReasonCode.SUCCESS));
    }

    @Test
    void theServersSessionPresentDecides() {
        String json = save(busy(ProtocolVersion.MQTT_5_0));
        VirtualClient other = kept(ProtocolVersion.MQTT_5_0);
        restore(other, json);

        Restarts.connected(other, false);

        assertThat(other.events()).hasAtLeastOneElementOfType(ClientEvent.SessionLost.class);
        assertThat(other.sent()).doesNotHaveAnyElementsOfTypes(PubRel.class);
    }

    @Test
    void aRestoredSessionThatHasExpiredIsDiscarded() {
        VirtualClient first =
                VirtualClient.create(options -> options.cleanStart(false).sessionExpiryInterval(Duration.ofHours(1)));
        Restarts.connected(first, false);
        first.client.publish(qos1("a")).subscribe();
        first.cuts();
        String json = save(first);
        VirtualClient other = kept(ProtocolVersion.MQTT_5_0);
        other.wallClockJumps(Duration.ofHours(2));

        assertThat(restore(other, json)).isNull();

        assertThat(other.events()).hasAtLeastOneElementOfType(ClientEvent.SessionDiscarded.class);
        assertThat(get(other.client.inspectSession()).inFlight()).isEmpty();
    }

    // ---- refusals

    private static void refuses(VirtualClient client, String json, Refusal refusal) {
        SessionInspection before = get(client.client.inspectSession());

        assertThat(restore(client, json))
                .isInstanceOfSatisfying(SnapshotRefusedException.class, refused -> assertThat(refused.refusal())
                        .isEqualTo(refusal));

        assertThat(get(client.client.inspectSession())).isEqualTo(before);
        client.client.connect().subscribe();
        client.opens();
        assertThat(client.sentConnect().cleanStart()).isTrue();
    }

    @Test
    void damageIsRefusedAndLeavesTheClientAsItWas() {
        String json = save(busy(ProtocolVersion.MQTT_5_0));

        refuses(plain(), "", Refusal.DAMAGED);
        refuses(plain(), "null", Refusal.DAMAGED);
        refuses(plain(), "{}", Refusal.DAMAGED);
        refuses(plain(), json.substring(0, json.length() - 1), Refusal.DAMAGED);
        refuses(plain(), json + "x", Refusal.DAMAGED);
        refuses(plain(), json.replace("\"packetIdentifier\":2", "\"packetIdentifier\":3"), Refusal.DAMAGED);
        refuses(plain(), json.replace("in/#", "in/+"), Refusal.DAMAGED);
    }

    @Test
    void anotherVersionIsRefused() {
        String json = save(busy(ProtocolVersion.MQTT_5_0));

        refuses(plain(), json.replace("\"version\":1", "\"version\":3"), Refusal.OTHER_VERSION);
    }

    @Test
    void anotherClientsSessionIsRefused() {
        String json = save(busy(ProtocolVersion.MQTT_5_0));

        refuses(VirtualClient.create(options -> options.clientIdentifier("d")), json, Refusal.OTHER_CLIENT_IDENTIFIER);
    }

    @Test
    void nothingIsRestoredIntoAClientThatHasDoneSomething() {
        String json = save(busy(ProtocolVersion.MQTT_5_0));
        List<Consumer<ReactorMqttClient>> deeds = List.of(
                client -> client.connect().subscribe(),
                client -> client.publish(qos1("a")).subscribe(),
                client -> client.subscribe("a", Qos.AT_LEAST_ONCE).subscribe());

        for (Consumer<ReactorMqttClient> deed : deeds) {
            VirtualClient client = kept(ProtocolVersion.MQTT_5_0);
            deed.accept(client.client);

            assertThat(restore(client, json)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aMessageThatTheOtherVersionCannotSayFailsAndIsNotCutToFit() {
        VirtualClient first = Restarts.connected(kept(ProtocolVersion.MQTT_5_0), false);
        ApplicationMessage rich = ApplicationMessage.to("a")
                .qos(Qos.AT_LEAST_ONCE)
                .contentType("text/plain")
                .build();
        first.client.publish(rich).subscribe();
        first.cuts();
        first.client.publish(rich).subscribe();
        VirtualClient other = kept(ProtocolVersion.MQTT_3_1_1);
        List<PublishReceipt> receipts = new ArrayList<>();
        other.client.receipts().subscribe(receipts::add);
        restore(other, save(first));

        Restarts.connected(other, true);

        assertThat(other.sent()).isEmpty();
        assertThat(receipts)
                .extracting(receipt -> receipt.result().failure())
                .hasExactlyElementsOfTypes(OutcomeUnknownException.class, LimitExceededException.class);
    }

    @Test
    void saveAndRestoreAreCold() {
        VirtualClient client = plain();
        client.client.restoreSession("{}");
        client.client.saveSession();

        StepVerifier.create(client.client.saveSession()).expectNextCount(1).verifyComplete();
    }
}

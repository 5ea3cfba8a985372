package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.publish2;
import static io.reactivemqtt.reactor.Messages.qos1;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.StepVerifier;

/** Rules of the standard that show at the edge of the whole client, in both versions where both have them. */
class RulesTest {

    private static VirtualClient connected(ProtocolVersion version) {
        return VirtualClient.connected(options -> options.protocolVersion(version));
    }

    private static ReceivedMessage receive(VirtualClient server, Publish publish) {
        List<ReceivedMessage> messages = new ArrayList<>();
        server.client.subscribe("#", Qos.EXACTLY_ONCE).subscribe(messages::add);
        int identifier = ((Subscribe) server.sent().get(0)).packetIdentifier();
        server.sends(new SubAck(identifier, List.of(ReasonCode.GRANTED_QOS_2)), publish);
        return messages.get(0);
    }

    // ---- what never leaves

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.3.4-6", "MQTT-3.3.1-3", "3.1.1:MQTT-3.3.1-3"})
    void aReceivedMessageThatIsPublishedAgainIsANewOne(ProtocolVersion version) {
        VirtualClient server = connected(version);
        ReceivedMessage received = receive(server, new Publish(qos1("a"), 9, true, 0, List.of(1)));
        server.sent();

        server.client.publish(received.message()).subscribe();

        assertThat(server.sent()).singleElement().isInstanceOfSatisfying(Publish.class, publish -> {
            assertThat(publish.dup()).isFalse();
            assertThat(publish.subscriptionIdentifiers()).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void theSessionKnowsNoTopicAliases(int topicAliasMaximum) {
        VirtualClient server = VirtualClient.create();
        server.client.connect().subscribe();
        server.accept(ConnAck.builder().topicAliasMaximum(topicAliasMaximum).build());

        server.client.publish(qos1("a")).subscribe();

        assertThat(server.sent()).containsExactly(publish1("a", 1));
    }

    @Test
    @Spec({
        "MQTT-3.4.2-2",
        "MQTT-3.4.2-3",
        "MQTT-3.5.2-2",
        "MQTT-3.5.2-3",
        "MQTT-3.6.2-2",
        "MQTT-3.6.2-3",
        "MQTT-3.7.2-2",
        "MQTT-3.7.2-3"
    })
    void acknowledgementsCarryNoWordsAndSoFitEveryMaximumPacketSize() {
        VirtualClient server = VirtualClient.create();
        server.client.connect().subscribe();
        server.accept(ConnAck.builder().maximumPacketSize(20).build());
        server.client
                .subscribe(options ->
                        options.filter("a").qos(Qos.EXACTLY_ONCE).acknowledgement(AcknowledgementMode.BY_HAND))
                .subscribe(message -> message.acknowledge(ReasonCode.NOT_AUTHORIZED));
        server.client.publish(Messages.qos2("b")).subscribe();
        server.sends(new SubAck(1, List.of(ReasonCode.GRANTED_QOS_2)));
        server.sent();

        server.sends(
                publish1("a", 1),
                publish2("a", 2),
                new PubRec(2, ReasonCode.SUCCESS),
                new PubRel(9, ReasonCode.SUCCESS));

        assertThat(server.sent())
                .containsExactlyInAnyOrder(
                        new PubAck(1, ReasonCode.NOT_AUTHORIZED),
                        new PubRec(2, ReasonCode.NOT_AUTHORIZED),
                        new PubRel(2, ReasonCode.SUCCESS),
                        new PubComp(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }

    // ---- expiry

    @Test
    @Spec("MQTT-4.3.3-7")
    void aMessageThatWasSentDoesNotExpire() {
        VirtualClient server = VirtualClient.connected(options -> options.cleanSession(false));
        ApplicationMessage message = ApplicationMessage.to("a")
                .qos(Qos.EXACTLY_ONCE)
                .messageExpiryInterval(Duration.ofSeconds(1))
                .build();
        server.client.publish(message).subscribe();
        server.cuts();
        server.passes(Duration.ofSeconds(2));
        server.opens();
        server.sent();

        server.sends(ConnAck.accepted(true));

        assertThat(server.sent()).containsExactly(new Publish(message, 1, true));
    }

    @Test
    @Spec("MQTT-4.3.3-13")
    void anIncomingHandshakeGoesOnAfterTheMessageHasExpired() {
        VirtualClient server = connected(ProtocolVersion.MQTT_5_0);
        ApplicationMessage message = ApplicationMessage.to("a")
                .qos(Qos.EXACTLY_ONCE)
                .messageExpiryInterval(Duration.ofSeconds(1))
                .build();
        receive(server, new Publish(message, 7, false));
        assertThat(server.sent()).containsExactly(new PubRec(7, ReasonCode.SUCCESS));
        server.passes(Duration.ofSeconds(5));

        server.sends(new PubRel(7, ReasonCode.SUCCESS));

        assertThat(server.sent()).containsExactly(new PubComp(7, ReasonCode.SUCCESS));
    }

    // ---- connecting

    @Test
    @Spec("MQTT-3.1.2-28")
    void responseInformationThatNobodyAskedForDoesNoHarm() {
        VirtualClient server = VirtualClient.create();
        StepVerifier.create(server.client.connect())
                .expectSubscription()
                .then(() -> server.accept(
                        ConnAck.builder().responseInformation("answers/").build()))
                .expectNextCount(1)
                .verifyComplete();
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.1.4-6", "3.1.1:MQTT-3.1.4-5", "3.1.1:MQTT-3.1.3-8", "3.1.1:MQTT-3.1.3-9"})
    void aRefusedConnectionDeliversNothingAndLosesNothing(ProtocolVersion version) {
        VirtualClient server = VirtualClient.create(options -> options.protocolVersion(version));
        List<PublishResult> results = new ArrayList<>();
        server.client.publish(qos1("a")).subscribe(results::add);
        StepVerifier.create(server.client.connect())
                .expectSubscription()
                .then(server::opens)
                .then(() -> assertThat(server.sent()).singleElement().isInstanceOf(Connect.class))
                .then(() -> server.sends(ConnAck.refused(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)))
                .verifyError(ConnectionRefusedException.class);
        server.passes(Duration.ofHours(1));
        assertThat(server.attempts()).isEqualTo(1);
        assertThat(results).isEmpty();

        server.client.connect().subscribe();
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(false));

        assertThat(server.sent()).containsExactly(publish1("a", 1));
    }

    @Test
    @Spec("3.1.1:MQTT-3.1.3-6")
    void anEmptyClientIdentifierConnectsWithACleanSession() {
        VirtualClient server = VirtualClient.create(
                options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1).clientIdentifier(""));
        server.client.connect().subscribe();
        server.opens();
        Connect connect = server.sentConnect();
        server.sends(ConnAck.accepted(false));

        assertThat(connect.clientIdentifier()).isEmpty();
        assertThat(connect.cleanStart()).isTrue();
        assertThat(server.events()).containsExactly(new ClientEvent.Connected("", false));
    }

    @Test
    @Spec({"3.1.1:MQTT-3.2.2-1", "3.1.1:MQTT-4.8.0-1"})
    void aSessionAfterACleanConnectIsAViolation() {
        VirtualClient server = VirtualClient.create(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));
        StepVerifier.create(server.client.connect())
                .expectSubscription()
                .then(() -> server.accept(true))
                .verifyError(ProtocolViolationException.class);
        assertThat(server.hasConnection()).isFalse();
    }

    @Test
    @Spec({"3.1.1:MQTT-3.2.2-3", "3.1.1:MQTT-4.1.0-1", "3.1.1:MQTT-4.1.0-2"})
    void theServersSessionPresentDecides() {
        VirtualClient server = VirtualClient.connected(
                options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1).cleanSession(false));
        server.client.publish(Messages.qos2("a")).subscribe();
        server.sends(new PubRec(1, ReasonCode.SUCCESS));
        server.passes(Duration.ofSeconds(30));
        reconnect(server, true);
        assertThat(server.sent()).containsExactly(new PubRel(1, ReasonCode.SUCCESS));

        reconnect(server, false);

        assertThat(server.sent()).isEmpty(); // no PUBREL goes into a new Session
        assertThat(server.events()).hasAtLeastOneElementOfType(ClientEvent.SessionLost.class);
    }

    private static void reconnect(VirtualClient server, boolean sessionPresent) {
        server.cuts();
        server.passes(Duration.ofSeconds(2));
        server.opens();
        server.sent();
        server.sends(ConnAck.accepted(sessionPresent));
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"MQTT-3.1.0-2", "3.1.1:MQTT-3.1.0-2"})
    void oneConnectLeavesOnAConnection(ProtocolVersion version) {
        VirtualClient server = VirtualClient.create(options -> options.protocolVersion(version));
        server.client.connect().subscribe();
        server.client.connect().subscribe(connAck -> {}, refused -> {});
        server.opens();

        assertThat(server.sent()).singleElement().isInstanceOf(Connect.class);
    }

    // ---- connected

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"3.1.1:MQTT-3.1.2-24", "3.1.1:MQTT-3.12.4-1", "MQTT-3.12.4-1"})
    void aServerThatDoesNotAnswerPingReqIsLeft(ProtocolVersion version) {
        VirtualClient server = connected(version);
        server.passes(Duration.ofSeconds(59));
        server.events();

        server.passes(Duration.ofSeconds(10));

        assertThat(server.events()).hasAtLeastOneElementOfType(ClientEvent.Disconnected.class);
    }

    @ParameterizedTest
    @EnumSource(ProtocolVersion.class)
    @Spec({"3.1.1:MQTT-2.3.1-7", "3.1.1:MQTT-3.8.4-2", "MQTT-2.2.1-6"})
    void answersFindTheirRequestsInAnyOrder(ProtocolVersion version) {
        VirtualClient server = connected(version);
        List<ReasonCode> first = new ArrayList<>();
        List<ReasonCode> second = new ArrayList<>();
        server.client
                .subscribe(options -> options.filter("a").qos(Qos.EXACTLY_ONCE).onGranted(first::add))
                .subscribe();
        server.client
                .subscribe(options -> options.filter("b").qos(Qos.EXACTLY_ONCE).onGranted(second::add))
                .subscribe();

        server.sends(
                new SubAck(77, List.of(ReasonCode.SUCCESS)),
                new SubAck(2, List.of(ReasonCode.GRANTED_QOS_2)),
                new SubAck(1, List.of(ReasonCode.GRANTED_QOS_1)));

        assertThat(first).containsExactly(ReasonCode.GRANTED_QOS_1);
        assertThat(second).containsExactly(ReasonCode.GRANTED_QOS_2);
    }

    @Test
    @Spec({"3.1.1:MQTT-4.5.0-2", "3.1.1:MQTT-3.3.2-3"})
    void aMessageThatNobodyAskedForIsAcknowledged() {
        VirtualClient server = connected(ProtocolVersion.MQTT_3_1_1);

        server.sends(publish1("x", 3));

        assertThat(server.sent()).containsExactly(new PubAck(3, ReasonCode.SUCCESS));
    }

    @Test
    @Spec("3.1.1:MQTT-2.3.1-4")
    void aPacketIdentifierThatTheServerUsesAgainIsANewMessageAtQos1AndARepeatAtQos2() {
        VirtualClient server = connected(ProtocolVersion.MQTT_3_1_1);
        List<ReceivedMessage> messages = new ArrayList<>();
        server.client.subscribe("#", Qos.EXACTLY_ONCE).subscribe(messages::add);

        server.sends(publish1("a", 5));
        server.sends(publish1("a", 5), publish2("b", 6), publish2("b", 6)); // 5 was acknowledged

        assertThat(messages)
                .extracting(message -> message.topicName().toString())
                .containsExactly("a", "a", "b");
    }

    @Test
    @Spec("3.1.1:MQTT-3.3.5-2")
    void aServerThatClosesOnEveryPublishIsNotHammered() {
        VirtualClient server = VirtualClient.connected(
                options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1).cleanSession(false));
        server.random(0.999);
        server.client.publish(qos1("a")).subscribe();
        for (int i = 0; i < 6; i++) {
            server.cuts();
            server.passes(Duration.ofMinutes(2));
            server.opens();
            server.sends(ConnAck.accepted(true));
        }
        int attempts = server.attempts();
        server.cuts();
        server.passes(Duration.ofSeconds(10));

        assertThat(server.attempts()).isEqualTo(attempts); // by now a delay is half a minute
    }

    @Test
    void unsubscribingInMqtt311IsASuccessWithoutACode() {
        VirtualClient server = connected(ProtocolVersion.MQTT_3_1_1);
        List<ReasonCode> answers = new ArrayList<>();
        server.client.unsubscribe("a").subscribe(answers::add);
        Packet unsubscribe = server.sent().get(0);

        server.sends(
                new UnsubAck(((Unsubscribe) unsubscribe).packetIdentifier(), List.of(), null, UserProperties.EMPTY));

        assertThat(answers).containsExactly(ReasonCode.SUCCESS);
    }
}

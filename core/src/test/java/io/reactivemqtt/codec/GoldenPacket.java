package io.reactivemqtt.codec;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.packet.PingResp;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A packet and its bytes, worked out by hand from the tables of the standard. */
record GoldenPacket(String name, ProtocolVersion version, Packet packet, String bytes) {

    private static final UserProperties PAIR = UserProperties.of("k", "v");
    private static final String PAIR_BYTES = " 26 00 01 'k' 00 01 'v'";

    /** Both ways: the encoder writes these bytes, and the decoder reads them. */
    static List<GoldenPacket> all() {
        return List.of(
                v5(
                        "CONNECT that says the least",
                        new Connect(MQTT_5_0, "", true, 60),
                        "10 0D 00 04 'MQTT' 05 02 00 3C 00 00 00"),
                v5(
                        "CONNECT with everything",
                        connectWithEverything(),
                        "10 61 00 04 'MQTT' 05 EE 00 3C"
                                + " 26 11 00 00 0E 10 21 00 14 27 00 01 00 00 22 00 0A 19 01 17 00" + PAIR_BYTES
                                + " 15 00 03 'PLN' 16 00 02 01 02"
                                + " 00 01 'c'"
                                + " 1E 18 00 00 00 05 01 01 02 00 00 00 3C 03 00 01 't' 08 00 01 'r' 09 00 01 FF"
                                + " 26 00 01 'a' 00 00"
                                + " 00 01 'w' 00 02 'hi'"
                                + " 00 01 'u' 00 02 00 FF"),
                v5(
                        "CONNECT with a minimal Will",
                        connectWithWill(MQTT_5_0),
                        "10 14 00 04 'MQTT' 05 04 00 00 00 00 01 'c' 00 00 01 'w' 00 00"),
                v5(
                        "CONNECT with a Password alone",
                        connectWithCredentials(MQTT_5_0, null, Payload.EMPTY),
                        "10 10 00 04 'MQTT' 05 40 00 00 00 00 01 'c' 00 00"),
                v5(
                        "CONNECT with an empty User Name",
                        connectWithCredentials(MQTT_5_0, "", null),
                        "10 10 00 04 'MQTT' 05 80 00 00 00 00 01 'c' 00 00"),
                v5("CONNACK that accepts", ConnAck.accepted(false), "20 03 00 00 00"),
                v5("CONNACK that refuses", ConnAck.refused(ReasonCode.NOT_AUTHORIZED), "20 03 00 87 00"),
                v5(
                        "CONNACK with everything",
                        connAckWithEverything(),
                        "20 41 01 00 3E 11 00 00 00 78 21 00 0A 24 01 25 00 27 00 00 04 00 12 00 02 'id' 22 00 05"
                                + " 1F 00 02 'ok'" + PAIR_BYTES
                                + " 28 01 29 00 2A 01 13 00 1E 1A 00 01 'r' 1C 00 01 's'"
                                + " 15 00 01 'm' 16 00 01 09"),
                v5(
                        "PUBLISH at QoS 0",
                        new Publish(message(Qos.AT_MOST_ONCE, false), 0, false),
                        "30 06 00 01 'a' 00 'hi'"),
                v5(
                        "PUBLISH at QoS 1, DUP and RETAIN",
                        new Publish(message(Qos.AT_LEAST_ONCE, true), 0x1234, true),
                        "3B 08 00 01 'a' 12 34 00 'hi'"),
                v5(
                        "PUBLISH at QoS 2",
                        new Publish(message(Qos.EXACTLY_ONCE, false), 0xFFFF, false),
                        "34 08 00 01 'a' FF FF 00 'hi'"),
                v5(
                        "PUBLISH with everything",
                        publishWithEverything(),
                        "32 2A 00 01 'a' 00 07 22 23 00 01 01 01 02 00 00 00 01 03 00 01 't' 08 00 01 'r' 09 00 01 00"
                                + PAIR_BYTES + " 0B 01 0B 80 01 'hi'"),
                v5("PUBACK", new PubAck(1, ReasonCode.SUCCESS), "40 02 00 01"),
                v5("PUBACK with a Reason Code", new PubAck(1, ReasonCode.NO_MATCHING_SUBSCRIBERS), "40 03 00 01 10"),
                v5(
                        "PUBACK with everything",
                        new PubAck(1, ReasonCode.NOT_AUTHORIZED, "no", PAIR),
                        "40 10 00 01 87 0C 1F 00 02 'no'" + PAIR_BYTES),
                v5("PUBREC", new PubRec(2, ReasonCode.SUCCESS), "50 02 00 02"),
                v5("PUBREC with a Reason Code", new PubRec(2, ReasonCode.QUOTA_EXCEEDED), "50 03 00 02 97"),
                v5(
                        "PUBREC with everything",
                        new PubRec(2, ReasonCode.SUCCESS, "no", PAIR),
                        "50 10 00 02 00 0C 1F 00 02 'no'" + PAIR_BYTES),
                v5("PUBREL", new PubRel(3, ReasonCode.SUCCESS), "62 02 00 03"),
                v5(
                        "PUBREL with a Reason Code",
                        new PubRel(3, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND),
                        "62 03 00 03 92"),
                v5(
                        "PUBREL with everything",
                        new PubRel(3, ReasonCode.SUCCESS, "no", PAIR),
                        "62 10 00 03 00 0C 1F 00 02 'no'" + PAIR_BYTES),
                v5("PUBCOMP", new PubComp(4, ReasonCode.SUCCESS), "70 02 00 04"),
                v5(
                        "PUBCOMP with a Reason Code",
                        new PubComp(4, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND),
                        "70 03 00 04 92"),
                v5(
                        "PUBCOMP with everything",
                        new PubComp(4, ReasonCode.SUCCESS, "no", PAIR),
                        "70 10 00 04 00 0C 1F 00 02 'no'" + PAIR_BYTES),
                v5("SUBSCRIBE", subscribe("a", Qos.AT_LEAST_ONCE), "82 07 00 05 00 00 01 'a' 01"),
                v5(
                        "SUBSCRIBE with everything",
                        subscribeWithEverything(),
                        "82 1F 00 05 09 0B 05" + PAIR_BYTES + " 00 03 'a/#' 2E 00 0A '$share/g/+' 10"),
                v5("SUBACK", subAck(ReasonCode.GRANTED_QOS_2, ReasonCode.NOT_AUTHORIZED), "90 05 00 05 00 02 87"),
                v5(
                        "SUBACK with everything",
                        new SubAck(5, List.of(ReasonCode.SUCCESS, ReasonCode.GRANTED_QOS_1), "no", PAIR),
                        "90 11 00 05 0C 1F 00 02 'no'" + PAIR_BYTES + " 00 01"),
                v5("UNSUBSCRIBE", unsubscribe(UserProperties.EMPTY), "A2 06 00 06 00 00 01 'a'"),
                v5("UNSUBSCRIBE with everything", unsubscribe(PAIR), "A2 0D 00 06 07" + PAIR_BYTES + " 00 01 'a'"),
                v5("UNSUBACK", new UnsubAck(6, List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED)), "B0 04 00 06 00 11"),
                v5(
                        "UNSUBACK with everything",
                        new UnsubAck(6, List.of(ReasonCode.SUCCESS), "no", PAIR),
                        "B0 10 00 06 0C 1F 00 02 'no'" + PAIR_BYTES + " 00"),
                v5("PINGREQ", PingReq.INSTANCE, "C0 00"),
                v5("PINGRESP", PingResp.INSTANCE, "D0 00"),
                v5("DISCONNECT", new Disconnect(ReasonCode.SUCCESS), "E0 00"),
                v5(
                        "DISCONNECT with a Reason Code",
                        new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE),
                        "E0 01 04"),
                v5(
                        "DISCONNECT with everything",
                        new Disconnect(ReasonCode.SESSION_TAKEN_OVER, 0L, "x", PAIR, "s"),
                        "E0 16 8E 14 11 00 00 00 00 1F 00 01 'x'" + PAIR_BYTES + " 1C 00 01 's'"),
                v5(
                        "AUTH that says nothing",
                        new Auth(ReasonCode.SUCCESS, null, null, null, UserProperties.EMPTY),
                        "F0 00"),
                v5(
                        "AUTH with everything",
                        new Auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", Payload.of((byte) 1), "x", PAIR),
                        "F0 15 18 13 15 00 01 'm' 16 00 01 01 1F 00 01 'x'" + PAIR_BYTES),
                v3(
                        "CONNECT that says the least",
                        new Connect(MQTT_3_1_1, "", true, 60),
                        "10 0C 00 04 'MQTT' 04 02 00 3C 00 00"),
                v3(
                        "CONNECT with everything",
                        connectWithEverythingOf311(),
                        "10 1B 00 04 'MQTT' 04 F4 00 0A 00 01 'c' 00 01 'w' 00 02 'hi' 00 01 'u' 00 02 00 FF"),
                v3(
                        "CONNECT with a minimal Will",
                        connectWithWill(MQTT_3_1_1),
                        "10 12 00 04 'MQTT' 04 04 00 00 00 01 'c' 00 01 'w' 00 00"),
                v3(
                        "CONNECT with an empty User Name",
                        connectWithCredentials(MQTT_3_1_1, "", null),
                        "10 0F 00 04 'MQTT' 04 80 00 00 00 01 'c' 00 00"),
                v3("CONNACK that accepts", ConnAck.accepted(true), "20 02 01 00"),
                v3(
                        "CONNACK with return code 1",
                        ConnAck.refused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION),
                        "20 02 00 01"),
                v3(
                        "CONNACK with return code 2",
                        ConnAck.refused(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID),
                        "20 02 00 02"),
                v3("CONNACK with return code 3", ConnAck.refused(ReasonCode.SERVER_UNAVAILABLE), "20 02 00 03"),
                v3("CONNACK with return code 4", ConnAck.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD), "20 02 00 04"),
                v3("CONNACK with return code 5", ConnAck.refused(ReasonCode.NOT_AUTHORIZED), "20 02 00 05"),
                v3("PUBLISH at QoS 0", new Publish(message(Qos.AT_MOST_ONCE, true), 0, false), "31 05 00 01 'a' 'hi'"),
                v3(
                        "PUBLISH at QoS 1, DUP",
                        new Publish(message(Qos.AT_LEAST_ONCE, false), 10, true),
                        "3A 07 00 01 'a' 00 0A 'hi'"),
                v3(
                        "PUBLISH at QoS 2",
                        new Publish(message(Qos.EXACTLY_ONCE, false), 10, false),
                        "34 07 00 01 'a' 00 0A 'hi'"),
                v3("PUBACK", new PubAck(1, ReasonCode.SUCCESS), "40 02 00 01"),
                v3("PUBREC", new PubRec(2, ReasonCode.SUCCESS), "50 02 00 02"),
                v3("PUBREL", new PubRel(3, ReasonCode.SUCCESS), "62 02 00 03"),
                v3("PUBCOMP", new PubComp(4, ReasonCode.SUCCESS), "70 02 00 04"),
                v3("SUBSCRIBE", subscribe("a/b", Qos.EXACTLY_ONCE), "82 08 00 05 00 03 'a/b' 02"),
                v3("SUBACK", subAck(ReasonCode.SUCCESS, ReasonCode.UNSPECIFIED_ERROR), "90 04 00 05 00 80"),
                v3("UNSUBSCRIBE", unsubscribe(UserProperties.EMPTY), "A2 05 00 06 00 01 'a'"),
                v3("UNSUBACK", new UnsubAck(6, List.of()), "B0 02 00 06"),
                v3("PINGREQ", PingReq.INSTANCE, "C0 00"),
                v3("PINGRESP", PingResp.INSTANCE, "D0 00"),
                v3("DISCONNECT", new Disconnect(ReasonCode.SUCCESS), "E0 00"));
    }

    /** One way: the decoder reads these bytes, for which the encoder knows a shorter form or an order of its own. */
    static List<GoldenPacket> decodedOnly() {
        return List.of(
                v5("PUBACK with Reason Code Success", new PubAck(1, ReasonCode.SUCCESS), "40 03 00 01 00"),
                v5("PUBACK with Property Length 0", new PubAck(1, ReasonCode.SUCCESS), "40 04 00 01 00 00"),
                v5("PUBREC with Property Length 0", new PubRec(1, ReasonCode.SUCCESS), "50 04 00 01 00 00"),
                v5("PUBREL with Property Length 0", new PubRel(1, ReasonCode.SUCCESS), "62 04 00 01 00 00"),
                v5("PUBCOMP with Property Length 0", new PubComp(1, ReasonCode.SUCCESS), "70 04 00 01 00 00"),
                v5("DISCONNECT with Reason Code 0", new Disconnect(ReasonCode.SUCCESS), "E0 01 00"),
                v5("DISCONNECT with Property Length 0", new Disconnect(ReasonCode.SERVER_BUSY), "E0 02 89 00"),
                v5(
                        "PUBLISH with Payload Format Indicator 0",
                        new Publish(message(Qos.AT_MOST_ONCE, false), 0, false),
                        "30 08 00 01 'a' 02 01 00 'hi'"),
                v5(
                        "CONNECT with Will Delay Interval 0",
                        connectWithWill(MQTT_5_0),
                        "10 19 00 04 'MQTT' 05 04 00 00 00 00 01 'c' 05 18 00 00 00 00 00 01 'w' 00 00"),
                v5(
                        "properties in another order",
                        new PubAck(1, ReasonCode.SUCCESS, "no", PAIR),
                        "40 10 00 01 00 0C" + PAIR_BYTES + " 1F 00 02 'no'"),
                v5(
                        "CONNACK of a Server that speaks only 3.1.1",
                        ConnAck.refused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION),
                        "20 02 00 01"),
                v5(
                        "CONNECT of the other version",
                        new Connect(MQTT_3_1_1, "", true, 60),
                        "10 0C 00 04 'MQTT' 04 02 00 3C 00 00"));
    }

    private static GoldenPacket v5(String name, Packet packet, String bytes) {
        return new GoldenPacket(name, MQTT_5_0, packet, bytes);
    }

    private static GoldenPacket v3(String name, Packet packet, String bytes) {
        return new GoldenPacket(name, MQTT_3_1_1, packet, bytes);
    }

    @Override
    public String toString() {
        return version + " " + name;
    }

    private static ApplicationMessage message(Qos qos, boolean retain) {
        return ApplicationMessage.to("a")
                .payload(Payload.utf8("hi"))
                .qos(qos)
                .retain(retain)
                .build();
    }

    private static Connect connectWithEverything() {
        ApplicationMessage willMessage = ApplicationMessage.to("w")
                .text("hi")
                .qos(Qos.AT_LEAST_ONCE)
                .retain(true)
                .messageExpiryInterval(Duration.ofSeconds(60))
                .contentType("t")
                .responseTopic("r")
                .correlationData(Payload.of((byte) 0xFF))
                .userProperty("a", "")
                .build();
        return new Connect(
                MQTT_5_0,
                "c",
                true,
                60,
                "u",
                Payload.of((byte) 0, (byte) 0xFF),
                Will.of(willMessage).withDelay(Duration.ofSeconds(5)),
                3600L,
                20,
                65_536L,
                10,
                true,
                false,
                PAIR,
                "PLN",
                Payload.of((byte) 1, (byte) 2));
    }

    private static Connect connectWithEverythingOf311() {
        ApplicationMessage willMessage = ApplicationMessage.to("w")
                .payload(Payload.utf8("hi"))
                .qos(Qos.EXACTLY_ONCE)
                .retain(true)
                .build();
        return new Connect(
                MQTT_3_1_1,
                "c",
                false,
                10,
                "u",
                Payload.of((byte) 0, (byte) 0xFF),
                Will.of(willMessage),
                null,
                null,
                null,
                null,
                null,
                null,
                UserProperties.EMPTY,
                null,
                null);
    }

    private static Connect connectWithWill(ProtocolVersion version) {
        ApplicationMessage message = ApplicationMessage.to("w").build();
        return new Connect(
                version,
                "c",
                false,
                0,
                null,
                null,
                Will.of(message),
                null,
                null,
                null,
                null,
                null,
                null,
                UserProperties.EMPTY,
                null,
                null);
    }

    private static Connect connectWithCredentials(
            ProtocolVersion version, @Nullable String userName, @Nullable Payload password) {
        return new Connect(
                version,
                "c",
                false,
                0,
                userName,
                password,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                UserProperties.EMPTY,
                null,
                null);
    }

    private static ConnAck connAckWithEverything() {
        return ConnAck.builder()
                .sessionPresent(true)
                .sessionExpiryIntervalSeconds(120)
                .receiveMaximum(10)
                .maximumQos(Qos.AT_LEAST_ONCE)
                .retainAvailable(false)
                .maximumPacketSize(1024)
                .assignedClientIdentifier("id")
                .topicAliasMaximum(5)
                .reasonString("ok")
                .userProperties(PAIR)
                .wildcardSubscriptionAvailable(true)
                .subscriptionIdentifiersAvailable(false)
                .sharedSubscriptionAvailable(true)
                .serverKeepAliveSeconds(30)
                .responseInformation("r")
                .serverReference("s")
                .authenticationMethod("m")
                .authenticationData(Payload.of((byte) 9))
                .build();
    }

    private static Publish publishWithEverything() {
        MessageProperties properties =
                new MessageProperties(true, Duration.ofSeconds(1), "t", TopicName.of("r"), Payload.of((byte) 0), PAIR);
        ApplicationMessage message =
                ApplicationMessage.of(TopicName.of("a"), Payload.utf8("hi"), Qos.AT_LEAST_ONCE, false, properties);
        return new Publish(message, 7, false, 1, List.of(1, 128));
    }

    private static Subscribe subscribe(String topicFilter, Qos qos) {
        return new Subscribe(5, List.of(TopicSubscription.of(topicFilter, qos)), null, UserProperties.EMPTY);
    }

    private static Subscribe subscribeWithEverything() {
        return new Subscribe(
                5,
                List.of(
                        TopicSubscription.of(TopicFilter.of("a/#"), Qos.EXACTLY_ONCE)
                                .withNoLocal(true)
                                .withRetainAsPublished(true)
                                .withRetainHandling(RetainHandling.DO_NOT_SEND),
                        TopicSubscription.of(TopicFilter.of("$share/g/+"), Qos.AT_MOST_ONCE)
                                .withRetainHandling(RetainHandling.SEND_IF_NEW)),
                5,
                PAIR);
    }

    private static SubAck subAck(ReasonCode... reasonCodes) {
        return new SubAck(5, List.of(reasonCodes));
    }

    private static Unsubscribe unsubscribe(UserProperties userProperties) {
        return new Unsubscribe(6, List.of(TopicFilter.of("a")), userProperties);
    }
}

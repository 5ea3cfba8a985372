package io.reactivemqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A packet that can be made can be sent. */
class PacketTest {

    private static final ApplicationMessage QOS_0 = ApplicationMessage.of("a", "", Qos.AT_MOST_ONCE);
    private static final ApplicationMessage QOS_1 = ApplicationMessage.of("a", "", Qos.AT_LEAST_ONCE);
    private static final TopicFilter FILTER = TopicFilter.of("a");
    private static final Payload TOO_LONG = Payload.of(new byte[65_536]);

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65_536})
    @Spec({"MQTT-2.2.1-3", "MQTT-2.2.1-5", "3.1.1:MQTT-2.3.1-1"})
    void packetIdentifierIs1To65535(int packetIdentifier) {
        assertRefused(() -> new Publish(QOS_1, packetIdentifier, false));
        assertRefused(() -> new PubAck(packetIdentifier, ReasonCode.SUCCESS));
        assertRefused(() -> new PubRec(packetIdentifier, ReasonCode.SUCCESS));
        assertRefused(() -> new PubRel(packetIdentifier, ReasonCode.SUCCESS));
        assertRefused(() -> new PubComp(packetIdentifier, ReasonCode.SUCCESS));
        assertRefused(() -> new Subscribe(
                packetIdentifier, List.of(TopicSubscription.of("a", Qos.AT_MOST_ONCE)), null, UserProperties.EMPTY));
        assertRefused(() -> new SubAck(packetIdentifier, List.of(ReasonCode.SUCCESS)));
        assertRefused(() -> new Unsubscribe(packetIdentifier, List.of(FILTER), UserProperties.EMPTY));
        assertRefused(() -> new UnsubAck(packetIdentifier, List.of()));
    }

    @Test
    @Spec({"MQTT-2.2.1-2", "MQTT-3.3.1-2", "3.1.1:MQTT-2.3.1-5", "3.1.1:MQTT-3.3.1-2"})
    void qos0HasNeitherPacketIdentifierNorDup() {
        assertRefused(() -> new Publish(QOS_0, 1, false));
        assertRefused(() -> new Publish(QOS_0, 0, true));
        assertThat(new Publish(QOS_0, 0, false).topicAlias()).isZero();
    }

    @Test
    @Spec("MQTT-3.3.2-8")
    void topicAliasAndSubscriptionIdentifierHaveTheirRange() {
        assertRefused(() -> new Publish(QOS_0, 0, false, -1, List.of()));
        assertRefused(() -> new Publish(QOS_0, 0, false, 65_536, List.of()));
        for (int wrong : new int[] {0, 268_435_456}) {
            assertRefused(() -> new Publish(QOS_0, 0, false, 0, List.of(wrong)));
            assertRefused(() -> new Subscribe(
                    1, List.of(TopicSubscription.of("a", Qos.AT_MOST_ONCE)), wrong, UserProperties.EMPTY));
        }
    }

    @Test
    @Spec({
        "MQTT-3.4.2-1",
        "MQTT-3.5.2-1",
        "MQTT-3.6.2-1",
        "MQTT-3.7.2-1",
        "MQTT-3.9.3-2",
        "MQTT-3.11.3-2",
        "MQTT-3.14.2-1",
        "MQTT-3.15.2-1",
        "MQTT-3.2.2-8"
    })
    void reasonCodeIsOneThatTheStandardListsForThePacket() {
        for (ReasonCode code : ReasonCode.values()) {
            assertListed(PubAck.REASON_CODES.contains(code), () -> new PubAck(1, code));
            assertListed(PubRec.REASON_CODES.contains(code), () -> new PubRec(1, code));
            assertListed(PubRel.REASON_CODES.contains(code), () -> new PubRel(1, code));
            assertListed(PubComp.REASON_CODES.contains(code), () -> new PubComp(1, code));
            assertListed(SubAck.REASON_CODES.contains(code), () -> new SubAck(1, List.of(code)));
            assertListed(UnsubAck.REASON_CODES.contains(code), () -> new UnsubAck(1, List.of(code)));
            assertListed(Disconnect.REASON_CODES.contains(code), () -> new Disconnect(code));
            assertListed(ConnAck.REASON_CODES.contains(code), () -> ConnAck.refused(code));
            assertListed(Auth.REASON_CODES.contains(code), () -> new Auth(code, "m", null, null, UserProperties.EMPTY));
        }
    }

    @Test
    @Spec({"MQTT-3.8.3-2", "MQTT-3.10.3-2", "3.1.1:MQTT-3.8.3-3", "3.1.1:MQTT-3.10.3-2"})
    void requestNamesAtLeastOneTopicFilter() {
        assertRefused(() -> new Subscribe(1, List.of(), null, UserProperties.EMPTY));
        assertRefused(() -> new Unsubscribe(1, List.of(), UserProperties.EMPTY));
        assertRefused(() -> new SubAck(1, List.of()));
    }

    @Test
    @Spec({"MQTT-3.1.2-19", "3.1.1:MQTT-3.1.2-22"})
    void passwordAloneIsForMqtt5() {
        assertThat(connect(ProtocolVersion.MQTT_5_0, null, Payload.EMPTY).password())
                .isNotNull();
        assertRefused(() -> connect(ProtocolVersion.MQTT_3_1_1, null, Payload.EMPTY));
    }

    @Test
    @Spec({"MQTT-1.5.4-1", "MQTT-3.1.3-4", "MQTT-3.1.3-12", "3.1.1:MQTT-3.1.3-4", "3.1.1:MQTT-3.1.3-11"})
    void textIsAUtf8EncodedString() {
        assertRefused(() -> new Connect(ProtocolVersion.MQTT_5_0, "\uD800", true, 0));
        assertRefused(() -> connect(ProtocolVersion.MQTT_5_0, "a\u0000", null));
        assertRefused(() -> new PubAck(1, ReasonCode.SUCCESS, "\uD800", UserProperties.EMPTY));
        assertRefused(() -> new Disconnect(ReasonCode.SUCCESS, null, null, UserProperties.EMPTY, "\uD800"));
        assertRefused(() -> ConnAck.builder().responseInformation("\uD800").build());
    }

    @Test
    void numbersHaveTheirRange() {
        assertRefused(() -> new Connect(ProtocolVersion.MQTT_5_0, "", true, 65_536));
        assertRefused(() -> connect(ProtocolVersion.MQTT_5_0, "u", TOO_LONG));
        assertRefused(() -> ConnAck.builder().receiveMaximum(0).build());
        assertRefused(() -> ConnAck.builder().maximumPacketSize(0).build());
        assertRefused(() -> ConnAck.builder().maximumQos(Qos.EXACTLY_ONCE).build());
        assertRefused(
                () -> ConnAck.builder().sessionExpiryIntervalSeconds(1L << 32).build());
        assertRefused(() -> ConnAck.builder().authenticationData(TOO_LONG).build());
        assertRefused(() -> new Auth(ReasonCode.SUCCESS, "m", TOO_LONG, null, UserProperties.EMPTY));
    }

    @Test
    @Spec({"MQTT-3.2.2-6", "3.1.1:MQTT-3.2.2-4"})
    void refusalHasNoSession() {
        assertRefused(() -> ConnAck.builder()
                .sessionPresent(true)
                .reasonCode(ReasonCode.NOT_AUTHORIZED)
                .build());
    }

    @Test
    void secretsStayOutOfToString() {
        Will will = Will.of(ApplicationMessage.of("will/topic", "will-payload", Qos.AT_MOST_ONCE));
        Connect connect = new Connect(
                ProtocolVersion.MQTT_5_0,
                "client",
                true,
                0,
                "user-name",
                Payload.utf8("secret"),
                will,
                null,
                null,
                null,
                null,
                null,
                null,
                UserProperties.EMPTY,
                "SCRAM",
                Payload.utf8("secret"));

        assertThat(connect.toString())
                .contains("client", "SCRAM")
                .doesNotContain("secret", "user-name", "will-payload");
    }

    @Test
    void everyPacketTypeHasItsNumber() {
        for (PacketType type : PacketType.values()) {
            assertThat(PacketType.of(type.code())).isSameAs(type);
        }
        assertThat(PacketType.of(0)).isNull();
        assertThat(PacketType.of(16)).isNull();
    }

    private static Connect connect(ProtocolVersion version, @Nullable String userName, @Nullable Payload password) {
        return new Connect(
                version,
                "",
                true,
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

    private static void assertListed(boolean listed, Runnable make) {
        if (listed) {
            make.run();
        } else {
            assertRefused(make);
        }
    }

    private static void assertRefused(Runnable make) {
        assertThatIllegalArgumentException().isThrownBy(make::run);
    }
}

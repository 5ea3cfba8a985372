package io.reactivemqtt.codec;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.codec.Bytes.bytes;
import static io.reactivemqtt.codec.Bytes.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.Will;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketEncoderTest {

    private static final UserProperties PAIR = UserProperties.of("k", "v");
    private static final ApplicationMessage MESSAGE = ApplicationMessage.of("a", "hi", Qos.AT_MOST_ONCE);

    /** A packet, and the words in which its refusal names what MQTT 3.1.1 cannot say. */
    record NotIn311(String named, Packet packet) {}

    static List<NotIn311> notIn311() {
        return List.of(
                new NotIn311("AUTH", new Auth(ReasonCode.SUCCESS, null, null, null, UserProperties.EMPTY)),
                new NotIn311(
                        "properties of a message",
                        publish(ApplicationMessage.to("a").text("hi").build())),
                new NotIn311("Subscription Identifiers", new Publish(MESSAGE, 0, false, 0, List.of(1))),
                new NotIn311(
                        "Subscription Identifiers",
                        subscribe(false, false, RetainHandling.SEND, 1, UserProperties.EMPTY)),
                new NotIn311("User Properties", subscribe(false, false, RetainHandling.SEND, null, PAIR)),
                new NotIn311("No Local", subscribe(true, false, RetainHandling.SEND, null, UserProperties.EMPTY)),
                new NotIn311(
                        "Retain As Published", subscribe(false, true, RetainHandling.SEND, null, UserProperties.EMPTY)),
                new NotIn311(
                        "Retain Handling",
                        subscribe(false, false, RetainHandling.DO_NOT_SEND, null, UserProperties.EMPTY)),
                new NotIn311("User Properties", new Unsubscribe(1, List.of(TopicFilter.of("a")), PAIR)),
                new NotIn311(
                        "Will Delay",
                        connect311(Will.of(MESSAGE).withDelay(Duration.ofSeconds(1)), UserProperties.EMPTY, null)),
                new NotIn311(
                        "properties of a Will",
                        connect311(Will.of(ApplicationMessage.to("a").text("hi").build()), UserProperties.EMPTY, null)),
                new NotIn311("User Properties", connect311(null, PAIR, null)),
                new NotIn311("enhanced authentication", connect311(null, UserProperties.EMPTY, "SCRAM")),
                new NotIn311("return code", ConnAck.refused(ReasonCode.BANNED)),
                new NotIn311("MQTT_5_0", new Connect(MQTT_5_0, "", true, 0)));
    }

    @ParameterizedTest
    @MethodSource("notIn311")
    void whatMqtt311CannotSayIsRefusedByName(NotIn311 refused) {
        PacketEncoder encoder = PacketEncoder.of(MQTT_3_1_1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.encodedLength(refused.packet()))
                .withMessageContaining(refused.named());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.encode(refused.packet(), ByteBuffer.allocate(100)))
                .withMessageContaining(refused.named());
    }

    @Test
    void whatOnlyNegotiatesOrExplainsIsLeftOutIn311() {
        assertThat(encode(
                        MQTT_3_1_1,
                        new Connect(
                                MQTT_3_1_1,
                                "",
                                true,
                                0,
                                null,
                                null,
                                null,
                                60L,
                                10,
                                100L,
                                5,
                                true,
                                false,
                                UserProperties.EMPTY,
                                null,
                                null)))
                .isEqualTo(bytes("10 0C 00 04 'MQTT' 04 02 00 00 00 00"));
        assertThat(encode(
                        MQTT_3_1_1,
                        ConnAck.builder().receiveMaximum(5).reasonString("x").build()))
                .isEqualTo(bytes("20 02 00 00"));
        assertThat(encode(MQTT_3_1_1, new PubAck(1, ReasonCode.NOT_AUTHORIZED, "no", PAIR)))
                .isEqualTo(bytes("40 02 00 01"));
        assertThat(encode(MQTT_3_1_1, new SubAck(1, List.of(ReasonCode.NOT_AUTHORIZED), "no", PAIR)))
                .isEqualTo(bytes("90 03 00 01 80"));
        assertThat(encode(MQTT_3_1_1, new UnsubAck(1, List.of(ReasonCode.SUCCESS))))
                .isEqualTo(bytes("B0 02 00 01"));
        assertThat(encode(MQTT_3_1_1, new Disconnect(ReasonCode.SERVER_BUSY, 5L, "busy", PAIR, "other")))
                .isEqualTo(bytes("E0 00"));
        assertThat(encode(MQTT_3_1_1, new Publish(MESSAGE, 0, false, 3, List.of())))
                .isEqualTo(bytes("30 05 00 01 'a' 'hi'"));
    }

    @Test
    void propertiesThatAreAllAbsentAreAsGoodAsNone() {
        MessageProperties empty = new MessageProperties(false, null, null, null, null, UserProperties.EMPTY);
        ApplicationMessage message =
                ApplicationMessage.of(TopicName.of("a"), Payload.EMPTY, Qos.AT_MOST_ONCE, false, empty);

        assertThat(encode(MQTT_5_0, publish(message))).isEqualTo(bytes("30 04 00 01 'a' 00"));
        assertThat(encode(MQTT_3_1_1, publish(message))).isEqualTo(bytes("30 03 00 01 'a'"));
    }

    @Test
    void topicAliasGoesWithTheFullTopicName() {
        assertThat(encode(MQTT_5_0, new Publish(MESSAGE, 0, false, 258, List.of())))
                .isEqualTo(bytes("30 09 00 01 'a' 03 23 01 02 'hi'"));
    }

    @Test
    @Spec("MQTT-1.5.4-3")
    void byteOrderMarkIsKept() {
        assertThat(encode(MQTT_5_0, publish(ApplicationMessage.of("\uFEFF", "", Qos.AT_MOST_ONCE))))
                .isEqualTo(bytes("30 06 00 03 EF BB BF 00"));
    }

    @Test
    void unsubAckOfMqtt5HasAtLeastOneReasonCode() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketEncoder.of(MQTT_5_0).encodedLength(new UnsubAck(1, List.of())));
    }

    @Test
    void packetBeyondTheLongestRemainingLengthIsRefused() {
        UserProperty large = new UserProperty("n".repeat(65_535), "v".repeat(65_535));
        UserProperties justFits = new UserProperties(Collections.nCopies(2047, large)); // 131,075 bytes each
        UserProperties beyond = new UserProperties(Collections.nCopies(2049, large));
        PacketEncoder encoder = PacketEncoder.of(MQTT_5_0);

        assertThat(encoder.encodedLength(withUserProperties(justFits))).isEqualTo(1 + 4 + 2 + 1 + 4 + 2047 * 131_075);
        assertThatExceptionOfType(LimitExceededException.class)
                .isThrownBy(() -> encoder.encodedLength(withUserProperties(beyond)))
                .withMessageContaining("268435455");
    }

    private static PubAck withUserProperties(UserProperties userProperties) {
        return new PubAck(1, ReasonCode.SUCCESS, null, userProperties);
    }

    private static Publish publish(ApplicationMessage message) {
        return new Publish(message, 0, false);
    }

    private static Subscribe subscribe(
            boolean noLocal,
            boolean retainAsPublished,
            RetainHandling retainHandling,
            @Nullable Integer subscriptionIdentifier,
            UserProperties userProperties) {
        TopicSubscription subscription = TopicSubscription.of(TopicFilter.of("a"), Qos.AT_MOST_ONCE)
                .withNoLocal(noLocal)
                .withRetainAsPublished(retainAsPublished)
                .withRetainHandling(retainHandling);
        return new Subscribe(1, List.of(subscription), subscriptionIdentifier, userProperties);
    }

    private static Connect connect311(
            @Nullable Will will, UserProperties userProperties, @Nullable String authenticationMethod) {
        return new Connect(
                MQTT_3_1_1,
                "c",
                true,
                0,
                null,
                null,
                will,
                null,
                null,
                null,
                null,
                null,
                null,
                userProperties,
                authenticationMethod,
                null);
    }
}

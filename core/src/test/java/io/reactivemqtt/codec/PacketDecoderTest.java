package io.reactivemqtt.codec;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.codec.Bytes.bytes;
import static io.reactivemqtt.codec.Bytes.decoder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketDecoderTest {

    @Test
    void packetThatHasNotAllArrivedMovesNothing() {
        byte[] packet = bytes("32 08 00 01 'a' 00 01 00 'hi'");
        ByteBuffer source = ByteBuffer.wrap(packet);
        PacketDecoder decoder = decoder(MQTT_5_0);
        for (int arrived = 0; arrived < packet.length; arrived++) {
            source.limit(arrived);

            assertThat(decoder.decode(source)).isNull();
            assertThat(source.position()).isZero();
            assertThat(source.limit()).isEqualTo(arrived);
        }
    }

    @Test
    void whatIsMissingIsKnownAsSoonAsTheLengthIs() {
        byte[] packet = bytes("32 08 00 01 'a' 00 01 00 'hi' D0 00");
        ByteBuffer source = ByteBuffer.wrap(packet);
        int[] missing = new int[packet.length + 1];
        for (int arrived = 0; arrived <= packet.length; arrived++) {
            missing[arrived] = PacketDecoder.missing(source.limit(arrived));
        }

        assertThat(missing).containsExactly(2, 1, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0);
        assertThat(source.position()).isZero();
    }

    @Test
    void ofAPacketWhoseLengthHasNotAllArrivedOneByteIsMissingAtLeast() {
        assertThat(PacketDecoder.missing(ByteBuffer.wrap(bytes("32 80 80")))).isEqualTo(1);
        assertThat(PacketDecoder.missing(ByteBuffer.wrap(bytes("32 80 80 01")))).isEqualTo(16_384);
    }

    @Test
    void packetsBehindEachOtherAreReadOneByOne() {
        ByteBuffer source = ByteBuffer.wrap(bytes("FF D0 00 40 02 00 07 D0")).position(1);

        assertThat(Bytes.decodeAll(decoder(MQTT_5_0), source))
                .containsExactly(PingResp.INSTANCE, new PubAck(7, ReasonCode.SUCCESS));
        assertThat(source.remaining()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"40 02 12 34, PUBACK", "50 02 12 34, PUBREC", "62 02 12 34, PUBREL", "70 02 12 34, PUBCOMP"})
    void acknowledgementThatSaysNoMoreIsTakenAsTwoNumbers(String packet, PacketType type) {
        ByteBuffer source = ByteBuffer.wrap(bytes("FF " + packet + " D0 00")).position(1);

        int acknowledgement = decoder(MQTT_5_0).takeAcknowledgement(source);

        assertThat(PacketDecoder.acknowledgedType(acknowledgement)).isEqualTo(type);
        assertThat(PacketDecoder.acknowledgedIdentifier(acknowledgement)).isEqualTo(0x1234);
        assertThat(source.position()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "40 02 00", // not all of it yet
                "40 03 00 07 10", // has a Reason Code
                "40 04 00 07 00 00", // has a Property Length
                "40 02 00 00", // has no Packet Identifier
                "41 02 00 07", // wrong flags
                "60 02 00 07", // wrong flags of PUBREL
                "B0 02 00 07", // UNSUBACK of MQTT 3.1.1
                "D0 00 40 02 00 07" // another packet
            })
    void allElseIsLeftToDecode(String packet) {
        ByteBuffer source = ByteBuffer.wrap(bytes(packet));

        assertThat(decoder(MQTT_3_1_1).takeAcknowledgement(source)).isEqualTo(PacketDecoder.NO_ACKNOWLEDGEMENT);
        assertThat(source.position()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketDecoder.acknowledgedType(PacketDecoder.NO_ACKNOWLEDGEMENT));
    }

    @Test
    void acknowledgementBeyondTheMaximumPacketSizeIsLeftToDecode() {
        PacketDecoder decoder = decoder(MQTT_5_0);
        decoder.maximumPacketSize(3);

        assertThat(decoder.takeAcknowledgement(ByteBuffer.wrap(bytes("40 02 00 07"))))
                .isEqualTo(PacketDecoder.NO_ACKNOWLEDGEMENT);
    }

    @Test
    void topicNamesThatComeAgainAreTheSameObjects() {
        PacketDecoder decoder = decoder(MQTT_5_0);

        List<TopicName> first = topicNames(decoder);
        List<TopicName> again = topicNames(decoder);

        assertThat(again).isEqualTo(first);
        assertThat(again.get(3)).isSameAs(first.get(3));
    }

    /** Names of all lengths to 20, which differ in one place each. */
    private static List<TopicName> topicNames(PacketDecoder decoder) {
        List<TopicName> names = new ArrayList<>();
        for (int length = 1; length <= 20; length++) {
            for (int place = 0; place < length; place++) {
                String name = "a".repeat(place) + "b" + "a".repeat(length - place - 1);
                byte[] packet = Bytes.encode(
                        MQTT_5_0,
                        new Publish(
                                ApplicationMessage.of(name, "", Qos.AT_MOST_ONCE), Packet.NO_PACKET_IDENTIFIER, false));
                for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
                    Publish publish = (Publish) Objects.requireNonNull(
                            decoder.decode(ByteBuffer.wrap(packet).order(order)));
                    assertThat(publish.message().topicName()).hasToString(name);
                    names.add(publish.message().topicName());
                }
            }
        }
        return names;
    }

    @Test
    void readOnlyDirectAndSlicedBuffersAreTaken() {
        byte[] packet = bytes("30 06 00 01 'a' 00 'hi'");
        Packet expected = Bytes.decode(MQTT_5_0, packet);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(20).position(3).put(packet).flip().position(3);

        assertThat(decoder(MQTT_5_0).decode(direct.slice())).isEqualTo(expected);
        assertThat(decoder(MQTT_5_0).decode(direct.asReadOnlyBuffer())).isEqualTo(expected);
    }

    @Test
    @Spec("MQTT-3.1.2-24")
    void packetBeyondTheLimitIsRefusedBeforeItsBodyArrives() {
        PacketDecoder decoder = new PacketDecoder(MQTT_5_0, new DecoderLimits(100, 0));

        assertThat(decoder.decode(ByteBuffer.wrap(bytes("30 62 00")))).isNull(); // 100 bytes
        assertRefused(decoder, "30 63", ReasonCode.PACKET_TOO_LARGE);
        assertRefused(decoder, "30 FF FF FF 7F", ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void limitOfThePacketSizeCanChange() {
        PacketDecoder decoder = new PacketDecoder(MQTT_5_0, DecoderLimits.DEFAULT);
        decoder.maximumPacketSize(2);

        assertThat(decoder.decode(ByteBuffer.wrap(bytes("D0 00")))).isEqualTo(PingResp.INSTANCE);
        assertRefused(decoder, "40 02 00 01", ReasonCode.PACKET_TOO_LARGE);
        decoder.maximumPacketSize(4);
        assertThat(decoder.decode(ByteBuffer.wrap(bytes("40 02 00 01")))).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> decoder.maximumPacketSize(1));
    }

    @Test
    void limitsAreCheckedWhenTheyAreMade() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DecoderLimits(1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new DecoderLimits(2, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new DecoderLimits(2, 65_536));
        assertThat(DecoderLimits.DEFAULT).isEqualTo(new DecoderLimits(1_048_576, 0));
    }

    @Test
    void userPropertiesAreTakenAsManyAsThePacketHolds() {
        List<UserProperty> pairs = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            pairs.add(new UserProperty(i % 3 == 0 ? "" : "n" + i, i % 5 == 0 ? "" : "ä" + i));
        }
        Publish sent = new Publish(
                ApplicationMessage.to("a")
                        .userProperties(new UserProperties(pairs))
                        .build(),
                0,
                false);

        Publish received = (Publish) Objects.requireNonNull(Bytes.decode(MQTT_5_0, Bytes.encode(MQTT_5_0, sent)));

        assertThat(received).isEqualTo(sent).hasSameHashCodeAs(sent);
        UserProperties properties = received.message().properties().userProperties();
        assertThat(properties.entries()).isEqualTo(pairs);
        assertThat(properties.encodedLength()).isEqualTo(new UserProperties(pairs).encodedLength());
        assertThat(properties.first("n9998")).isEqualTo("ä9998");
    }

    @Test
    void userPropertiesMayStandBetweenOtherProperties() {
        Publish publish = publish(
                decoder(MQTT_5_0), "30 16 00 01 'a' 12 26 00 01 'k' 00 01 'v' 01 01 26 00 00 00 00 0B 07 0B 08");

        assertThat(publish.message().properties().userProperties())
                .isEqualTo(UserProperties.of("k", "v").with("", ""));
        assertThat(publish.subscriptionIdentifiers()).containsExactly(7, 8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            ""    | 30 07 00 01 'a' 03 08 00 00
            #     | 30 08 00 01 'a' 04 08 00 01 '#'
            r/+/x | 30 0C 00 01 'a' 08 08 00 05 'r/+/x'
            """)
    @Spec("MQTT-3.3.2-14")
    void responseTopicThatIsNoTopicNameIsToldAsItCame(String responseTopic, String bytes) {
        Publish publish = publish(decoder(MQTT_5_0), bytes);

        MessageProperties properties = publish.message().properties();
        assertThat(properties.responseTopic()).isNull();
        assertThat(properties.unusableResponseTopic()).isEqualTo(responseTopic);
        assertThat(Bytes.encode(MQTT_5_0, publish)).isEqualTo(bytes(bytes));
    }

    @Test
    @Spec({"MQTT-3.3.2-10", "MQTT-3.3.2-7"})
    void topicAliasStandsForTheLastTopicNameThatCameWithIt() {
        PacketDecoder decoder = new PacketDecoder(MQTT_5_0, new DecoderLimits(100, 10));

        assertThat(topics(decoder, "30 07 00 01 'a' 03 23 00 01", "30 07 00 01 'b' 03 23 00 0A"))
                .containsExactly("a", "b");
        assertThat(topics(decoder, "30 06 00 00 03 23 00 01", "30 06 00 00 03 23 00 0A"))
                .containsExactly("a", "b");
        assertThat(topics(decoder, "30 07 00 01 'c' 03 23 00 0A", "30 06 00 00 03 23 00 0A"))
                .containsExactly("c", "c");

        PacketDecoder nextConnection = new PacketDecoder(MQTT_5_0, new DecoderLimits(100, 10));
        assertRefused(nextConnection, "30 06 00 00 03 23 00 01", ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    @Spec({"MQTT-3.1.2-27", "MQTT-3.3.2-11"})
    void topicAliasIsRefusedUnlessTheLimitsAllowOne() {
        PacketDecoder decoder = new PacketDecoder(MQTT_5_0, DecoderLimits.DEFAULT);

        assertRefused(decoder, "30 07 00 01 'a' 03 23 00 01", ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void repeatedTopicNameIsTheSameObject() {
        PacketDecoder decoder = decoder(MQTT_5_0);
        Publish first = publish(decoder, "30 04 00 01 'a' 00");
        Publish second = publish(decoder, "31 05 00 01 'a' 00 'x'");

        assertThat(second.message().topicName()).isSameAs(first.message().topicName());
    }

    @Test
    void topicNamesThatWantTheSameSlotAreToldApart() {
        PacketDecoder decoder = decoder(MQTT_5_0);

        // 31 * 'A' + 'a' == 31 * 'B' + 'B'
        assertThat(topics(decoder, "30 05 00 02 'Aa' 00", "30 05 00 02 'BB' 00", "30 05 00 02 'Aa' 00"))
                .containsExactly("Aa", "BB", "Aa");
    }

    @Test
    void topicNameTooLongForTheCacheIsReadAllTheSame() {
        String name = "x".repeat(300);

        assertThat(topics(decoder(MQTT_5_0), "30 AF 02 01 2C '" + name + "' 00"))
                .containsExactly(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EF BB BF", "EF BB BF 'a'"})
    @Spec({"MQTT-1.5.4-3", "3.1.1:MQTT-1.5.3-3"})
    void byteOrderMarkIsKept(String topic) {
        int length = bytes(topic).length;
        String packet = String.format("30 %02X 00 %02X %s", 2 + length, length, topic);

        assertThat(topics(decoder(MQTT_3_1_1), packet).get(0)).startsWith("\uFEFF");
    }

    @Test
    void decoderSpeaksTheVersionOfTheConnectThatItReads() {
        PacketDecoder decoder = decoder(MQTT_5_0);
        decoder.decode(ByteBuffer.wrap(bytes("10 0C 00 04 'MQTT' 04 02 00 3C 00 00")));

        assertThat(publish(decoder, "30 05 00 01 'a' 'hi'").message().payload().asUtf8())
                .isEqualTo("hi");
    }

    @Test
    void limitOfTheSourceStaysWhereItWasAfterARefusal() {
        ByteBuffer source = ByteBuffer.wrap(bytes("40 02 00 00 D0 00"));

        assertThatThrownBy(() -> decoder(MQTT_5_0).decode(source)).isInstanceOf(ProtocolViolationException.class);
        assertThat(source.limit()).isEqualTo(6);
    }

    @Test
    void payloadThatIsNoTextPassesWhateverItsIndicatorSays() { // §3.3.2.3.2: a receiver MAY check
        assertThat(publish(decoder(MQTT_5_0), "30 07 00 01 'a' 02 01 01 FF")
                        .message()
                        .payload()
                        .size())
                .isEqualTo(1);
    }

    private static Publish publish(PacketDecoder decoder, String packet) {
        return (Publish) Objects.requireNonNull(decoder.decode(ByteBuffer.wrap(bytes(packet))));
    }

    private static List<String> topics(PacketDecoder decoder, String... packets) {
        return List.of(packets).stream()
                .map(packet -> publish(decoder, packet).message().topicName().toString())
                .toList();
    }

    private static void assertRefused(PacketDecoder decoder, String packet, ReasonCode reasonCode) {
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(bytes(packet))))
                .asInstanceOf(InstanceOfAssertFactories.type(ProtocolViolationException.class))
                .extracting(ProtocolViolationException::reasonCode)
                .isEqualTo(reasonCode);
    }
}

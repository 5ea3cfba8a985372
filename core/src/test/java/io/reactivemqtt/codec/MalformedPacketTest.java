package io.reactivemqtt.codec;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.codec.Bytes.bytes;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.exception.ProtocolViolationException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the decoder refuses, and with which Reason Code. The connections of these tests take Topic Aliases up to 10. */
class MalformedPacketTest {

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            81 | 00 00          | type 0
            81 | 30 80 80 80 80 | Remaining Length of five bytes
            81 | 30 80 00       | Remaining Length 0 in two bytes
            81 | C0 80 80 80 00 | Remaining Length 0 in four bytes
            81 | 32 05 00 05 'a' 00 01       | Topic Name beyond the packet
            81 | 30 01 00                    | half a length
            81 | 32 04 00 01 'a' 00          | half a Packet Identifier
            81 | 30 03 00 01 'a'             | PUBLISH without a Property Length
            81 | 30 04 00 01 'a' 05          | Property Length beyond the packet
            81 | 30 05 00 01 'a' 80 00       | Property Length 0 in two bytes
            81 | 30 05 00 01 'a' 01 01       | property without its value
            81 | 30 08 00 01 'a' 03 03 00 01 'x' | string beyond the Property Length
            """)
    @Spec({"MQTT-1.5.5-1", "MQTT-4.13.1-1"})
    void lengthThatDoesNotHoldIsRefused(String reasonCode, String bytes, String why) {
        assertRefused(MQTT_5_0, bytes, reasonCode);
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            81 | 30 06 00 03 ED A0 80 00      | Topic Name with a surrogate
            81 | 30 05 00 02 C0 AF 00         | Topic Name with an overlong form
            81 | 30 04 00 01 FF 00            | Topic Name with no UTF-8 at all
            81 | 30 04 00 01 00 00            | Topic Name with U+0000
            81 | 40 08 00 01 00 04 1F 00 01 00 | Reason String with U+0000
            81 | 40 0A 00 01 00 06 26 00 01 80 00 00 | name of a User Property
            81 | 40 0A 00 01 00 06 26 00 00 00 01 80 | value of a User Property
            81 | 30 08 00 01 'a' 04 08 00 01 FF | Response Topic
            81 | 30 08 00 01 'a' 04 03 00 01 FF | Content Type
            """)
    @Spec({"MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-1.5.7-1", "MQTT-3.3.2-1", "MQTT-3.3.2-13", "MQTT-3.3.2-19"})
    void textThatIsNotWellFormedIsRefused(String reasonCode, String bytes, String why) {
        assertRefused(MQTT_5_0, bytes, reasonCode);
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            81 | 30 06 00 01 'a' 02 04 00      | unknown property
            81 | 30 06 00 01 'a' 02 7F 00      | unknown property above the highest
            81 | 30 07 00 01 'a' 03 81 01 00   | property identifier of two bytes
            81 | 30 07 00 01 'a' 03 21 00 01   | Receive Maximum in PUBLISH
            81 | 40 06 00 01 00 02 01 00       | Payload Format Indicator in PUBACK
            81 | 20 08 00 00 05 18 00 00 00 00 | Will Delay Interval in CONNACK
            82 | 30 08 00 01 'a' 04 01 00 01 00 | Payload Format Indicator twice
            82 | 20 09 00 00 06 21 00 01 21 00 01 | Receive Maximum twice
            82 | 40 0C 00 01 00 08 1F 00 01 'a' 1F 00 01 'b' | Reason String twice
            82 | 82 0B 00 01 04 0B 01 0B 02 00 01 'a' 00 | Subscription Identifier twice in SUBSCRIBE
            82 | 30 06 00 01 'a' 02 01 02      | Payload Format Indicator 2
            82 | 20 06 00 00 03 21 00 00       | Receive Maximum 0
            82 | 20 08 00 00 05 27 00 00 00 00 | Maximum Packet Size 0
            82 | 20 05 00 00 02 24 02          | Maximum QoS 2
            82 | 20 05 00 00 02 25 02          | Retain Available 2
            82 | 20 05 00 00 02 28 02          | Wildcard Subscription Available 2
            82 | 20 05 00 00 02 29 FF          | Subscription Identifiers Available 255
            82 | 20 05 00 00 02 2A 02          | Shared Subscription Available 2
            82 | 30 06 00 01 'a' 02 0B 00      | Subscription Identifier 0
            82 | 10 0F 00 04 'MQTT' 05 00 00 00 02 17 02 00 00 | Request Problem Information 2
            82 | 10 0F 00 04 'MQTT' 05 00 00 00 02 19 02 00 00 | Request Response Information 2
            82 | 10 11 00 04 'MQTT' 05 00 00 00 04 16 00 01 00 00 00 | Authentication Data without a method
            """)
    @Spec("MQTT-4.9.0-1")
    void propertyThatMustNotStandHereIsRefused(String reasonCode, String bytes, String why) {
        assertRefused(MQTT_5_0, bytes, reasonCode);
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            81 | 36 06 00 01 'a' 00 01 00      | QoS 3
            81 | 38 04 00 01 'a' 00            | DUP at QoS 0
            82 | 32 06 00 01 'a' 00 00 00      | Packet Identifier 0
            82 | 30 03 00 00 00                | no Topic Name and no Topic Alias
            82 | 30 06 00 03 'a/+' 00          | Topic Name with +
            82 | 30 04 00 01 '#' 00            | Topic Name with #
            94 | 30 07 00 01 'a' 03 23 00 00   | Topic Alias 0
            94 | 30 07 00 01 'a' 03 23 00 0B   | Topic Alias above the maximum
            94 | 30 06 00 00 03 23 00 0B       | Topic Alias above the maximum, without a Topic Name
            82 | 30 06 00 00 03 23 00 01       | Topic Alias that stands for nothing yet
            """)
    @Spec({
        "MQTT-2.2.1-4",
        "MQTT-3.1.2-26",
        "MQTT-3.3.1-2",
        "MQTT-3.3.1-4",
        "MQTT-3.3.2-2",
        "MQTT-3.3.2-8",
        "MQTT-3.3.2-11",
        "MQTT-4.7.0-1",
        "MQTT-4.7.3-1"
    })
    void publishThatBreaksItsRulesIsRefused(String reasonCode, String bytes, String why) {
        assertRefused(MQTT_5_0, bytes, reasonCode);
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            81 | 20 03 02 00 00 | reserved Connect Acknowledge Flag
            81 | 20 03 80 00 00 | reserved Connect Acknowledge Flag
            81 | 20 03 FF 00 00 | reserved Connect Acknowledge Flags
            82 | 20 03 01 87 00 | Session Present with a refusal
            82 | 20 03 00 01 00 | unlisted Reason Code
            82 | 20 03 00 7F 00 | unlisted Reason Code
            82 | 20 03 00 FF 00 | unlisted Reason Code
            82 | 20 03 00 8E 00 | Reason Code of DISCONNECT
            81 | 20 02 00 00    | no Property Length
            81 | 20 04 00 00 00 00 | a byte too many
            82 | 20 02 01 01    | a refusal of 3.1.1 with Session Present
            """)
    @Spec({"MQTT-3.2.2-1", "MQTT-3.2.2-6", "MQTT-3.2.2-8"})
    void connAckThatBreaksItsRulesIsRefused(String reasonCode, String bytes, String why) {
        assertRefused(MQTT_5_0, bytes, reasonCode);
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            82 | 40 02 00 00          | PUBACK with Packet Identifier 0
            81 | 40 01 00             | PUBACK of one byte
            82 | 40 03 00 01 01       | PUBACK with an unlisted Reason Code
            82 | 50 03 00 01 92       | PUBREC with a Reason Code of PUBREL
            82 | 62 03 00 01 80       | PUBREL with an unlisted Reason Code
            82 | 70 03 00 01 10       | PUBCOMP with an unlisted Reason Code
            81 | 40 05 00 01 00 00 00 | PUBACK with a byte too many
            81 | 90 02 00 01          | SUBACK without a Property Length
            82 | 90 03 00 01 00       | SUBACK without a Reason Code
            82 | 90 04 00 01 00 03    | SUBACK with QoS 3
            82 | 90 04 00 01 00 7F    | SUBACK with an unlisted Reason Code
            82 | B0 03 00 01 00       | UNSUBACK without a Reason Code
            82 | B0 04 00 01 00 01    | UNSUBACK with an unlisted Reason Code
            82 | 90 04 00 00 00 00    | SUBACK with Packet Identifier 0
            81 | C0 01 00             | PINGREQ with a body
            81 | D0 01 00             | PINGRESP with a body
            82 | E0 01 01             | DISCONNECT with an unlisted Reason Code
            81 | E0 03 00 00 00       | DISCONNECT with a byte too many
            82 | F0 02 01 00          | AUTH with an unlisted Reason Code
            82 | F0 02 18 00          | AUTH without an Authentication Method
            81 | F0 01 18             | AUTH without a Property Length
            """)
    @Spec({
        "MQTT-3.4.2-1",
        "MQTT-3.5.2-1",
        "MQTT-3.6.2-1",
        "MQTT-3.7.2-1",
        "MQTT-3.9.3-2",
        "MQTT-3.11.3-2",
        "MQTT-3.12.4-1",
        "MQTT-3.14.2-1",
        "MQTT-3.15.2-1"
    })
    void answerThatBreaksItsRulesIsRefused(String reasonCode, String bytes, String why) {
        assertRefused(MQTT_5_0, bytes, reasonCode);
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            84 | 10 0D 00 04 'MQTX' 05 02 00 3C 00 00 00 | another Protocol Name
            84 | 10 0F 00 06 'MQIsdp' 03 02 00 3C 00 00 00 | MQTT 3.1
            84 | 10 0D 00 04 'MQTT' 06 02 00 3C 00 00 00 | a later version
            81 | 10 0D 00 04 'MQTT' 05 03 00 3C 00 00 00 | reserved Connect Flag
            81 | 10 0D 00 04 'MQTT' 05 08 00 3C 00 00 00 | Will QoS without a Will
            81 | 10 0D 00 04 'MQTT' 05 20 00 3C 00 00 00 | Will Retain without a Will
            81 | 10 14 00 04 'MQTT' 05 1C 00 00 00 00 01 'c' 00 00 01 'w' 00 00 | Will QoS 3
            82 | 10 13 00 04 'MQTT' 05 04 00 00 00 00 01 'c' 00 00 00 00 00 | empty Will Topic
            82 | 10 14 00 04 'MQTT' 05 04 00 00 00 00 01 'c' 00 00 01 '#' 00 00 | Will Topic with a wildcard
            81 | 10 0D 00 04 'MQTT' 05 80 00 00 00 00 00 | no User Name behind its flag
            81 | 10 0E 00 04 'MQTT' 05 02 00 3C 00 00 00 00 | a byte too many
            81 | 82 07 00 01 00 00 01 'a' 40 | reserved Subscription Option
            82 | 82 07 00 01 00 00 01 'a' 03 | Subscription with QoS 3
            82 | 82 07 00 01 00 00 01 'a' 30 | Retain Handling 3
            82 | 82 10 00 01 00 00 0A '$share/g/a' 04 | No Local on a Shared Subscription
            82 | 82 0E 00 01 00 00 08 '$share/x' 00 | SUBSCRIBE to half a Shared Subscription
            82 | A2 0B 00 01 00 00 06 '$share' | UNSUBSCRIBE from less than that
            82 | 82 03 00 01 00             | SUBSCRIBE without a Topic Filter
            81 | 82 06 00 01 00 00 01 'a'   | SUBSCRIBE without options
            82 | 82 08 00 01 00 00 02 'a#' 00 | a wildcard that does not fill its level
            82 | 82 06 00 01 00 00 00 00    | empty Topic Filter
            82 | A2 03 00 01 00             | UNSUBSCRIBE without a Topic Filter
            """)
    @Spec({
        "MQTT-3.1.2-1",
        "MQTT-3.1.2-2",
        "MQTT-3.1.2-3",
        "MQTT-3.1.2-11",
        "MQTT-3.1.2-12",
        "MQTT-3.1.2-13",
        "MQTT-3.8.3-2",
        "MQTT-3.8.3-4",
        "MQTT-3.8.3-5",
        "MQTT-3.10.3-2",
        "MQTT-4.7.1-1"
    })
    void requestThatBreaksItsRulesIsRefused(String reasonCode, String bytes, String why) {
        assertRefused(MQTT_5_0, bytes, reasonCode);
    }

    @ParameterizedTest(name = "{2}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            81 | F0 00                | AUTH
            81 | 20 03 00 00 00       | CONNACK with properties
            81 | 20 02 02 00          | reserved Connect Acknowledge Flag
            82 | 20 02 00 06          | unlisted return code
            82 | 20 02 01 05          | Session Present with a refusal
            81 | 40 03 00 01 00       | PUBACK with a Reason Code
            81 | 62 03 00 01 00       | PUBREL with a Reason Code
            81 | E0 01 00             | DISCONNECT with a Reason Code
            82 | 90 03 00 01 03       | SUBACK with QoS 3
            82 | 90 03 00 01 81       | SUBACK with a Reason Code of 5.0
            82 | 90 02 00 01          | SUBACK without a return code
            81 | B0 03 00 01 00       | UNSUBACK with a Reason Code
            81 | 30 05 00 03 ED A0 80 | Topic Name with a surrogate
            81 | 30 03 00 01 00       | Topic Name with U+0000
            82 | 30 02 00 00          | empty Topic Name
            82 | 30 05 00 03 'a/+'    | Topic Name with a wildcard
            81 | 36 05 00 01 'a' 00 01 | QoS 3
            82 | 32 05 00 01 'a' 00 00 | Packet Identifier 0
            81 | 82 06 00 01 00 01 'a' 04 | options of 5.0
            82 | 82 06 00 01 00 01 'a' 03 | QoS 3
            82 | 82 02 00 01          | SUBSCRIBE without a Topic Filter
            82 | A2 02 00 01          | UNSUBSCRIBE without a Topic Filter
            81 | 10 0E 00 04 'MQTT' 04 40 00 00 00 00 00 00 | Password without a User Name
            81 | 10 0C 00 04 'MQTT' 04 03 00 3C 00 00 | reserved Connect Flag
            """)
    @Spec({
        "3.1.1:MQTT-1.5.3-1", "3.1.1:MQTT-1.5.3-2", "3.1.1:MQTT-2.3.1-1", "3.1.1:MQTT-3.1.2-3",
        "3.1.1:MQTT-3.1.2-22", "3.1.1:MQTT-3.2.2-4", "3.1.1:MQTT-3.3.1-4", "3.1.1:MQTT-3.3.2-2",
        "3.1.1:MQTT-3.8.3-3", "3.1.1:MQTT-3-8.3-4", "3.1.1:MQTT-3.9.3-2", "3.1.1:MQTT-3.10.3-2",
        "3.1.1:MQTT-4.7.3-1", "3.1.1:MQTT-4.8.0-1"
    })
    void packetThatMqtt311DoesNotHaveIsRefused(String reasonCode, String bytes, String why) {
        assertRefused(MQTT_3_1_1, bytes, reasonCode);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 0", "20, 0", "40, 0", "50, 0", "62, 2", "70, 0", "82, 2", "90, 0", "A2, 2", "B0, 0", "C0, 0", "D0, 0",
        "E0, 0", "F0, 0"
    })
    @Spec({
        "MQTT-2.1.3-1",
        "MQTT-3.6.1-1",
        "MQTT-3.8.1-1",
        "MQTT-3.10.1-1",
        "MQTT-3.14.1-1",
        "MQTT-3.15.1-1",
        "3.1.1:MQTT-2.2.2-1",
        "3.1.1:MQTT-2.2.2-2",
        "3.1.1:MQTT-3.6.1-1"
    })
    void wrongFlagsAreRefusedFromTheHeaderAlone(String firstByte, int rightFlags) {
        int type = Integer.parseInt(firstByte, 16) & 0xF0;
        for (int flags = 0; flags < 16; flags++) {
            if (flags != rightFlags) {
                String header = String.format("%02X 7F", type | flags);
                assertRefused(MQTT_5_0, header, "81");
                assertRefused(MQTT_3_1_1, header, "81");
            }
        }
    }

    private static void assertRefused(ProtocolVersion version, String notation, String reasonCode) {
        PacketDecoder decoder = new PacketDecoder(version, new DecoderLimits(1024, 10));
        byte[] bytes = bytes(notation);
        ByteBuffer source = ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 1), 0, bytes.length);

        assertThatThrownBy(() -> decoder.decode(source))
                .asInstanceOf(InstanceOfAssertFactories.type(ProtocolViolationException.class))
                .extracting(ProtocolViolationException::reasonCode)
                .isEqualTo(ReasonCode.of(Integer.parseInt(reasonCode, 16)));
    }
}

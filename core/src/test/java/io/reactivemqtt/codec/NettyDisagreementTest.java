package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Bytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.exception.ProtocolViolationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where Netty's codec and this one disagree, and which statement of the standard decides. When a new version of Netty changes
 * its mind, the row goes.
 */
class NettyDisagreementTest {

    @ParameterizedTest(name = "{0} {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            MQTT_5_0   | C0 80 80 80 00                   | MQTT-1.5.5-1   | Remaining Length in more bytes than it needs
            MQTT_5_0   | 30 05 00 01 'a' 80 00            | MQTT-1.5.5-1   | Property Length in more bytes than it needs
            MQTT_5_0   | 30 07 00 01 'a' 03 21 00 01      | 5.0 §2.2.2.2   | property that does not belong to the packet
            MQTT_5_0   | 40 06 00 01 00 02 01 00          | 5.0 §2.2.2.2   | property that does not belong to the packet
            MQTT_5_0   | 30 08 00 01 'a' 04 01 00 01 00   | 5.0 §2.2.2.2   | Payload Format Indicator twice
            MQTT_5_0   | 20 09 00 00 06 21 00 01 21 00 01 | 5.0 §3.2.2.3.3 | Receive Maximum twice
            MQTT_5_0   | 30 06 00 01 'a' 02 01 02         | 5.0 §3.3.2.3.2 | Payload Format Indicator 2
            MQTT_5_0   | 20 06 00 00 03 21 00 00          | 5.0 §3.2.2.3.3 | Receive Maximum 0
            MQTT_5_0   | 20 08 00 00 05 27 00 00 00 00    | 5.0 §3.2.2.3.6 | Maximum Packet Size 0
            MQTT_5_0   | 20 05 00 00 02 24 02             | 5.0 §3.2.2.3.4 | Maximum QoS 2
            MQTT_5_0   | 20 05 00 00 02 25 02             | 5.0 §3.2.2.3.5 | Retain Available 2
            MQTT_5_0   | 30 06 00 01 'a' 02 0B 00         | 5.0 §3.3.2.3.8 | Subscription Identifier 0
            MQTT_5_0   | 10 11 00 04 'MQTT' 05 00 00 00 04 16 00 01 00 00 00 | 5.0 §3.1.2.11.10 | Authentication Data alone
            MQTT_5_0   | 38 04 00 01 'a' 00               | MQTT-3.3.1-2   | DUP at QoS 0
            MQTT_5_0   | 30 03 00 00 00                   | MQTT-4.7.3-1   | neither a Topic Name nor a Topic Alias
            MQTT_5_0   | 30 07 00 01 'a' 03 23 00 00      | MQTT-3.3.2-8   | Topic Alias 0
            MQTT_5_0   | 30 06 00 00 03 23 00 01          | 5.0 §3.3.2.3.4 | Topic Alias that stands for nothing yet
            MQTT_5_0   | 20 03 02 00 00                   | MQTT-3.2.2-1   | reserved Connect Acknowledge Flag
            MQTT_5_0   | 20 03 01 87 00                   | MQTT-3.2.2-6   | Session Present with a refusal
            MQTT_5_0   | 20 03 00 01 00                   | MQTT-3.2.2-8   | unlisted Reason Code
            MQTT_5_0   | 40 03 00 01 01                   | MQTT-3.4.2-1   | unlisted Reason Code
            MQTT_5_0   | 50 03 00 01 92                   | MQTT-3.5.2-1   | unlisted Reason Code
            MQTT_5_0   | 62 03 00 01 80                   | MQTT-3.6.2-1   | unlisted Reason Code
            MQTT_5_0   | 70 03 00 01 10                   | MQTT-3.7.2-1   | unlisted Reason Code
            MQTT_5_0   | 90 03 00 01 00                   | MQTT-3.8.4-6   | SUBACK without a Reason Code
            MQTT_5_0   | 90 04 00 01 00 03                | MQTT-3.9.3-2   | unlisted Reason Code
            MQTT_5_0   | B0 04 00 01 00 01                | MQTT-3.11.3-2  | unlisted Reason Code
            MQTT_5_0   | E0 01 01                         | MQTT-3.14.2-1  | unlisted Reason Code
            MQTT_5_0   | F0 02 01 00                      | MQTT-3.15.2-1  | unlisted Reason Code
            MQTT_5_0   | F0 02 18 00                      | 5.0 §3.15.2.2.2 | AUTH without an Authentication Method
            MQTT_5_0   | 10 0D 00 04 'MQTT' 05 08 00 3C 00 00 00 | MQTT-3.1.2-11 | Will QoS without a Will
            MQTT_5_0   | 10 0D 00 04 'MQTT' 05 20 00 3C 00 00 00 | MQTT-3.1.2-13 | Will Retain without a Will
            MQTT_5_0   | 10 14 00 04 'MQTT' 05 1C 00 00 00 00 01 'c' 00 00 01 'w' 00 00 | MQTT-3.1.2-12 | Will QoS 3
            MQTT_5_0   | 82 07 00 01 00 00 01 'a' 40      | MQTT-3.8.3-5   | reserved Subscription Option
            MQTT_5_0   | 82 10 00 01 00 00 0A '$share/g/a' 04 | MQTT-3.8.3-4 | No Local on a Shared Subscription
            MQTT_5_0   | 82 03 00 01 00                   | MQTT-3.8.3-2   | SUBSCRIBE without a Topic Filter
            MQTT_5_0   | 82 08 00 01 00 00 02 'a#' 00     | MQTT-4.7.1-1   | wildcard that does not fill its level
            MQTT_5_0   | A2 03 00 01 00                   | MQTT-3.10.3-2  | UNSUBSCRIBE without a Topic Filter
            MQTT_3_1_1 | 20 02 02 00                      | 3.1.1 §3.2.2.1 | reserved Connect Acknowledge Flag
            MQTT_3_1_1 | 20 02 01 05                      | MQTT-3.2.2-4   | Session Present with a refusal
            MQTT_3_1_1 | 40 03 00 01 00                   | 3.1.1 §3.4.1   | PUBACK of three bytes
            MQTT_3_1_1 | E0 01 00                         | 3.1.1 §3.14.1  | DISCONNECT with a body
            MQTT_3_1_1 | 90 03 00 01 03                   | MQTT-3.9.3-2   | unlisted return code
            MQTT_3_1_1 | 82 06 00 01 00 01 'a' 04         | MQTT-3-8.3-4   | reserved bits of the requested QoS
            MQTT_3_1_1 | 30 02 00 00                      | MQTT-4.7.3-1   | empty Topic Name
            MQTT_3_1_1 | 10 0E 00 04 'MQTT' 04 40 00 00 00 00 00 00 | MQTT-3.1.2-22 | Password without a User Name
            """)
    void nettyTakesWhatTheStandardForbids(ProtocolVersion version, String bytes, String decidedBy, String why) {
        assertThat(Netty.accepts(version, bytes(bytes))).isTrue();
        assertThatThrownBy(() -> Bytes.decode(version, bytes(bytes))).isInstanceOf(ProtocolViolationException.class);
    }

    /** Netty has the letter of the standard; a Server of 3.1.1 that answers a CONNECT of 5.0 has [MQTT-3.1.2-2] of its own. */
    @ParameterizedTest
    @CsvSource("MQTT_5_0, 20 02 00 01")
    void nettyRefusesTheRefusalOfAServerThatSpeaksOnly311(ProtocolVersion version, String bytes) {
        assertThat(Netty.accepts(version, bytes(bytes))).isFalse();
        assertThat(Bytes.decode(version, bytes(bytes))).isNotNull();
    }
}

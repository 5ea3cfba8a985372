package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Bytes.bytes;
import static io.reactivemqtt.codec.Bytes.decoder;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Spec;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenBytesTest {

    static List<GoldenPacket> both() {
        return GoldenPacket.all();
    }

    static List<GoldenPacket> decodedOnly() {
        return GoldenPacket.decodedOnly();
    }

    @ParameterizedTest
    @MethodSource("both")
    @Spec({
        "MQTT-1.5.4-1",
        "MQTT-2.1.3-1",
        "MQTT-2.2.1-2",
        "MQTT-2.2.2-1",
        "MQTT-3.1.2-1",
        "MQTT-3.1.2-2",
        "MQTT-3.1.2-3",
        "MQTT-3.1.2-9",
        "MQTT-3.1.2-11",
        "MQTT-3.1.2-12",
        "MQTT-3.1.2-13",
        "MQTT-3.1.2-16",
        "MQTT-3.1.2-17",
        "MQTT-3.1.2-18",
        "MQTT-3.1.2-19",
        "MQTT-3.1.3-1",
        "MQTT-3.1.3-3",
        "MQTT-3.1.3-4",
        "MQTT-3.1.3-11",
        "MQTT-3.1.3-12",
        "MQTT-3.3.2-1",
        "MQTT-3.3.2-13",
        "MQTT-3.3.2-19",
        "MQTT-3.6.1-1",
        "MQTT-3.8.1-1",
        "MQTT-3.8.3-1",
        "MQTT-3.8.3-5",
        "MQTT-3.10.1-1",
        "MQTT-3.10.3-1",
        "MQTT-3.14.1-1",
        "MQTT-3.15.1-1",
        "3.1.1:MQTT-1.5.3-1",
        "3.1.1:MQTT-2.2.2-1",
        "3.1.1:MQTT-2.3.1-1",
        "3.1.1:MQTT-2.3.1-5",
        "3.1.1:MQTT-3.1.2-1",
        "3.1.1:MQTT-3.1.2-2",
        "3.1.1:MQTT-3.1.2-3",
        "3.1.1:MQTT-3.1.2-9",
        "3.1.1:MQTT-3.1.2-11",
        "3.1.1:MQTT-3.1.2-13",
        "3.1.1:MQTT-3.1.2-14",
        "3.1.1:MQTT-3.1.2-15",
        "3.1.1:MQTT-3.1.2-18",
        "3.1.1:MQTT-3.1.2-19",
        "3.1.1:MQTT-3.1.2-20",
        "3.1.1:MQTT-3.1.2-21",
        "3.1.1:MQTT-3.1.3-1",
        "3.1.1:MQTT-3.1.3-3",
        "3.1.1:MQTT-3.1.3-4",
        "3.1.1:MQTT-3.1.3-10",
        "3.1.1:MQTT-3.1.3-11",
        "3.1.1:MQTT-3.3.2-1",
        "3.1.1:MQTT-3.6.1-1",
        "3.1.1:MQTT-3.8.1-1",
        "3.1.1:MQTT-3.8.3-1",
        "3.1.1:MQTT-3.10.1-1",
        "3.1.1:MQTT-3.10.3-1",
        "3.1.1:MQTT-3.14.1-1"
    })
    void packetIsWrittenAsTheStandardDrawsIt(GoldenPacket golden) {
        assertThat(Bytes.encode(golden.version(), golden.packet()))
                .inHexadecimal()
                .isEqualTo(bytes(golden.bytes()));
    }

    @ParameterizedTest
    @MethodSource({"both", "decodedOnly"})
    @Spec({
        "MQTT-3.3.4-3",
        "MQTT-3.4.2-1",
        "MQTT-3.5.2-1",
        "MQTT-3.6.2-1",
        "MQTT-3.7.2-1",
        "MQTT-3.9.3-1",
        "MQTT-3.11.3-1",
        "MQTT-3.14.2-1",
        "MQTT-3.15.2-1",
        "3.1.1:MQTT-3.9.3-1",
        "3.1.1:MQTT-3.9.3-2"
    })
    void packetIsReadAsTheStandardDrawsIt(GoldenPacket golden) {
        ByteBuffer source = ByteBuffer.wrap(bytes(golden.bytes()));

        assertThat(decoder(golden.version()).decode(source)).isEqualTo(golden.packet());
        assertThat(source.hasRemaining()).isFalse();
    }
}

package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Bytes.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.Spec;
import io.reactivemqtt.exception.ProtocolViolationException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariableByteIntegerTest {

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "127, 7F",
        "128, 80 01",
        "321, C1 02",
        "16383, FF 7F",
        "16384, 80 80 01",
        "2097151, FF FF 7F",
        "2097152, 80 80 80 01",
        "268435455, FF FF FF 7F"
    })
    @Spec("MQTT-1.5.5-1")
    void valueTakesTheFewestBytes(int value, String bytes) {
        ByteBuffer target = ByteBuffer.allocate(5);
        VariableByteInteger.put(value, target);

        assertThat(Arrays.copyOf(target.array(), target.position())).isEqualTo(bytes(bytes));
        assertThat(VariableByteInteger.length(value)).isEqualTo(target.position());
        assertThat(VariableByteInteger.read(target.flip())).isEqualTo(value);
        assertThat(target.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"80 00", "81 80 00", "FF FF FF 00", "80 80 80 80 01", "FF FF FF FF 7F", "FF FF FF FF"})
    @Spec("MQTT-1.5.5-1")
    void longerFormIsRefused(String bytes) {
        assertThatThrownBy(() -> VariableByteInteger.read(ByteBuffer.wrap(bytes(bytes))))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void valueThatGoesOnBehindTheLimitIsIncomplete() {
        ByteBuffer source = ByteBuffer.wrap(bytes("00 80 80"));

        assertThat(VariableByteInteger.peek(source, 1)).isEqualTo(VariableByteInteger.INCOMPLETE);
        assertThat(VariableByteInteger.peek(source, 3)).isEqualTo(VariableByteInteger.INCOMPLETE);
        assertThat(source.position()).isZero();
        assertThatThrownBy(() -> VariableByteInteger.read(source.position(1)))
                .isInstanceOf(ProtocolViolationException.class);
    }
}

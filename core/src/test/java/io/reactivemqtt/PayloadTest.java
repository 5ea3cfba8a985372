package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class PayloadTest {

    @Test
    void payloadNeverChanges() {
        byte[] bytes = {1, 2, 3};
        Payload payload = Payload.of(bytes);
        bytes[0] = 9;
        payload.toByteArray()[1] = 9;

        assertThat(payload.toByteArray()).containsExactly(1, 2, 3);
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> payload.asByteBuffer().put((byte) 9));
    }

    @Test
    void wrappedBytesAreNotCopied() {
        byte[] bytes = {1, 2, 3};
        Payload payload = Payload.wrap(bytes);
        bytes[0] = 9;

        assertThat(payload.toByteArray()).containsExactly(9, 2, 3);
        assertThat(Payload.wrap(new byte[0])).isSameAs(Payload.EMPTY);
    }

    @Test
    void eachStreamBeginsAtTheFirstByteAndIsReadToTheEndAlthoughOneWasClosed() throws IOException {
        Payload payload = Payload.of((byte) 1, (byte) 2, (byte) 3);
        InputStream first = payload.asInputStream();
        assertThat(first.read()).isEqualTo(1);
        first.close();

        assertThat(first.readAllBytes()).containsExactly(2, 3);
        assertThat(payload.asInputStream().readAllBytes()).containsExactly(1, 2, 3);
    }

    @Test
    void bytesAreTakenFromTheBufferAndNoMore() {
        ByteBuffer source = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1);

        assertThat(Payload.read(source, 2)).isEqualTo(Payload.of((byte) 2, (byte) 3));
        assertThat(source.position()).isEqualTo(3);
        assertThat(Payload.of(source)).isEqualTo(Payload.of((byte) 4));
        assertThat(Payload.of(source)).isSameAs(Payload.EMPTY);
    }

    @Test
    void textIsRecognised() {
        assertThat(Payload.utf8("h\u00E9").isWellFormedUtf8()).isTrue();
        assertThat(Payload.utf8("h\u00E9").asUtf8()).isEqualTo("h\u00E9");
        assertThat(Payload.of((byte) 0xFF).isWellFormedUtf8()).isFalse();
        assertThat(Payload.utf8("")).isSameAs(Payload.EMPTY);
    }

    @Test
    void payloadsOfTheSameBytesAreEqual() {
        assertThat(Payload.utf8("a")).isEqualTo(Payload.of((byte) 'a')).hasSameHashCodeAs(Payload.of((byte) 'a'));
        assertThat(Payload.utf8("a")).isNotEqualTo(Payload.utf8("b"));
        assertThat(Payload.utf8("secret")).hasToString("6 bytes");
    }
}

package io.reactivemqtt.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.Spec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class Utf8Properties {

    /** Bytes that mean something in UTF-8, rather than any of 256. */
    @Provide
    Arbitrary<byte[]> almostUtf8() {
        return Arbitraries.of(
                        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
                        0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF)
                .map(Integer::byteValue)
                .array(byte[].class)
                .ofMaxSize(6);
    }

    @Property(tries = 1000)
    @Spec({"MQTT-1.5.4-1", "MQTT-1.5.4-2"})
    void bytesAreTakenWhenThePlatformTakesThemAndTheyHaveNoNull(@ForAll @From("almostUtf8") byte[] bytes) {
        String expected = decodeAsThePlatformDoes(bytes);
        if (expected == null || expected.indexOf(0) >= 0) {
            assertThatIllegalArgumentException().isThrownBy(() -> Utf8.decode(bytes));
        } else {
            assertThat(Utf8.decode(bytes)).isEqualTo(expected);
        }
    }

    private static @Nullable String decodeAsThePlatformDoes(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }

    @Property(tries = 1000)
    void whatMayTravelComesBack(@ForAll String text) {
        if (StandardCharsets.UTF_8.newEncoder().canEncode(text) && text.indexOf(0) < 0) {
            assertThat(Utf8.decode(Utf8.bytes(Utf8.require(text, "it")))).isEqualTo(text);
            assertThat(Utf8.length(text)).isEqualTo(Utf8.bytes(text).length);
        } else {
            assertThatIllegalArgumentException().isThrownBy(() -> Utf8.require(text, "it"));
        }
    }
}

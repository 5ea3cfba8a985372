package io.reactivemqtt.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.Spec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "00, U+0000",
        "6100, U+0000 behind a letter",
        "C3A900, U+0000 behind two bytes",
        "80, continuation byte alone",
        "BF, continuation byte alone",
        "C080, U+0000 in two bytes",
        "C0AF, / in two bytes",
        "C1BF, U+007F in two bytes",
        "E08080, U+0000 in three bytes",
        "E09FBF, U+07FF in three bytes",
        "F0808080, U+0000 in four bytes",
        "F08FBFBF, U+FFFF in four bytes",
        "EDA080, U+D800: first high surrogate",
        "EDAFBF, U+DBFF: last high surrogate",
        "EDB080, U+DC00: first low surrogate",
        "EDBFBF, U+DFFF: last low surrogate",
        "EDA0BDEDB880, a surrogate pair in six bytes",
        "F4908080, U+110000",
        "F5808080, above U+10FFFF",
        "F888808080, five bytes",
        "FC8480808080, six bytes",
        "FE, never in UTF-8",
        "FF, never in UTF-8",
        "C3, cut after one byte of two",
        "E282, cut after two bytes of three",
        "E2, cut after one byte of three",
        "F09F98, cut after three bytes of four",
        "F09F, cut after two bytes of four",
        "F0, cut after one byte of four",
        "C341, letter for the second byte of two",
        "E28241, letter for the third byte of three",
        "F09F9841, letter for the fourth byte of four",
        "E2C382, start for a continuation byte"
    })
    @Spec({"MQTT-1.5.4-1", "MQTT-1.5.4-2", "3.1.1:MQTT-1.5.3-1", "3.1.1:MQTT-1.5.3-2"})
    void malformedSequenceIsRefused(String hex, String why) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThatIllegalArgumentException().isThrownBy(() -> Utf8.decode(bytes));
        assertThatIllegalArgumentException().isThrownBy(() -> Utf8.decode(ByteBuffer.wrap(bytes), bytes.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF})
    void characterAtAnEdgeIsTakenBothWays(int codePoint) {
        String text = "a" + Character.toString(codePoint);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(Utf8.require(text, "it")).isSameAs(text);
        assertThat(Utf8.length(text)).isEqualTo(bytes.length);
        assertThat(Utf8.bytes(text)).isEqualTo(bytes);
        assertThat(Utf8.decode(bytes)).isEqualTo(text);
    }

    @Test
    @Spec({"MQTT-1.5.4-3", "3.1.1:MQTT-1.5.3-3"})
    void byteOrderMarkIsKeptWhereverItStands() {
        assertThat(Utf8.decode(HexFormat.of().parseHex("EFBBBF61EFBBBF"))).isEqualTo("\uFEFFa\uFEFF");
        assertThat(Utf8.bytes("\uFEFF")).isEqualTo(HexFormat.of().parseHex("EFBBBF"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD800", "a\uDBFF", "\uDC00a", "\uDFFF", "\uD83Da", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"})
    @Spec({"MQTT-1.5.4-1", "3.1.1:MQTT-1.5.3-1"})
    void loneSurrogateIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Utf8.require(text, "the Client Identifier"))
                .withMessageContaining("the Client Identifier");
    }

    @Test
    @Spec({"MQTT-1.5.4-2", "3.1.1:MQTT-1.5.3-2"})
    void nullCharacterIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Utf8.require("a\u0000b", "it"));
    }

    @Test
    @Spec({"MQTT-4.7.3-3", "3.1.1:MQTT-4.7.3-3"})
    void lengthIsCountedInBytes() {
        assertThat(Utf8.require("a".repeat(65_535), "it")).hasSize(65_535);
        assertThat(Utf8.require("\u20AC".repeat(21_845), "it")).hasSize(21_845);
        assertThatIllegalArgumentException().isThrownBy(() -> Utf8.require("a".repeat(65_536), "it"));
        assertThatIllegalArgumentException().isThrownBy(() -> Utf8.require("\u20AC".repeat(21_846), "it"));
    }

    @Test
    void decodingMovesThePositionBehindTheText() {
        ByteBuffer source = ByteBuffer.wrap(new byte[] {'x', 'a', 'b', 'y'}).position(1);

        assertThat(Utf8.decode(source, 2)).isEqualTo("ab");
        assertThat(source.position()).isEqualTo(3);
    }
}

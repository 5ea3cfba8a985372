package io.reactivemqtt.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanariesTest {

    private static byte[] bytes(String before) {
        return (before + "canary-password").getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "u", "us", "use", "user", "user:"})
    void aCanaryIsFoundInEachForm(String before) {
        byte[] bytes = bytes(before);
        assertThat(Canaries.in("a " + before + "canary-password of mine")).hasSize(1);
        assertThat(Canaries.in(HexFormat.of().formatHex(bytes))).hasSize(1);
        assertThat(Canaries.in(HexFormat.of().withUpperCase().formatHex(bytes))).hasSize(1);
        assertThat(Canaries.in(HexFormat.ofDelimiter(" ").formatHex(bytes))).hasSize(1);
        assertThat(Canaries.in(java.util.Arrays.toString(bytes))).hasSize(1);
        assertThat(Canaries.in("Basic " + Base64.getEncoder().encodeToString(bytes)))
                .hasSize(1);
    }

    @Test
    void whatElseIsSecretIsFoundToo() {
        assertThat(Canaries.in("a pencil", "pencil")).singleElement().asString().contains("a pencil");
    }

    @Test
    void allElseIsNoCanary() {
        assertThat(Canaries.in("a canary, Canary-password and a can")).isEmpty();
    }
}

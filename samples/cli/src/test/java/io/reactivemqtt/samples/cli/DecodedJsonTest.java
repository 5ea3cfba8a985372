package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What {@code sub --json} makes of payloads. */
@MqttServer(ServerKind.LOCAL)
class DecodedJsonTest {

    private final String server;
    private final String topic = "test/" + UUID.randomUUID();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    DecodedJsonTest(RunningServer server) {
        this.server = "--server=" + server.uri();
    }

    private String printed(byte[] payload) throws IOException {
        Path file = Files.write(directory.resolve("payload"), payload);
        assertThat(Run.of("pub", topic, "-f", file.toString(), "-r", "-q1", server)
                        .status())
                .isZero();
        Run run = Run.of("sub", topic, "-C1", "--json", server);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).hasSize(1);
        return run.text();
    }

    private String printed(String payload) throws IOException {
        return printed(payload.getBytes(StandardCharsets.UTF_8));
    }

    private String line(String payload) {
        return "{\"topic\":\"" + topic + "\",\"qos\":0,\"retain\":true,\"duplicate\":false," + payload + "}\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"celsius\":10.9} | {\"celsius\":10.9}",
                "{ \"a\" : [ 1.50, 12345678901234567890, true ] } | {\"a\":[1.50,12345678901234567890,true]}",
                "16.20 | 16.20",
                "-1 | -1",
                "null | null",
                "\"Grüße\" | \"Grüße\"",
                "\"\\u00e4\\n\" | \"ä\\n\""
            })
    void payloadThatIsJsonIsThatValue(String payload, String value) throws IOException {
        assertThat(printed(payload)).isEqualTo(line("\"payload\":" + value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on",
                "Grüße",
                "{\"a\":1",
                "1 2",
                "{} {}",
                "NaN",
                "2026-11-29",
                "{'a':1}",
                " ",
                "{\"a\":1,\"a\":2}", // one of the two would be lost
                "\"\\ud800\"" // no text in UTF-8
            })
    void otherTextIsAString(String payload) throws IOException {
        String quoted = JsonMapper.shared().writeValueAsString(payload);

        assertThat(printed(payload)).isEqualTo(line("\"payload\":" + quoted));
    }

    @Test
    void textThatIsNestedTooDeepIsAString() throws IOException {
        assertThat(printed("[".repeat(200) + "]".repeat(200))).contains("\"payload\":[[[");
        assertThat(printed("[".repeat(5_000) + "]".repeat(5_000))).contains("\"payload\":\"[[[");
    }

    @Test
    void bytesAreBase64() throws IOException {
        assertThat(printed(new byte[] {0, (byte) 0xFF, 7})).isEqualTo(line("\"payloadBase64\":\"AP8H\""));
    }
}

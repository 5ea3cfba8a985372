package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.samples.cli.Run.Surroundings;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages are retained, so that it does not matter whether sub is there first. */
@MqttServer(ServerKind.LOCAL)
class PubAndSubTest {

    private final RunningServer server;
    private final String topic = "test/" + UUID.randomUUID();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    PubAndSubTest(RunningServer server) {
        this.server = server;
    }

    private Run run(String... arguments) {
        return run(Surroundings.empty(), arguments);
    }

    private Run run(Surroundings surroundings, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--server=" + server.uri());
        return surroundings.run(all.toArray(String[]::new));
    }

    private void pub(String... arguments) {
        Run run = run(arguments);

        assertThat(run.err()).isEmpty();
        assertThat(run.text()).isEmpty();
        assertThat(run.status()).isZero();
    }

    private Run sub(String... arguments) {
        Run run = run(arguments);

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run;
    }

    @ParameterizedTest
    @CsvSource({"5,0", "5,1", "5,2", "3.1.1,0", "3.1.1,1", "3.1.1,2"})
    void messageOfAnArgumentArrives(String protocol, String qos) {
        pub("pub", topic, "-m", "Grüße", "-r", "-q", qos, "--protocol", protocol);

        assertThat(sub("sub", topic, "-C", "1", "-q", qos, "--protocol", protocol)
                        .text())
                .isEqualTo("Grüße\n");
    }

    @Test
    void fileArrivesByteForByte() throws IOException {
        byte[] content = {0, (byte) 0xFF, '\n', 7};
        Path file = Files.write(directory.resolve("file"), content);
        pub("pub", topic, "-f", file.toString(), "-r", "-q1");

        assertThat(sub("sub", topic, "-C1").output().toByteArray())
                .isEqualTo(new byte[] {0, (byte) 0xFF, '\n', 7, '\n'});
        assertThat(sub("sub", topic, "-C1", "-o", "hex").text()).isEqualTo("00ff0a07\n");
        assertThat(sub("sub", topic, "-C1", "-o", "hex", "-v").text()).isEqualTo(topic + " 00ff0a07\n");
        assertThat(sub("sub", topic, "-C1", "-o", "json").text()).contains("\"payloadBase64\":\"AP8KBw==\"");
    }

    @Test
    void everyLineOfTheStandardInputIsAMessage() {
        String store = directory.resolve("sessions.db").toString();
        String[] sub = {"sub", topic, "-q1", "--store", store, "-i", topic.substring(5), "-C1"};
        pub("pub", topic, "-m", "first", "-r", "-q1");
        assertThat(sub(sub).text()).isEqualTo("first\n"); // the subscription stays

        Run run = run(Surroundings.empty().withInput("one\r\ntwo\n\nfour"), "pub", topic, "--lines", "-q1");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();

        sub[sub.length - 1] = "-C4";
        assertThat(sub(sub).out()).containsSubsequence("one", "two", "", "four");
    }

    @Test
    void standardInputAsAWholeIsAMessage() {
        assertThat(run(Surroundings.empty().withInput("a\nb"), "pub", topic, "-f", "-", "-r")
                        .err())
                .isEmpty();

        assertThat(sub("sub", topic, "-C1").text()).isEqualTo("a\nb\n");
    }

    @Test
    void propertiesArriveAndJsonTellsThem() {
        pub(
                "pub",
                topic,
                "-m",
                "{}",
                "-r",
                "-q1",
                "--content-type=application/json",
                "--response-topic=answers/7",
                "--correlation-data=7",
                "--message-expiry=1h",
                "--payload-format=utf8",
                "--user-property",
                "a=1",
                "--user-property",
                "a=2=3");

        assertThat(sub("sub", topic, "-C1", "-q1", "-o", "json").text())
                .startsWith("{\"topic\":\"" + topic
                        + "\",\"qos\":1,\"retain\":true,\"duplicate\":false,\"payload\":\"{}\",\"payloadFormat\":\"utf8\","
                        + "\"messageExpiryInterval\":3")
                .endsWith(
                        "\"contentType\":\"application/json\",\"responseTopic\":\"answers/7\",\"correlationData\":\"7\","
                                + "\"userProperties\":[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"a\",\"value\":\"2=3\"}]}\n");
    }

    @Test
    void severalFiltersAreOneStream() {
        pub("pub", topic + "/a", "-m", "a", "-r");
        pub("pub", topic + "/b", "-m", "b", "-r");

        assertThat(sub("sub", topic + "/a", topic + "/b", "-C2", "-v").out())
                .containsExactlyInAnyOrder(topic + "/a a", topic + "/b b");
    }

    @Test
    void messagesBeyondTheCountAreForTheNextRun() {
        String store = directory.resolve("sessions.db").toString();
        String[] sub = {"sub", topic, "-q2", "--store", store, "-i", topic.substring(5), "-C1"};
        pub("pub", topic, "-m", "0", "-r", "-q2");
        assertThat(sub(sub).text()).isEqualTo("0\n");
        run(Surroundings.empty().withInput("1\n2\n3\n"), "pub", topic, "-l", "-q2");
        List<String> seen = new ArrayList<>();

        for (int n = 0; n < 3; n++) {
            seen.addAll(sub(sub).out());
        }

        assertThat(seen.stream().filter(line -> !line.equals("0")))
                .startsWith("1")
                .doesNotHaveDuplicates();
    }

    @Test
    void sessionWithoutAStoreToGoOnFromIsRefused() {
        assertThat(run("sub", topic, "--no-clean-start", "-i", "x").err())
                .singleElement()
                .asString()
                .contains("--store");
    }
}

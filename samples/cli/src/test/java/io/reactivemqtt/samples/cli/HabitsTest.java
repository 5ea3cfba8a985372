package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Payload;
import io.reactivemqtt.samples.cli.Run.Surroundings;
import io.reactivemqtt.samples.cli.terminal.Interruption;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RefusingPort;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Command lines as people write them for {@code mosquitto_pub} and {@code mosquitto_sub}: both programs and ours do each of them,
 * and the outputs and exit statuses are compared.
 */
@MqttServer(ServerKind.MOSQUITTO)
@EnabledIf("realClientsAreHere")
class HabitsTest {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final long PATIENCE_SECONDS = 30;

    private final RunningServer server;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    HabitsTest(RunningServer server) {
        this.server = server;
    }

    static boolean realClientsAreHere() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mosquitto_sub")));
    }

    private record Outcome(int status, String output) {}

    private List<String> words(String line, String topic) {
        String filled = line.replace("{t}", topic)
                .replace("{file}", directory.resolve("payload").toString())
                .replace("{port}", String.valueOf(server.uri().getPort()));
        return WORD.matcher(filled)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toList();
    }

    /** Both take the Server in the same words, unless the line has some of its own. */
    private List<String> arguments(String line, String topic) {
        List<String> arguments = new ArrayList<>(words(line, topic));
        if (!line.contains("-L ") && !line.contains("-p ")) {
            arguments.addAll(
                    List.of("-h", "127.0.0.1", "-p", String.valueOf(server.uri().getPort())));
        }
        return arguments;
    }

    private Outcome theirs(String program, List<String> arguments, String input)
            throws IOException, InterruptedException {
        Path typed = Files.writeString(directory.resolve("typed"), input);
        Path written = directory.resolve("written");
        List<String> command = new ArrayList<>(List.of("mosquitto_" + program));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectInput(typed.toFile())
                .redirectOutput(written.toFile())
                .redirectError(directory.resolve("complaints").toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as(command.toString())
                    .isTrue();
            return new Outcome(process.exitValue(), Files.readString(written));
        } finally {
            process.destroyForcibly();
        }
    }

    private static Outcome ours(String program, List<String> arguments, String input) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(arguments);
        Run run = new Surroundings(Payload.utf8(input), Map.of(), new Interruption()).run(all.toArray(String[]::new));
        return new Outcome(run.status(), run.text());
    }

    private static String topic() {
        return "habits/" + UUID.randomUUID();
    }

    private void retained(String topic) throws IOException, InterruptedException {
        for (String line : List.of(
                "-r -q 1 -t {t}/a -m one",
                "-r -t {t}/b -m two",
                "-r -t {t}/c/d -m '{\"k\": 1}'",
                "-r -t {t}/p -m three -V 5 -D publish content-type text/plain -D publish user-property k v"
                        + " -D publish response-topic r -D publish correlation-data c")) {
            assertThat(theirs("pub", arguments(line, topic), "").status()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t {t}/a -C 1",
                "-C 1 -t {t}/a -v",
                "-t {t}/a -t {t}/b -C 2 -v",
                "-t {t}/+ -T {t}/b -T {t}/p -C 1 -v",
                "-t {t}/c/# -C 1 -v",
                "-t {t}/a -C 1 -q 1 -V mqttv5",
                "-t {t}/a -C 1 -q 2 -V mqttv311",
                "-t {t}/a -C 1 -V 5",
                "-t {t}/a -C 1 -V 311",
                "-t {t}/a -C 1 -N",
                "-t {t}/a -C 1 -v -N",
                "-t {t}/a -C 1 -q 1 -F '%t %q %r %l %p'",
                "-t {t}/a -C 1 -F '%x %X %%'",
                "-t {t}/a -C 1 -F 'a\\tb\\\\%p\\n-'",
                "-t {t}/p -C 1 -V mqttv5 -F '%C %D %R %P'",
                "-t {t}/p -C 1 -V mqttv5 -F '[%A%E]'",
                "-t {t}/a -C 1 -i habits-id",
                "-t {t}/a -C 1 -I habits-",
                "-t {t}/a -C 1 -k 30",
                "-t {t}/a -C 1 -u user -P secret",
                "-t {t}/a -C 1 -A 127.0.0.1",
                "-t {t}/a -C 1 -c -i {t}",
                "-t {t}/a -C 1 -c -i {t} -q 1 -V mqttv5 -x 60",
                "-L mqtt://127.0.0.1:{port}/{t}/a -C 1",
                "-L mqtt://user:secret@127.0.0.1:{port}/{t}/+ -T {t}/b -T {t}/p -C 1",
                "-t {t}/a -C 1 -V mqttv5 -D connect receive-maximum 10 -D connect user-property k v",
                "-t {t}/a -C 1 --will-topic {t}/w --will-payload gone --will-qos 1 --will-retain",
                "-t {t}/a -C 1 -V mqttv5 --will-topic {t}/w --will-payload gone -D will content-type x",
                "-t {t}/a -C 5 -W 1",
                "-t {t}/nothing -W 1",
                "-t {t}/a -R -W 1"
            })
    void whatIsPrintedIsTheSame(String line) throws IOException, InterruptedException {
        String topic = topic();
        retained(topic);
        List<String> arguments = arguments(line, topic);

        Outcome theirs = theirs("sub", arguments, "");

        assertThat(ours("sub", arguments, "")).isEqualTo(theirs);
        assertThat(theirs.status()).isEqualTo(line.contains("-W") ? 27 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t {t} -m hello -r",
                "-r -t {t} -m 'two words' -q 1",
                "-t {t} -m '{\"k\": 1}' -r -q 2 -V mqttv5",
                "-t {t} -f {file} -r",
                "-t {t} -s -r -q 1",
                "-t {t} -l -r -q 1",
                "-t {t} -m x -r -V mqttv311 -i habits-pub",
                "-t {t} -m x -r -V 5 -I habits- -k 30",
                "-t {t} -m x -r -u user -P secret",
                "-L mqtt://127.0.0.1:{port}/{t} -m x -r",
                "-t {t} -m x -r -V 5 -D publish content-type text/plain -D publish payload-format-indicator 1",
                "-t {t} -m x -r -V 5 -D publish user-property a b -D publish user-property a c",
                "-t {t} -m x -r -V 5 -D publish response-topic r -D publish correlation-data d",
                "-t {t} -m x -r -V 5 -D publish message-expiry-interval 100000",
                "-t {t} -m x -r -V 5 -x 60 -c -i {t}",
                "-t {t} -m x -r --will-topic {t}/w --will-payload gone"
            })
    void whatArrivesIsTheSame(String line) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("payload"), "of a file\n");
        String input = "first\nsecond\nlast\n";
        String theirTopic = topic();
        String ourTopic = topic();

        Outcome theirs = theirs("pub", arguments(line, theirTopic), input);

        assertThat(ours("pub", arguments(line, ourTopic), input)).isEqualTo(theirs);
        assertThat(kept(ourTopic)).isEqualTo(kept(theirTopic)).isNotEmpty();
    }

    private String kept(String topic) throws IOException, InterruptedException {
        String line = "-t {t} -C 1 -V mqttv5 -q 2 -W 5 -F '%q %x %C %D %R %P %l'";
        return theirs("sub", arguments(line, topic), "").output();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub -t {t} -n -r", "pub -t {t} -n", "pub -t {t} -m x"})
    void whatSaysNothingSaysNothing(String line) throws IOException, InterruptedException {
        List<String> arguments = arguments(line.substring("pub ".length()), topic());

        assertThat(ours("pub", arguments, ""))
                .isEqualTo(theirs("pub", arguments, ""))
                .isEqualTo(new Outcome(0, ""));
    }

    @Test
    void portWhereNobodyListensIsStatusOne() throws IOException, InterruptedException {
        try (RefusingPort nobody = RefusingPort.open()) {
            String port = String.valueOf(nobody.uri().getPort());
            List<String> arguments = List.of("-t", "t", "-m", "x", "-h", "127.0.0.1", "-p", port);

            assertThat(ours("pub", arguments, ""))
                    .isEqualTo(theirs("pub", arguments, ""))
                    .isEqualTo(new Outcome(1, ""));
        }
    }

    /** What only mqtt-cli and ours have. */
    @Test
    void serverMayStandWithoutAScheme() {
        String authority = "127.0.0.1:" + server.uri().getPort();
        String topic = topic();

        assertThat(ours("pub", List.of(topic, "-m", "x", "-r", "-V", "5", "--server", authority), ""))
                .isEqualTo(new Outcome(0, ""));
        assertThat(ours("sub", List.of("-L", authority + "/" + topic, "-C", "1"), ""))
                .isEqualTo(new Outcome(0, "x\n"));
    }

    /** The end comes a moment after the last event: all of them are told before it. */
    @RepeatedTest(20)
    void debugTellsAllThatHappensOnTheStandardError() {
        List<String> arguments = new ArrayList<>(List.of("pub"));
        arguments.addAll(arguments("-t {t} -m x -d", topic()));

        Run run = Run.of(arguments.toArray(String[]::new));

        assertThat(run.err()).anyMatch(line -> line.startsWith("Connected["));
        assertThat(run.err()).last().asString().startsWith("Disconnected[");
        assertThat(run.text()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void requestOfTheirsIsAnswered() throws Exception {
        String topic = topic();
        List<String> respond = arguments("-t {t} --exec 'tr a-z A-Z' --count 1", topic);
        CompletableFuture<Outcome> ours = Run.aside(() -> ours("respond", respond, ""));
        List<String> request = arguments("-t {t} -e {t}/answers -m hello -q 1 -V mqttv5 -W 1", topic);
        Outcome theirs = theirs("rr", request, "");
        while (theirs.output().isEmpty() && !ours.isDone()) { // nobody subscribed yet
            theirs = theirs("rr", request, "");
        }

        assertThat(theirs).isEqualTo(new Outcome(0, "HELLO\n"));
        assertThat(ours.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(new Outcome(0, ""));
    }

    @Test
    void sessionThatTheServerKeepsBringsWhatCameMeanwhile() throws IOException, InterruptedException {
        for (String version : List.of("mqttv311", "mqttv5")) {
            String topic = topic();
            List<String> subscribe = arguments("-c -i {t} -q 1 -t {t} -C 1 -V " + version, topic);
            assertThat(theirs("pub", arguments("-t {t} -m zero -q 1 -r", topic), "")
                            .status())
                    .isZero();
            assertThat(ours("sub", subscribe, "").output()).isEqualTo("zero\n");
            assertThat(theirs("pub", arguments("-t {t} -m one -q 1", topic), "").status())
                    .isZero();

            assertThat(ours("sub", subscribe, "")).isEqualTo(new Outcome(0, "one\n"));
        }
    }
}

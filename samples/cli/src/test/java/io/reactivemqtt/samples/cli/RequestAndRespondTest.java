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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code request} asks and {@code respond} answers, over a real Server. */
@MqttServer(ServerKind.MOSQUITTO)
class RequestAndRespondTest {

    private static final long PATIENCE_SECONDS = 30;

    private final RunningServer server;
    private final String topic = "test/" + UUID.randomUUID();
    private final Surroundings responder = Surroundings.empty();
    private final List<CompletableFuture<Run>> responders = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    RequestAndRespondTest(RunningServer server) {
        this.server = server;
    }

    @AfterEach
    void endResponders() {
        responder.interruption().request();
        CompletableFuture.allOf(responders.toArray(CompletableFuture<?>[]::new))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private String[] arguments(String command, String... more) {
        List<String> all = new ArrayList<>(List.of(command, topic, "--server=" + server.uri()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private void respond(String... arguments) {
        assertThat(responding(arguments)).isNotNull();
    }

    private CompletableFuture<Run> responding(String... arguments) {
        CompletableFuture<Run> started = responder.start(arguments("respond", arguments));
        responders.add(started);
        return started;
    }

    private static Run await(CompletableFuture<Run> started) {
        return started.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private Run request(Surroundings surroundings, String... arguments) {
        return surroundings.run(arguments("request", arguments));
    }

    /** Asks until somebody subscribes. */
    private Run ask(String... arguments) {
        return ask(Surroundings.empty(), arguments);
    }

    private Run ask(Surroundings surroundings, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("-q1");
        Run run = request(surroundings, all.toArray(String[]::new));
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
                System.nanoTime() < end && run.err().toString().contains("no response");
                run = request(surroundings, all.toArray(String[]::new))) {
            assertThat(run.status()).isEqualTo(1);
        }
        return run;
    }

    private static void assertAnswered(Run run, String output) {
        assertThat(run.err()).isEmpty();
        assertThat(run.text()).isEqualTo(output);
        assertThat(run.status()).isZero();
    }

    // ---- one response

    @ParameterizedTest
    @CsvSource({"5,0", "5,1", "5,2", "3.1.1,0", "3.1.1,1", "3.1.1,2"})
    void textAnswers(String protocol, String qos) {
        respond("-m", "Grüße", "-q", qos, "--protocol", protocol);

        assertAnswered(ask("-m", "who?", "--timeout=1", "--protocol", protocol), "Grüße\n");
    }

    @Test
    void programAnswersWithWhatItWrites() {
        respond("--exec", "tr a-z A-Z");

        assertAnswered(ask("-m", "hello"), "HELLO\n");
    }

    @Test
    void programKnowsTheTopicOfTheRequest() {
        respond("--exec", "sh -c 'printf \"<%s>\" \"$MQTT_TOPIC\"'");

        assertAnswered(ask("-n"), "<" + topic + ">\n");
    }

    @Test
    void noShellReadsTheWords() {
        respond("--exec", "printf %s|%s $HOME ';  x'");

        assertAnswered(ask("-n"), "$HOME|;  x\n");
    }

    /** More than a pipe holds, in both directions at once. */
    @ParameterizedTest
    @ValueSource(strings = {"cat", "sh -c 'cat | cat'"})
    void largePayloadPassesByteForByte(String program) throws IOException {
        byte[] content = new byte[500_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31);
        }
        Path file = Files.write(directory.resolve("file"), content);
        respond("--exec", program);

        assertThat(ask("-f", file.toString(), "-N").output().toByteArray()).isEqualTo(content);
    }

    @Test
    void programNeedNotReadItsInput() throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[500_000]);
        respond("--exec", "printf done");

        assertAnswered(ask("-f", file.toString()), "done\n");
    }

    @Test
    void eachLineIsARequest() {
        respond("--exec", "tr a-z A-Z");

        assertAnswered(ask(Surroundings.empty().withInput("one\ntwo\nthree\n"), "--lines"), "ONE\nTWO\nTHREE\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--format=hex | 7b7d",
                "--format=json | {\"topic\":\"answers/7\",\"qos\":1,\"retain\":false,\"duplicate\":false,\"payload\":\"{}\",\"correlationData\":\"c\"}",
                "--json | {\"topic\":\"answers/7\",\"qos\":1,\"retain\":false,\"duplicate\":false,\"payload\":{},\"correlationData\":\"c\"}",
                "--topics | answers/7 {}",
                "--template=%l%p | 2{}"
            })
    void responseIsPrintedAsSubPrintsMessages(String option, String line) {
        respond("-m", "{}");

        assertAnswered(ask("-n", "--response-topic=answers/7", "--correlation-data=c", option), line + "\n");
    }

    // ---- no response

    @Test
    void whereNobodySubscribesItSaysSo() {
        Run run = request(Surroundings.empty(), "-m", "x", "-q1");

        assertThat(run.err())
                .containsExactly("reactive-mqtt request: no response: nobody subscribes to " + topic
                        + ", so no response will come");
        assertThat(run.text()).isEmpty();
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-W1", "-W1 --many", "--timeout=1s"})
    void responseThatIsLateIsOneLine(String options) {
        List<String> all = new ArrayList<>(List.of("-m", "x"));
        all.addAll(List.of(options.split(" ")));
        Run run = request(Surroundings.empty(), all.toArray(String[]::new));

        assertThat(run.err())
                .containsExactly(
                        "reactive-mqtt request: no response: none to the request to " + topic + " came within 1s");
        assertThat(run.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "sh -c 'exit 3', ProgramFailedException, sh ended with exit status 3",
        "/no/such/program, IOException, Cannot run program \"/no/such/program\""
    })
    void programThatFailsIsToldToBothAndTheNextRequestAnswered(String program, String kind, String words) {
        CompletableFuture<Run> responding = responding("--exec", program, "--count=2");

        for (int i = 0; i < 2; i++) {
            Run run = ask("-m", "x");

            assertThat(run.err())
                    .containsExactly(
                            "reactive-mqtt request: responder failed: the one that answers " + topic + " says " + kind);
            assertThat(run.text()).isEmpty();
            assertThat(run.status()).isEqualTo(1);
        }
        Run responded = await(responding);
        assertThat(responded.err()).hasSize(2).allSatisfy(line -> assertThat(line)
                .startsWith("reactive-mqtt respond: the request to " + topic + " failed: " + words));
        assertThat(responded.status()).isZero();
    }

    // ---- many

    @Test
    void manyPrintsWhatAllAnswer() {
        respond("-m", "a");
        respond("-m", "b");

        Run run = ask("-n", "--many", "-W2");
        while (run.out().size() < 2) { // the other one was late
            run = ask("-n", "--many", "-W2");
        }

        assertThat(run.out()).containsExactlyInAnyOrder("a", "b");
        assertThat(run.status()).isZero();
    }

    @Test
    void programsRunAtOnceAsOftenAsTheConcurrencySays() {
        String waitsForAnother = "sh -c 'touch " + directory + "/$$; while [ $(ls " + directory
                + " | wc -l) -lt 2 ]; do sleep 0.05; done; printf met'";
        respond("--exec", waitsForAnother, "--concurrency=2");

        CompletableFuture<Run> one = Run.aside(() -> ask("-n", "--timeout=20"));
        Run other = ask("-n", "--timeout=20");

        assertAnswered(other, "met\n");
        assertAnswered(await(one), "met\n");
    }

    // ---- the end

    @Test
    void countEndsItOnceTheResponseIsPublished() {
        CompletableFuture<Run> responding = responding("-m", "a", "--count=2");

        assertAnswered(ask("-n"), "a\n");
        assertAnswered(ask("-n"), "a\n");

        assertAnswered(await(responding), "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "4"})
    void requestsBeyondTheCountAreForTheNextRun(String concurrency) throws IOException {
        Path log = directory.resolve("log");
        String[] once = {
            "--exec=sh -c 'cat >> " + log + "; echo >> " + log + "'",
            "--count=1",
            "--concurrency=" + concurrency,
            "--client-id=" + topic.substring(5),
            "--store=" + directory.resolve("sessions.db")
        };
        CompletableFuture<Run> first = responding(once);
        ask("-m", "0");
        await(first); // the subscription stays
        assertThat(Surroundings.empty()
                        .withInput("1\n2\n3\n")
                        .run(arguments("pub", "--lines", "-q1", "--response-topic=answers"))
                        .status())
                .isZero();

        for (int n = 0; n < 3; n++) {
            assertThat(await(responding(once)).status()).isZero();
        }

        assertThat(Files.readAllLines(log)).containsExactlyInAnyOrder("0", "1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec sleep 60", "sleep 60; echo late"})
    void interruptionEndsTheProgramToo(String work) throws Exception {
        Surroundings.empty().run(arguments("pub", "-m", "x", "-r", "-q1", "--response-topic=answers"));
        Path file = directory.resolve("process");
        CompletableFuture<Run> responding = responding(
                "--exec", "sh -c 'echo $$ > " + file + ".new; mv " + file + ".new " + file + "; " + work + "'");
        while (Files.notExists(file) && !responding.isDone()) {
            Thread.sleep(20);
        }
        ProcessHandle program =
                ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).orElseThrow();

        responder.interruption().request();

        Run run = await(responding);
        assertThat(run.status()).isEqualTo(130);
        assertThat(run.err()).isEmpty();
        program.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        Surroundings.empty().run(arguments("pub", "-n", "-r", "-q1"));
    }
}

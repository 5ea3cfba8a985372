package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.RefusingPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A mistake gets one line on the standard error that says what is wrong, and an exit status that is not 0. */
class MistakesTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @ParameterizedTest
    @CsvFileSource(resources = "mistakes.txt", delimiterString = " => ", quoteCharacter = '~')
    void wrongCommandLineIsOneLineAndStatusTwo(String arguments, String line) {
        Run run = Run.of(arguments.split(" ", -1));

        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith(line + " (reactive-mqtt")
                .endsWith(" --help shows what can be said)");
        assertThat(run.text()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void nothingAtAllIsAMistakeToo() {
        Run run = Run.of();

        assertThat(run.err())
                .containsExactly(
                        "reactive-mqtt: Missing required subcommand (reactive-mqtt --help shows what can be said)");
        assertThat(run.status()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pub --capath",
                "pub t -m x --capath certs",
                "pub --capath=certs t -m x",
                "sub t --auth-method SCRAM-SHA-256",
                "sub t --auth-data x"
            })
    void whatTheClientCannotDoYetIsSaidInOneLine(String arguments) {
        Run run = Run.of(arguments.split(" ", -1));

        assertThat(run.err()).singleElement().asString().contains("not supported yet");
        assertThat(run.status()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub t -m x --topic-alias 3", "pub t -m x --automatic-topic-aliases"})
    void whatNeedsNoOptionIsSaidInOneLine(String arguments) {
        Run run = Run.of(arguments.split(" ", -1));

        assertThat(run.err()).singleElement().asString().contains("used by themselves");
        assertThat(run.status()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pub t -m x --password=secret",
                "pub t -m x --server mqtt://me:secret@localhost",
                "pub t -m x --passwd=secret",
                "sub --password=secret t",
                "bench --password=secret"
            })
    void passwordOnTheCommandLineIsRefusedAndNotShown(String arguments) {
        Run run = Run.of(arguments.split(" ", -1));

        assertThat(run.err()).singleElement().asString().doesNotContain("secret");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void serverThatIsNotThereIsOneLine() {
        try (RefusingPort nobody = RefusingPort.open()) {
            for (String[] command : new String[][] {
                {"pub", "t", "-m", "x"},
                {"sub", "t"},
                {"request", "t", "-m", "x"},
                {"respond", "t", "-m", "x"},
                {"bench"}
            }) {
                String[] arguments = Arrays.copyOf(command, command.length + 2);
                arguments[command.length] = "--server";
                arguments[command.length + 1] = nobody.uri().toString();

                Run run = Run.of(arguments);

                assertThat(run.err())
                        .containsExactly("reactive-mqtt " + command[0] + ": cannot connect to " + nobody.uri()
                                + ": Connection refused");
                assertThat(run.status()).isEqualTo(1);
            }
        }
    }

    @Test
    void hostThatIsNotKnownIsOneLine() {
        Run run = Run.of("pub", "t", "-m", "x", "--server", "mqtt://no.such.host.invalid");

        assertThat(run.err())
                .containsExactly("reactive-mqtt pub: cannot connect to mqtt://no.such.host.invalid:"
                        + " unknown host no.such.host.invalid");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void filesThatAreNotThereAreOneLine() {
        Path missing = directory.resolve("missing");

        assertFails("reactive-mqtt pub: there is no file " + missing, "pub", "t", "-f", missing.toString());
        assertFails(
                "reactive-mqtt pub: there is no file " + missing,
                "pub",
                "t",
                "-m",
                "x",
                "--password-file",
                missing.toString());
        assertFails(
                "reactive-mqtt session inspect: there is no file " + missing,
                "session",
                "inspect",
                "-i",
                "me",
                "--store",
                missing.toString());
        assertFails(
                "reactive-mqtt session import: there is no file " + missing,
                "session",
                "import",
                "-i",
                "me",
                "--store",
                directory.resolve("new").toString(),
                missing.toString());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void filesThatAreSomethingElseAreOneLine() throws IOException {
        Path text = Files.writeString(
                directory.resolve("text"), "no store and no saved session, but long enough to be one");

        assertThat(Run.of("pub", "t", "-f", directory.toString()).err()).hasSize(1);
        assertThat(Run.of("sub", "t", "-i", "me", "--store", text.toString()).err())
                .singleElement()
                .asString()
                .contains("is not a session store");
        assertThat(Run.of("session", "export", "-i", "me", "--store", text.toString())
                        .err())
                .singleElement()
                .asString()
                .contains(text + " is not a session store");
        assertThat(Run.of("session", "import", "-i", "me", "--store", directory + "/new", text.toString())
                        .err())
                .containsExactly(
                        "reactive-mqtt session import: the saved session is damaged: it cannot be read as JSON");
        assertThat(text).hasContent("no store and no saved session, but long enough to be one");
    }

    @Test
    void payloadThatIsNoTextIsNotDeclaredToBe() throws IOException {
        Path bytes = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xFF});

        Run run = Run.of("pub", "t", "-f", bytes.toString(), "--payload-format", "utf8");

        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("reactive-mqtt pub: --payload-format utf8 is not true: the payload is no UTF-8 text");
        assertThat(run.status()).isEqualTo(2);
    }

    @Test
    void passwordPromptNeedsATerminal() {
        assertFails(
                "reactive-mqtt pub: --password asks at a terminal, and there is none: use --password-file or MQTT_PASSWORD",
                "pub",
                "t",
                "-m",
                "x",
                "--password");
    }

    private static void assertFails(String line, String... arguments) {
        Run run = Run.of(arguments);

        assertThat(run.err()).containsExactly(line);
        assertThat(run.status()).isEqualTo(1);
    }
}

package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/command-line.md shows is typed into a shell, from the first to the last, and compared with what it says. */
@MqttServer(ServerKind.LOCAL)
@Tag("once")
class CommandLinePageTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "command-line.md");
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(\\w*)\n((?:.*\n)*?)```$");
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\$ (.*)\n((?:(?!\\$ ).*\n)*)");
    private static final long PATIENCE_SECONDS = 60;

    /** What is another time each time. */
    private static final Pattern MEASURED = Pattern.compile(
            "(?<=messageExpiryInterval\":)[0-9]+"
                    + "|[0-9-]+T[0-9:]+Z|(?<=^(?:time|latency) .{0,200})[0-9]+(?:[.][0-9]+)?",
            Pattern.MULTILINE);

    /** The command as a function of the shell, which knows where the Server is. */
    private static final String FUNCTION = """
            reactive-mqtt() {
                case $1 in
                    pub | sub | request | respond | bench) "$JAVA" --enable-native-access=ALL-UNNAMED -cp "$CP" "$MAIN" "$@" --server "$SERVER" ;;
                    *) "$JAVA" --enable-native-access=ALL-UNNAMED -cp "$CP" "$MAIN" "$@" ;;
                esac
            }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void examplesSayWhatTheCommandSays(RunningServer server) throws Exception {
        int commands = 0;
        for (String block : examples()) {
            for (MatchResult example : COMMAND.matcher(block).results().toList()) {
                assertThat(measured(shell(example.group(1), "", server)))
                        .as(example.group(1))
                        .isEqualTo(measured(example.group(2)));
                commands++;
            }
        }
        assertThat(commands).isGreaterThan(10);
    }

    @Test
    void scriptsAnswerAsShown(RunningServer server) throws Exception {
        int scripts = 0;
        for (String block : examples()) {
            String said = said(block, "-> ");
            if (!said.isEmpty()) {
                String port = "\"port\":" + server.uri().getPort();
                String heard = shell("reactive-mqtt script", said.replace("\"port\":1883", port), server);
                assertThat(heard.lines()) // commands do not wait for each other
                        .containsExactlyInAnyOrderElementsOf(
                                said(block, "<- ").lines().toList());
                scripts++;
            }
        }
        assertThat(scripts).isPositive();
    }

    /** Returns what stands between fences that name no language. */
    private static List<String> examples() throws IOException {
        return BLOCK.matcher(Files.readString(PAGE))
                .results()
                .filter(block -> block.group(1).isEmpty())
                .map(block -> block.group(2))
                .toList();
    }

    private static String said(String block, String mark) {
        StringBuilder said = new StringBuilder();
        block.lines().filter(line -> line.startsWith(mark)).forEach(line -> said.append(line.substring(mark.length()))
                .append('\n'));
        return said.toString();
    }

    private static String measured(String output) {
        return MEASURED.matcher(output).replaceAll("…");
    }

    /** Returns what {@code command} writes, to its standard output and the other. */
    private String shell(String command, String input, RunningServer server) throws IOException, InterruptedException {
        Path typed = Files.writeString(directory.resolve("typed"), input);
        Path written = directory.resolve("written");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", FUNCTION + command)
                .directory(directory.toFile())
                .redirectInput(typed.toFile())
                .redirectErrorStream(true)
                .redirectOutput(written.toFile());
        builder.environment()
                .put(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().put("CP", System.getProperty("java.class.path"));
        builder.environment().put("MAIN", ReactiveMqttCommand.class.getName());
        builder.environment().put("SERVER", server.uri().toString());
        Process shell = builder.start();
        try {
            assertThat(shell.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as(command)
                    .isTrue();
            return Files.readString(written, StandardCharsets.UTF_8);
        } finally {
            shell.destroyForcibly();
        }
    }
}

package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.samples.cli.Run.Surroundings;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sub} packet by packet. */
class SubOnTheWireTest {

    private static final List<String> JAVA = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ReactiveMqttCommand.class.getName());

    private final ScriptedServer server = ScriptedServer.start();
    private final Surroundings surroundings = Surroundings.empty();

    @AfterEach
    void close() {
        server.close();
    }

    private CompletableFuture<Run> sub(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "sub";
        all[1] = "t";
        all[2] = "--server=" + server.uri();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return surroundings.start(all);
    }

    private static Subscribe grant(ScriptedConnection connection) {
        Subscribe subscribe = connection.expect(Subscribe.class);
        connection.send(new SubAck(subscribe.packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1)));
        return subscribe;
    }

    private static Publish message(int packetIdentifier, String text) {
        return new Publish(ApplicationMessage.of("t", text, Qos.AT_LEAST_ONCE), packetIdentifier, false);
    }

    private static Packet acknowledgement(int packetIdentifier) {
        return new PubAck(packetIdentifier, ReasonCode.SUCCESS);
    }

    @Test
    void lostConnectionIsToldAndMadeAnew() throws Exception {
        CompletableFuture<Run> run = sub("-q1", "-C2");
        ScriptedConnection first = server.acceptAndConnect(false);
        grant(first);
        first.send(message(1, "before"));
        first.expect(acknowledgement(1));
        first.reset();

        ScriptedConnection second = server.acceptAndConnect(false);
        grant(second);
        second.send(message(1, "after"));
        second.expect(acknowledgement(1));

        assertThat(run.get().out()).containsExactly("before", "after");
        assertThat(run.get().status()).isZero();
        assertThat(run.get().err())
                .first()
                .asString()
                .startsWith("reactive-mqtt sub: ")
                .endsWith("; connecting again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void interruptionSaysDisconnect(String protocol) throws Exception {
        CompletableFuture<Run> run = sub("--protocol=" + protocol);
        ScriptedConnection connection = server.acceptAndConnect(false);
        grant(connection);

        surroundings.interruption().request();

        connection.expect(Disconnect.class);
        assertThat(run.get().err()).isEmpty();
        assertThat(run.get().status()).isEqualTo(130);
    }

    @Test
    void retainHandlingIsAskedFor() throws Exception {
        CompletableFuture<Run> run = sub("--retain-handling=do-not-send");
        ScriptedConnection connection = server.acceptAndConnect(false);

        Subscribe subscribe = grant(connection);
        surroundings.interruption().request();

        assertThat(subscribe.subscriptions()).allSatisfy(subscription -> assertThat(subscription.retainHandling())
                .isEqualTo(RetainHandling.DO_NOT_SEND));
        assertThat(run.get().text()).isEmpty();
    }

    @Test
    void refusedSubscriptionIsOneLine() throws Exception {
        CompletableFuture<Run> run = sub();
        ScriptedConnection connection = server.acceptAndConnect(false);
        connection.send(
                new SubAck(connection.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.NOT_AUTHORIZED)));

        assertThat(run.get().status()).isEqualTo(1);
        assertThat(run.get().err()).singleElement().asString().contains("NOT_AUTHORIZED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "sub --help"})
    void fullDiskIsOneLine(String arguments) throws Exception {
        List<String> command = new ArrayList<>(JAVA);
        command.addAll(List.of(arguments.split(" ")));
        Process process = new ProcessBuilder(command)
                .redirectOutput(new File("/dev/full"))
                .start();

        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("reactive-mqtt: the output cannot be written: No space left on device\n");
    }

    /** As in {@code sub | head -n1}: the next line finds nobody who reads it. */
    @Test
    void closedOutputEndsWithTheStatusOfABrokenPipe() throws Exception {
        List<String> command = new ArrayList<>(JAVA);
        command.addAll(List.of("sub", "t", "-q1", "--server=" + server.uri()));
        Process process = new ProcessBuilder(command).start();
        try {
            ScriptedConnection connection = server.acceptAndConnect(false);
            grant(connection);
            connection.send(message(1, "read"));
            connection.expect(acknowledgement(1));
            process.getInputStream().close();

            connection.send(message(2, "too late"));

            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(141);
            assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEmpty();
            assertThat(connection.received()).doesNotContain(acknowledgement(2));
        } finally {
            process.destroyForcibly();
        }
    }
}

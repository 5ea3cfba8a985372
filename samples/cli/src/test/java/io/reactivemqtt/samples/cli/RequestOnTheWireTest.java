package io.reactivemqtt.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.samples.cli.Run.Surroundings;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code request} and {@code respond} with a Server that does not do what they hope for. */
class RequestOnTheWireTest {

    private final ScriptedServer server = ScriptedServer.start();
    private final Surroundings surroundings = Surroundings.empty();

    @AfterEach
    void close() {
        server.close();
    }

    private CompletableFuture<Run> request(String... options) {
        String[] all = new String[options.length + 6];
        List.of("request", "t", "-m", "x", "-q1", "--server=" + server.uri()).toArray(all);
        System.arraycopy(options, 0, all, 6, options.length);
        return surroundings.start(all);
    }

    private static void answer(ScriptedConnection connection, ReasonCode reasonCode) {
        connection.send(new SubAck(connection.expect(Subscribe.class).packetIdentifier(), List.of(reasonCode)));
    }

    @Test
    void requestThatCannotBeSentIsOneLine() throws Exception {
        CompletableFuture<Run> run = request("--timeout=1");
        ScriptedConnection connection = server.acceptAndConnect(false);
        connection.expect(Subscribe.class); // where the response would come, and the Server grants nothing

        assertThat(run.get().err())
                .containsExactly("reactive-mqtt request: not sent: the request to t could not be sent within 1s");
        assertThat(run.get().status()).isEqualTo(1);
    }

    @Test
    void lostConnectionIsToldAndTheRequestRepeated() throws Exception {
        CompletableFuture<Run> run = request("--timeout=20", "-i", "x");
        ScriptedConnection first = server.acceptAndConnect(false);
        answer(first, ReasonCode.GRANTED_QOS_1);
        first.expect(Publish.class);
        first.reset();
        ScriptedConnection second = server.acceptAndConnect(false);
        answer(second, ReasonCode.GRANTED_QOS_1);
        Publish again = second.expect(Publish.class);
        second.send(new PubAck(again.packetIdentifier(), ReasonCode.NO_MATCHING_SUBSCRIBERS));

        assertThat(run.get().err()).first().asString().endsWith("; connecting again");
        assertThat(run.get().err()).last().asString().contains("nobody subscribes to t");
        assertThat(run.get().status()).isEqualTo(1);
    }

    @Test
    void interruptionSaysDisconnect() throws Exception {
        CompletableFuture<Run> run = request();
        ScriptedConnection connection = server.acceptAndConnect(false);
        answer(connection, ReasonCode.GRANTED_QOS_1);
        connection.send(new PubAck(connection.expect(Publish.class).packetIdentifier(), ReasonCode.SUCCESS));

        surroundings.interruption().request();

        connection.expect(Disconnect.class);
        assertThat(run.get().err()).isEmpty();
        assertThat(run.get().status()).isEqualTo(130);
    }

    @Test
    void refusedSubscriptionOfAResponderIsOneLine() throws Exception {
        CompletableFuture<Run> run = surroundings.start("respond", "t", "-m", "x", "--server=" + server.uri());
        answer(server.acceptAndConnect(false), ReasonCode.NOT_AUTHORIZED);

        assertThat(run.get().err()).singleElement().asString().contains("NOT_AUTHORIZED");
        assertThat(run.get().status()).isEqualTo(1);
    }
}

package io.reactivemqtt.samples.cli.script;

import static io.reactivemqtt.samples.cli.script.ScriptRun.newClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The program as people start it. */
class ScriptProcessTest {

    @Test
    void killedProcessIsGoneOnWithByTheNext(@TempDir Path directory) throws Exception {
        try (ScriptedServer server = ScriptedServer.start();
                ScriptRun first = ScriptRun.startProcess();
                ScriptRun second = ScriptRun.startProcess()) {
            String client = newClient("c", server.uri())
                    + ",'clientId':'x','cleanStart':false,'sessionExpiry':600,'manualAck':true,'store':'"
                    + directory.resolve("sessions.db") + "'";
            String subscribe = "'op':'subscribe','client':'c','filters':[{'filter':'in','qos':1}]";

            first.call(client);
            int connect = first.send("'op':'connect','client':'c'");
            ScriptedConnection connection = server.acceptAndConnect(false);
            assertThat(first.answer(connect).path("ok").asBoolean()).isTrue();
            int subscribed = first.send(subscribe);
            grant(connection);
            assertThat(first.answer(subscribed).path("ok").asBoolean()).isTrue();
            first.send("'op':'publish','client':'c','topic':'out','text':'m','qos':1");
            Publish published = connection.expect(Publish.class);
            connection.send(incoming(false));
            assertThat(first.messages("c", 1).get(0).path("dup").asBoolean(true))
                    .isFalse();
            first.send("'op':'kill'");
            assertThat(first.exitStatus()).isEqualTo(137);
            connection.expectClosed(); // nothing was acknowledged, and nobody has said goodbye

            second.call(client);
            second.send(subscribe);
            int again = second.send("'op':'connect','client':'c'");
            connection = server.acceptAndConnect(true);
            assertThat(second.answer(again)
                            .path("result")
                            .path("sessionPresent")
                            .asBoolean())
                    .isTrue();
            grant(connection);
            Publish repeated = connection.expect(Publish.class);
            assertThat(repeated.dup()).isTrue();
            assertThat(repeated.message()).isEqualTo(published.message());
            connection.send(new PubAck(repeated.packetIdentifier(), ReasonCode.SUCCESS));
            connection.send(incoming(true));
            JsonNode message = second.messages("c", 1).get(0);
            assertThat(message.path("dup").asBoolean()).isTrue();
            assertThat(message.path("redelivered").asBoolean()).isTrue();
            second.call("'op':'ack','client':'c','msg':1");
            connection.expect(new PubAck(7, ReasonCode.SUCCESS));
            second.await(
                    "SessionRecovered",
                    line -> line.path("type").asString("").equals("SessionRecovered")
                            && line.path("inFlight").asInt(0) == 1);
            second.end();
            connection.expect(Disconnect.class);
            assertThat(second.exitStatus()).isZero();
        }
    }

    private static void grant(ScriptedConnection connection) {
        connection.send(
                new SubAck(connection.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1)));
    }

    private static Publish incoming(boolean dup) {
        return new Publish(ApplicationMessage.of("in", "m", Qos.AT_LEAST_ONCE), 7, dup);
    }
}

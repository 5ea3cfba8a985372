package io.reactivemqtt.samples.cli.script;

import static io.reactivemqtt.samples.cli.script.ScriptRun.newClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Every command is answered exactly once, whatever its client is doing, and whatever becomes of it. */
@MqttServer(ServerKind.LOCAL)
class ScriptAnswersTest {

    /** Every op of a client, %1$s, which each has a client of its own. */
    private static final List<String> OPERATIONS = List.of(
            "'op':'new','client':'%1$s','host':'localhost','port':1883",
            "'op':'connect','client':'%1$s'",
            "'op':'publish','client':'%1$s','topic':'t','qos':0",
            "'op':'publish','client':'%1$s','topic':'t','qos':1",
            "'op':'publish','client':'%1$s','topic':'t','qos':2,'n':3",
            "'op':'subscribe','client':'%1$s','filters':[{'filter':'a','qos':1},{'filter':'b'}]",
            "'op':'unsubscribe','client':'%1$s','filters':['a','b']",
            "'op':'stream','client':'%1$s','name':'s-%1$s','filter':'a','request':1",
            "'op':'request','name':'s-%1$s','n':1",
            "'op':'request','client':'%1$s','topic':'t','text':'q','timeoutMs':100",
            "'op':'cancel','name':'s-%1$s'",
            "'op':'consume','client':'%1$s','name':'w','filter':'a','qos':1",
            "'op':'consume','client':'%1$s','name':'w','filter':'a','outerRetry':{'times':2,'backoffMs':1}",
            "'op':'cancel','client':'%1$s','name':'w'",
            "'op':'ack','client':'%1$s','msg':1",
            "'op':'handBack','client':'%1$s','msg':1",
            "'op':'withdraw','client':'%1$s','sequence':1",
            "'op':'reauth','client':'%1$s'",
            "'op':'state','client':'%1$s'",
            "'op':'save','client':'%1$s'",
            "'op':'restore','client':'%1$s','session':'nothing'",
            "'op':'inspect','client':'%1$s'",
            "'op':'respond','client':'%1$s','name':'r','filter':'t','answer':'a'",
            "'op':'statistics','client':'%1$s'",
            "'op':'states','client':'%1$s'",
            "'op':'disconnect','client':'%1$s'",
            "'op':'disconnect','client':'%1$s','drainMs':10");

    private enum State {
        NEW,
        CONNECTING,
        CONNECTED,
        /** Connected to a Server that answers nothing. */
        UNANSWERED,
        DISCONNECTED,
        LOST,
        RECONNECTING,
        STORE_UNREADABLE
    }

    private final Path directory;
    private final RunningServer answering;

    /** One for each client: it may connect once more than the test looks at. */
    private final Deque<ScriptedServer> silent = new ArrayDeque<>();

    private final ScriptRun script = ScriptRun.start();

    ScriptAnswersTest(RunningServer answering, @TempDir Path directory) {
        this.directory = directory;
        this.answering = answering;
    }

    @AfterEach
    void end() {
        script.end();
        silent.forEach(ScriptedServer::close);
    }

    private String newClientOfASilentServer(String name) {
        silent.push(ScriptedServer.start());
        return newClient(name, silent.element().uri());
    }

    /** Makes a client in this state. */
    private void bring(String name, State state) throws IOException {
        String scripted = newClientOfASilentServer(name);
        String connect = "'op':'connect','client':'" + name + "'";
        switch (state) {
            case NEW -> script.call(scripted);
            case CONNECTING -> {
                script.call(scripted);
                script.send(connect);
                silent.element().accept().expect(Connect.class);
            }
            case CONNECTED -> {
                script.call(newClient(name, answering.uri()));
                script.call(connect);
            }
            case UNANSWERED -> connected(name, scripted);
            case DISCONNECTED -> {
                connected(name, scripted);
                script.call("'op':'disconnect','client':'" + name + "'");
            }
            case LOST -> lose(name, scripted);
            case RECONNECTING -> lose(name, scripted + ",'reconnect':{'initialMs':3600000,'maxMs':3600000}");
            case STORE_UNREADABLE -> {
                Path file = Files.writeString(directory.resolve("sessions.db"), "This is no database. ".repeat(1_000));
                script.call(scripted + ",'clientId':'" + name + "','cleanStart':false,'sessionExpiry':60,'store':'"
                        + file + "'");
            }
        }
    }

    private ScriptedConnection connected(String name, String fields) {
        script.call(fields);
        int connect = script.send("'op':'connect','client':'" + name + "'");
        ScriptedConnection connection = silent.element().acceptAndConnect(false);
        assertThat(script.answer(connect).path("ok").asBoolean()).isTrue();
        return connection;
    }

    private void lose(String name, String fields) {
        connected(name, fields).close();
        script.await(
                "the end of the connection of " + name,
                line -> line.path("ev").asString("").equals("disconnected")
                        && line.path("client").asString("").equals(name));
    }

    @ParameterizedTest
    @EnumSource
    void eachOperationIsAnsweredOnce(State state) throws IOException {
        for (int i = 0; i < OPERATIONS.size(); i++) {
            String name = "c" + i;
            bring(name, state);
            script.send(OPERATIONS.get(i).formatted(name));
            int last = script.send("'op':'disconnect','client':'" + name + "','drainMs':10");
            assertThat(script.answer(last).path("ok").asBoolean()).isTrue();
        }
        assertThatEachIsAnsweredOnce();
    }

    @ParameterizedTest
    @EnumSource
    void allOperationsOfOneClientAreAnsweredOnce(State state) throws IOException {
        bring("c", state);
        for (String operation : OPERATIONS) {
            script.send(operation.formatted("c"));
        }
        script.call("'op':'disconnect','client':'c','drainMs':0");
        for (String operation : OPERATIONS) {
            script.send(operation.formatted("c"));
        }
        script.call("'op':'disconnect','client':'c','drainMs':0");
        assertThatEachIsAnsweredOnce();
    }

    private void assertThatEachIsAnsweredOnce() {
        for (int id = 1; id <= script.answersToEach().size(); id++) {
            script.answer(id); // not by the end of the script, which would answer anything
        }
        script.end();
        assertThat(script.answersToEach()).containsOnly(1L);
    }

    @Test
    void whatWaitsIsAnsweredAtTheEndOfTheInput() {
        connected("c", newClientOfASilentServer("c"));
        int publish = script.send("'op':'publish','client':'c','topic':'t','qos':1");
        int consume = script.send("'op':'consume','client':'c','name':'w','filter':'a','qos':1");
        silent.element().close(); // or the answers would be waited for
        script.end();

        for (int waited : List.of(publish, consume)) {
            JsonNode answer = script.answer(waited);
            assertThat(answer.path("ok").asBoolean(true)).as(answer.toString()).isFalse();
        }
        assertThat(script.answersToEach()).containsOnly(1L);
    }

    @Test
    void whatWaitsIsAnsweredAtTheExit() {
        connected("c", newClientOfASilentServer("c"));
        script.send("'op':'publish','client':'c','topic':'t','qos':1");
        script.send("'op':'consume','client':'c','name':'w','filter':'a','qos':1");
        script.send("'op':'exit'");
        script.awaitEnd();

        assertThat(script.answersToEach()).containsOnly(1L);
    }
}

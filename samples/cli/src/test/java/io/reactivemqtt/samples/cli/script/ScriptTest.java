package io.reactivemqtt.samples.cli.script;

import static io.reactivemqtt.samples.cli.script.ScriptRun.newClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Each op against a real Server. */
@MqttServer(ServerKind.LOCAL)
class ScriptTest {

    private final ScriptRun script = ScriptRun.start();
    private final URI server;

    ScriptTest(RunningServer server) {
        this.server = server.uri();
    }

    @BeforeEach
    void connect() {
        script.call(newClient("c", server));
        script.call("'op':'connect','client':'c'");
    }

    @AfterEach
    void end() {
        script.end();
    }

    private void subscribe(String filter, int qos) {
        script.call("'op':'subscribe','client':'c','filters':[{'filter':'" + filter + "','qos':" + qos + "}]");
    }

    @Test
    void connectTellsWhatTheServerAnnounces() {
        script.call(newClient("d", server) + ",'clientId':''");
        JsonNode result = script.call("'op':'connect','client':'d'");

        assertThat(result.path("sessionPresent").asBoolean(true)).isFalse();
        assertThat(result.path("props").path("assignedClientIdentifier").asString())
                .isNotEmpty();
        script.await(
                "the event",
                line -> line.path("ev").asString("").equals("connected")
                        && line.path("client").asString("").equals("d")
                        && !line.path("sessionPresent").asBoolean(true));
    }

    @Test
    void messageArrivesWithAllItsProperties() {
        subscribe("a/#", 2);
        JsonNode result = script.call("'op':'publish','client':'c','topic':'a/b','text':'m\u00e4rz','qos':2,'props':{"
                + "'messageExpiryInterval':60,'payloadFormatIndicator':1,'contentType':'text/plain','responseTopic':'r',"
                + "'correlationData':'AP8=','userProperties':[['k','1'],['k','2']]}");

        assertThat(result.path("reason").asInt(-1)).isZero();
        JsonNode message = script.messages("c", 1).get(0);
        assertThat(message.path("msg").asInt(0)).isEqualTo(1);
        assertThat(message.path("topic").asString()).isEqualTo("a/b");
        assertThat(message.path("text").asString()).isEqualTo("m\u00e4rz");
        assertThat(message.path("qos").asInt(-1)).isEqualTo(2);
        assertThat(message.has("stream")).isFalse();
        assertThat(message.path("dup").asBoolean(true)).isFalse();
        JsonNode props = message.path("props");
        assertThat(props.path("messageExpiryInterval").asInt(0)).isBetween(1, 60);
        assertThat(props.path("payloadFormatIndicator").asInt(0)).isEqualTo(1);
        assertThat(props.path("contentType").asString()).isEqualTo("text/plain");
        assertThat(props.path("responseTopic").asString()).isEqualTo("r");
        assertThat(props.path("correlationData").asString()).isEqualTo("AP8=");
        assertThat(props.path("userProperties")).hasToString("[[\"k\",\"1\"],[\"k\",\"2\"]]");
    }

    @Test
    void payloadThatIsNoTextIsBase64() {
        subscribe("bytes", 0);
        script.call("'op':'publish','client':'c','topic':'bytes','b64':'//4='");

        JsonNode message = script.messages("c", 1).get(0);
        assertThat(message.path("b64").asString()).isEqualTo("//4=");
        assertThat(message.has("text")).isFalse();
    }

    @Test
    void retainedMessageComesToALaterSubscriber() {
        script.call("'op':'publish','client':'c','topic':'kept','text':'m','qos':1,'retain':true");
        subscribe("kept", 1);

        assertThat(script.messages("c", 1).get(0).path("retain").asBoolean()).isTrue();
        script.call("'op':'publish','client':'c','topic':'kept','qos':1,'retain':true"); // no more
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void oneCommandPublishesManyInOrderOfTheCommands(int version) {
        script.call(newClient("d", server) + ",'version':" + version);
        script.call("'op':'connect','client':'d'");
        subscribe("many", 2);
        int many = script.send("'op':'publish','client':'d','topic':'many','text':'m','qos':2,'n':300");
        script.send("'op':'publish','client':'d','topic':'many','text':'last','qos':2");

        List<JsonNode> messages = script.messages("c", 301);
        assertThat(messages).hasSize(301);
        assertThat(messages.get(300).path("text").asString()).isEqualTo("last");
        assertThat(script.answer(many).path("result").path("succeeded").asInt(0))
                .isEqualTo(300);
    }

    @Test
    void severalFiltersAreAnsweredInTheirOrder() {
        JsonNode result = script.call("'op':'subscribe','client':'c','filters':[{'filter':'x','qos':1},"
                + "{'filter':'y','qos':2,'nl':true,'rap':true,'rh':2},{'filter':'z'}]");
        assertThat(result.path("codes")).hasToString("[1,2,0]");

        JsonNode inspection = script.call("'op':'inspect','client':'c'");
        assertThat(inspection.path("subscriptions").toString())
                .contains("{\"filter\":\"y\",\"qos\":2,\"nl\":true,\"rap\":true,\"rh\":2}");

        assertThat(script.call("'op':'unsubscribe','client':'c','filters':['x','y']")
                        .path("codes"))
                .hasToString("[0,0]");
        assertThat(script.call("'op':'inspect','client':'c'")
                        .path("subscriptions")
                        .size())
                .isEqualTo(1);
        script.await(
                "the end of y",
                line -> line.path("ev").asString("").equals("ended")
                        && line.path("filter").asString("").equals("y"));
    }

    @Test
    void filterThatIsSubscribedToTwiceTellsEachMessageOnce() {
        subscribe("twice", 1);
        subscribe("twice", 1);
        script.call("'op':'publish','client':'c','topic':'twice','text':'1','qos':1");
        script.call("'op':'publish','client':'c','topic':'twice','text':'2','qos':1");

        assertThat(script.messages("c", 2)).hasSize(2).last().satisfies(message -> assertThat(
                        message.path("text").asString())
                .isEqualTo("2"));
    }

    @Test
    void streamTellsNoMoreThanWhatWasAskedFor() {
        script.call("'op':'stream','client':'c','name':'s','filter':'demand','request':2");
        subscribe("mark", 1);
        script.call("'op':'publish','client':'c','topic':'demand','text':'m','qos':1,'n':5");
        script.call("'op':'publish','client':'c','topic':'mark','text':'1','qos':1");
        script.await("the mark", line -> line.path("topic").asString("").equals("mark"));

        assertThat(script.messages("c", 3)).hasSize(3);

        script.call("'op':'request','name':'s','n':2");
        assertThat(script.messages("c", 5)).hasSize(5).last().satisfies(message -> assertThat(
                        message.path("stream").asString())
                .isEqualTo("s"));
        script.call("'op':'cancel','name':'s'");
        assertThat(script.fail("'op':'request','name':'s','n':1")
                        .path("message")
                        .asString())
                .isEqualTo("there is no stream \"s\"");
        script.call("'op':'stream','client':'c','name':'s','filter':'demand','request':1"); // the name is free again
    }

    @Test
    void streamThatIsCancelledBeforeTheAnswerSaysSo() {
        script.call(newClient("d", server));
        int stream = script.send("'op':'stream','client':'d','name':'s','filter':'x'"); // without a connection
        script.call("'op':'cancel','name':'s'");

        assertThat(script.answer(stream).path("error").path("message").asString())
                .isEqualTo("the subscription ended before the Server answered");
    }

    @Test
    void stateFollowsTheConnection() {
        assertThat(script.call("'op':'state','client':'c'").path("connected").asBoolean())
                .isTrue();
        script.call("'op':'disconnect','client':'c','reason':0");
        JsonNode event = script.event("disconnected");

        assertThat(event.path("byServer").asBoolean(true)).isFalse();
        assertThat(event.get("reason").isNull()).isTrue();
        assertThat(event.get("cause").isNull()).isTrue();
        assertThat(script.call("'op':'state','client':'c'").path("state").asString())
                .isEqualTo("DISCONNECTED");
    }

    @Test
    void savedSessionGoesOnInAnotherClient() {
        subscribe("moved", 1);
        String identity = ",'clientId':'mover','cleanStart':false,'sessionExpiry':600";
        script.call(newClient("old", server) + identity);
        script.send("'op':'publish','client':'old','topic':'moved','text':'waited','qos':1"); // without a connection
        assertThat(script.call("'op':'inspect','client':'old'").path("waiting").asInt(0))
                .isEqualTo(1);
        String session =
                script.call("'op':'save','client':'old'").path("session").asString();

        script.call(newClient("new", server) + identity);
        script.call("'op':'restore','client':'new','session':" + JsonNodeFactory.instance.stringNode(session));
        script.call("'op':'disconnect','client':'old'"); // or the end of the input would wait for its answer
        script.call("'op':'connect','client':'new'");

        assertThat(script.messages("c", 1).get(0).path("text").asString()).isEqualTo("waited");
        assertThat(script.fail("'op':'restore','client':'new','session':'nothing'")
                        .path("class")
                        .asString())
                .isEqualTo("SnapshotRefusedException");
    }

    @Test
    void twoClientsShareTheStoreOfOneFile(@TempDir Path directory) {
        String store = ",'cleanStart':false,'sessionExpiry':600,'store':'" + directory.resolve("sessions.db") + "'";
        script.call(newClient("a", server) + ",'clientId':'share-a'" + store);
        script.call(newClient("b", server) + ",'clientId':'share-b'" + store);
        script.call("'op':'connect','client':'a'");
        script.call("'op':'connect','client':'b'");
        subscribe("shared", 2);
        script.call("'op':'publish','client':'a','topic':'shared','qos':2");
        script.call("'op':'publish','client':'b','topic':'shared','qos':2");

        assertThat(script.messages("c", 2)).hasSize(2);
        assertThat(directory.resolve("sessions.db")).exists();
        script.end();
        assertThat(directory.resolve("sessions.db-wal")).doesNotExist(); // the store was closed
    }

    @Test
    void exitEndsTheScriptBeforeItsInputEnds() {
        script.call("'op':'exit'");

        script.awaitEnd();
        assertThat(script.event("disconnected").path("cause").isNull()).isTrue();
    }

    @Test
    void endOfInputWaitsForAnswersAndSaysGoodbye() {
        int id = script.send("'op':'publish','client':'c','topic':'t','qos':2,'n':50");
        script.end();

        assertThat(script.answer(id).path("ok").asBoolean()).isTrue();
        assertThat(script.event("disconnected").path("cause").isNull()).isTrue();
    }
}

package io.reactivemqtt.samples.cli.script;

import static io.reactivemqtt.samples.cli.script.ScriptRun.newClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.packet.Unsubscribe;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the policies of {@code new}, {@code stream} and {@code consume} change, packet by packet. */
class ScriptDeliveryTest {

    private static final String KEPT = ",'clientId':'x','cleanStart':false,'sessionExpiry':600";

    private final ScriptedServer server = ScriptedServer.start();
    private final ScriptRun script = ScriptRun.start();

    @AfterEach
    void end() {
        server.close();
        script.end();
        assertThat(script.answersToEach()).containsOnly(1L);
    }

    private ScriptedConnection connect(String fields) {
        script.call(newClient("c", server.uri()) + fields);
        return connect(false);
    }

    private ScriptedConnection connect(boolean sessionPresent) {
        int connect = script.send("'op':'connect','client':'c'");
        ScriptedConnection connection = server.acceptAndConnect(sessionPresent);
        assertThat(script.answer(connect).path("ok").asBoolean()).isTrue();
        return connection;
    }

    private void stream(ScriptedConnection connection, String fields) {
        int stream = script.send("'op':'stream','client':'c','filter':'t','qos':1," + fields);
        grant(connection);
        assertThat(script.answer(stream).path("result").path("codes")).hasToString("[1]");
    }

    private static void grant(ScriptedConnection connection) {
        connection.send(
                new SubAck(connection.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_1)));
    }

    private static Publish publish(int packetIdentifier, String text) {
        return new Publish(ApplicationMessage.of("t", text, Qos.AT_LEAST_ONCE), packetIdentifier, false);
    }

    // ---- stream

    @Test
    void streamByHandWaitsForTheScriptInAClientThatDoesNot() {
        ScriptedConnection connection = connect("");
        stream(connection, "'name':'s','request':10,'acknowledgement':'byHand'");
        connection.send(publish(1, "1"), publish(2, "2"));
        script.messages("c", 2);
        script.call("'op':'ack','client':'c','msg':2");
        script.call("'op':'ack','client':'c','msg':1,'reason':135");

        connection.expect(new PubAck(1, ReasonCode.NOT_AUTHORIZED), new PubAck(2, ReasonCode.SUCCESS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"onNext", "withoutMe"})
    void otherStreamsDoNotWaitInAClientThatDoes(String acknowledgement) {
        ScriptedConnection connection = connect(",'manualAck':true");
        stream(connection, "'name':'s','request':10,'acknowledgement':'" + acknowledgement + "'");
        connection.send(publish(1, "1"));
        script.messages("c", 1);

        connection.expect(new PubAck(1, ReasonCode.SUCCESS));
        assertThat(script.fail("'op':'ack','client':'c','msg':1")
                        .path("message")
                        .asString())
                .contains("no message 1 waits");
    }

    @Test
    void streamThatIsAskedForNothingHoldsUpOnlyWithItsAcknowledgement() {
        ScriptedConnection connection = connect("");
        stream(connection, "'name':'s','acknowledgement':'withoutMe','buffer':2,'overflow':'dropNewest'");
        connection.send(publish(1, "1"), publish(2, "2"), publish(3, "3"));
        for (int id = 1; id <= 3; id++) {
            connection.expect(new PubAck(id, ReasonCode.SUCCESS));
        }
        JsonNode dropped = script.await(
                "MessagesDropped", line -> line.path("type").asString("").equals("MessagesDropped"));
        assertThat(dropped.path("count").asInt(0)).isEqualTo(1);
        script.call("'op':'request','name':'s','n':5");

        assertThat(script.messages("c", 2))
                .extracting(message -> message.path("text").asString())
                .containsExactly("1", "2");
    }

    @Test
    void bufferThatIsFullEndsAStreamThatSaysSo() {
        ScriptedConnection connection = connect("");
        stream(connection, "'name':'s','acknowledgement':'withoutMe','buffer':1,'overflow':'fail'");
        connection.send(publish(1, "1"), publish(2, "2"));
        connection.expect(new PubAck(1, ReasonCode.SUCCESS), new PubAck(2, ReasonCode.SUCCESS));
        script.call("'op':'request','name':'s','n':1");

        assertThat(script.event("ended").path("error").path("class").asString())
                .isEqualTo("SubscriberOverflowException");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "absent",
            value = {
                "absent      | ''                                                    | true",
                "asSession   | ''                                                    | true",
                "asSession   | ,'clientId':'x','cleanStart':false,'sessionExpiry':600 | false",
                "unsubscribe | ,'clientId':'x','cleanStart':false,'sessionExpiry':600 | true",
                "keep        | ''                                                    | false"
            },
            quoteCharacter = '`')
    void cancelUnsubscribesAsTheStreamSays(String onCancel, String session, boolean unsubscribes) {
        ScriptedConnection connection = connect(session.equals("''") ? "" : session);
        stream(connection, "'name':'s'" + (onCancel == null ? "" : ",'onCancel':'" + onCancel + "'"));
        script.call("'op':'cancel','name':'s'");
        if (unsubscribes) {
            Unsubscribe unsubscribe = connection.expect(Unsubscribe.class);
            connection.send(new UnsubAck(unsubscribe.packetIdentifier(), List.of(ReasonCode.SUCCESS)));
        }
        script.call("'op':'publish','client':'c','topic':'u'");
        connection.expect(Publish.class);
        script.call("'op':'disconnect','client':'c'");
        connection.expect(Disconnect.class);
    }

    // ---- consume

    @Test
    void messageIsAcknowledgedWhenItIsHandled() {
        ScriptedConnection connection = connect("");
        int consume = script.send("'op':'consume','client':'c','name':'w','filter':'t','qos':1,'concurrency':3,"
                + "'fail':[{'text':'1','times':1}],'outerRetry':{'times':1}");
        grant(connection);
        assertThat(script.answer(consume).path("result").path("codes")).hasToString("[1]");
        connection.send(publish(1, "1"), publish(2, "2"));
        script.events("handled", "1", 1);
        script.events("handled", "2", 1);

        assertThat(script.events("handling", "1", 2)).hasSize(2);
        connection.expect(new PubAck(1, ReasonCode.SUCCESS), new PubAck(2, ReasonCode.SUCCESS));
    }

    @Test
    void refusedConsumeIsAnErrorAndEnds() {
        ScriptedConnection connection = connect("");
        int consume = script.send("'op':'consume','client':'c','name':'w','filter':'t'");
        connection.send(
                new SubAck(connection.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.NOT_AUTHORIZED)));

        JsonNode answer = script.answer(consume);
        assertThat(answer.path("ok").asBoolean(true)).isFalse();
        assertThat(answer.path("error").path("reason").asInt(0)).isEqualTo(135);
        assertThat(script.event("ended").path("error").path("reason").asInt(0)).isEqualTo(135);
    }

    @Test
    void consumeThatIsCancelledBeforeTheAnswerSaysSo() {
        script.call(newClient("c", server.uri()));
        int consume = script.send("'op':'consume','client':'c','name':'w','filter':'t'"); // without a connection
        script.call("'op':'cancel','client':'c','name':'w'");

        assertThat(script.answer(consume).path("error").path("message").asString())
                .isEqualTo("the consume ended before the Server answered");
    }

    // ---- what waits to be sent

    @Test
    void messageThatWaitsIsWithdrawn() {
        script.call(newClient("c", server.uri()) + KEPT);
        int publish = script.send("'op':'publish','client':'c','topic':'t','qos':1"); // without a connection
        assertThat(script.call("'op':'inspect','client':'c'").path("waiting").asInt(0))
                .isEqualTo(1);

        assertThat(script.call("'op':'withdraw','client':'c','sequence':1")).hasToString("{\"withdrawn\":true}");
        assertThat(script.answer(publish).path("error").path("class").asString())
                .isEqualTo("NotSentException");
        assertThat(script.call("'op':'withdraw','client':'c','sequence':1")).hasToString("{\"withdrawn\":false}");
    }

    @ParameterizedTest
    @CsvSource({
        "'messages':1, 2",
        "'bytes':10, 2",
        "'messages':1;'whenFull':'fail', 2",
        "'messages':1;'whenFull':'dropOldest', 1"
    })
    void queueIsAsLongAsTheScriptSays(String queue, int failing) {
        script.call(newClient("c", server.uri()) + ",'queue':{" + queue.replace(';', ',') + "}");
        int first = script.send("'op':'publish','client':'c','topic':'t','qos':1,'text':'first'");
        assertThat(script.call("'op':'inspect','client':'c'").path("waiting").asInt(0)) // the first is in the queue
                .isEqualTo(1);
        int second = script.send("'op':'publish','client':'c','topic':'t','qos':1,'text':'2nd..'");

        int refused = failing == 1 ? first : second;
        assertThat(script.answer(refused).path("error").path("class").asString())
                .isEqualTo("QueueFullException");
        script.call("'op':'disconnect','client':'c'");
    }

    // ---- sessions

    @Test
    void strictReceiveMaximumEndsTheConnection() {
        ScriptedConnection connection = connect(",'receiveMaximum':1,'strictReceiveMaximum':true,'manualAck':true");
        stream(connection, "'name':'s','request':10");
        connection.send(publish(1, "1"), publish(2, "2"));

        assertThat(connection.expect(Disconnect.class).reasonCode()).isEqualTo(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"continue", "beginNew", "fail"})
    void unknownSessionIsTreatedAsTheScriptSays(String policy) {
        script.call(newClient("c", server.uri()) + KEPT + ",'unknownSession':'" + policy + "'");
        int connect = script.send("'op':'connect','client':'c'");
        server.acceptAndConnect(true);
        if (policy.equals("beginNew")) {
            ScriptedConnection second = server.accept();
            assertThat(second.expect(Connect.class).cleanStart()).isTrue();
            second.send(ConnAck.builder().build());
        }

        JsonNode answer = script.answer(connect);
        assertThat(answer.path("ok").asBoolean()).isEqualTo(!policy.equals("fail"));
        if (policy.equals("fail")) {
            assertThat(answer.path("error").path("class").asString()).isEqualTo("SessionUnknownException");
        } else {
            assertThat(answer.path("result").path("sessionPresent").asBoolean()).isEqualTo(policy.equals("continue"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'unsubscribeAfterMs':1}", "'keep','keepForMs':1"})
    void storedSubscriptionThatNobodyAsksForIsTreatedAsTheScriptSays(String policy, @TempDir Path directory) {
        String fields = KEPT + ",'storeTimeoutMs':20000,'store':'" + directory.resolve("sessions.db") + "'";
        ScriptedConnection first = connect(fields);
        stream(first, "'name':'s','request':1");
        script.call("'op':'disconnect','client':'c'");
        first.expect(Disconnect.class);

        script.call(newClient("d", server.uri()) + fields + ",'unclaimed':" + policy);
        int connect = script.send("'op':'connect','client':'d'");
        ScriptedConnection second = server.acceptAndConnect(true);
        assertThat(script.answer(connect).path("ok").asBoolean()).isTrue();
        second.send(publish(1, "1"));
        if (policy.startsWith("'keep'")) {
            script.await(
                    "MessagesHandedBack", line -> line.path("type").asString("").equals("MessagesHandedBack"));
            second.expectNothing(Duration.ofMillis(200)); // neither UNSUBSCRIBE nor PUBACK
        } else {
            Unsubscribe unsubscribe = second.expect(Unsubscribe.class);
            second.send(new UnsubAck(unsubscribe.packetIdentifier(), List.of(ReasonCode.SUCCESS)));
            second.expect(new PubAck(1, ReasonCode.SUCCESS));
        }
    }

    @Test
    void messagesThatNobodyTakesAreKeptForAsLongAsTheScriptSays() {
        ScriptedConnection connection = connect(KEPT + ",'keepForMs':1,'reconnect':{'initialMs':1,'maxMs':20}");
        stream(connection, "'name':'s','request':10,'acknowledgement':'byHand'");
        connection.send(publish(1, "1"));
        script.messages("c", 1);
        script.call("'op':'handBack','client':'c','msg':1");
        script.call("'op':'cancel','name':'s'");

        JsonNode event = script.await(
                "MessagesNotTaken", line -> line.path("type").asString("").equals("MessagesNotTaken"));
        assertThat(event.path("keptFor").asString()).isEqualTo("PT0.001S");
        server.acceptAndConnect(true);
    }
}

package io.reactivemqtt.samples.cli.script;

import static io.reactivemqtt.samples.cli.script.ScriptRun.newClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What a {@code publish} says of a message that cannot be sent at once, and what became of it. */
class ScriptPublishTest {

    private static final String PUBLISH = "'op':'publish','client':'c','topic':'t','qos':1";

    private final ScriptedServer server = ScriptedServer.start();
    private final ScriptRun script = ScriptRun.start();

    @AfterEach
    void end() {
        server.close();
        script.end();
        assertThat(script.answersToEach()).containsOnly(1L);
    }

    private ScriptedConnection connect() {
        int connect = script.send("'op':'connect','client':'c'");
        ScriptedConnection connection = server.acceptAndConnect(false);
        assertThat(script.answer(connect).path("ok").asBoolean()).isTrue();
        return connection;
    }

    private static void acknowledge(ScriptedConnection connection, ReasonCode reasonCode) {
        connection.send(new PubAck(connection.expect(Publish.class).packetIdentifier(), reasonCode));
    }

    private static String outcome(JsonNode answer) {
        return answer.path("result").path("outcome").asString();
    }

    private static String failure(JsonNode answer) {
        assertThat(answer.path("ok").asBoolean(true)).isFalse();
        return answer.path("error").path("class").asString();
    }

    @ParameterizedTest
    @CsvSource({
        "SUCCESS,ACKNOWLEDGED,true",
        "NO_MATCHING_SUBSCRIBERS,NO_SUBSCRIBER,true",
        "QUOTA_EXCEEDED,REFUSED,false"
    })
    void outcomeIsWhatTheServerSays(ReasonCode reasonCode, String outcome, boolean ok) {
        script.call(newClient("c", server.uri()));
        ScriptedConnection connection = connect();
        int publish = script.send(PUBLISH);
        acknowledge(connection, reasonCode);

        JsonNode answer = script.answer(publish);
        assertThat(outcome(answer)).isEqualTo(outcome);
        assertThat(answer.path("ok").asBoolean()).isEqualTo(ok);
    }

    @Test
    void outcomeAtQos0IsThatItWasSent() {
        script.call(newClient("c", server.uri()));
        connect();

        assertThat(script.call("'op':'publish','client':'c','topic':'t'")
                        .path("outcome")
                        .asString())
                .isEqualTo("SENT");
    }

    @ParameterizedTest
    @CsvSource({"'ifOffline':'fail'", "'sendWithinMs':20"})
    void messageThatMayNotWaitIsNotSent(String option) {
        script.call(newClient("c", server.uri()));
        JsonNode answer = script.answer(script.send(PUBLISH + "," + option));

        assertThat(failure(answer)).isEqualTo("NotSentException");
        assertThat(outcome(answer)).isEqualTo("NOT_SENT");
    }

    @Test
    void messageThatMayWaitIsSent() {
        script.call(newClient("c", server.uri()));
        int publish = script.send(PUBLISH + ",'ifOffline':'wait','sendWithinMs':60000");
        acknowledge(connect(), ReasonCode.SUCCESS);

        assertThat(outcome(script.answer(publish))).isEqualTo("ACKNOWLEDGED");
    }

    @Test
    void onlyTheLatestOfAKeyIsSent() {
        script.call(newClient("c", server.uri()));
        int first = script.send(PUBLISH + ",'text':'1','latestOf':'gauge'");
        int other = script.send(PUBLISH + ",'text':'2','latestOf':'another'");
        int last = script.send(PUBLISH + ",'text':'3','latestOf':'gauge'");

        JsonNode dropped = script.answer(first);
        assertThat(failure(dropped)).isEqualTo("NotSentException");
        assertThat(outcome(dropped)).isEqualTo("DROPPED");
        ScriptedConnection connection = connect();
        acknowledge(connection, ReasonCode.SUCCESS);
        acknowledge(connection, ReasonCode.SUCCESS);
        assertThat(outcome(script.answer(other))).isEqualTo("ACKNOWLEDGED");
        assertThat(outcome(script.answer(last))).isEqualTo("ACKNOWLEDGED");
    }

    @ParameterizedTest
    @CsvSource({"fail,OutcomeUnknownException,UNKNOWN", "drop,OutcomeUnknownException,DROPPED"})
    void lostSessionEndsAMessageAsItSays(String policy, String failure, String outcome) {
        script.call(newClient("c", server.uri())
                + ",'clientId':'x','cleanStart':false,'sessionExpiry':60,'reconnect':{'initialMs':1,'maxMs':20}");
        ScriptedConnection first = connect();
        int publish = script.send(PUBLISH + ",'onSessionLoss':'" + policy + "'");
        first.expect(Publish.class);
        first.reset();
        server.acceptAndConnect(false);

        JsonNode answer = script.answer(publish);
        assertThat(failure(answer)).isEqualTo(failure);
        assertThat(outcome(answer)).isEqualTo(outcome);
    }

    @Test
    void lostSessionLetsAMessageBeRepeatedThatSaysSo() {
        script.call(newClient("c", server.uri())
                + ",'clientId':'x','cleanStart':false,'sessionExpiry':60,'reconnect':{'initialMs':1,'maxMs':20}");
        ScriptedConnection first = connect();
        int publish = script.send(PUBLISH + ",'onSessionLoss':'republish'");
        first.expect(Publish.class);
        first.reset();
        acknowledge(server.acceptAndConnect(false), ReasonCode.SUCCESS);

        JsonNode answer = script.answer(publish);
        assertThat(outcome(answer)).isEqualTo("ACKNOWLEDGED");
        assertThat(answer.path("result").path("possibleRepeat").asBoolean()).isTrue();
    }

    @Test
    void outcomeOfManyIsThatOfTheFirstFailure() {
        script.call(newClient("c", server.uri()));
        ScriptedConnection connection = connect();
        int publish = script.send(PUBLISH + ",'n':3");
        acknowledge(connection, ReasonCode.SUCCESS);
        acknowledge(connection, ReasonCode.QUOTA_EXCEEDED);
        acknowledge(connection, ReasonCode.NO_MATCHING_SUBSCRIBERS);

        JsonNode answer = script.answer(publish);
        assertThat(failure(answer)).isEqualTo("RequestRefusedException");
        assertThat(outcome(answer)).isEqualTo("REFUSED");
        assertThat(answer.path("result").path("succeeded").asInt(0)).isEqualTo(2);
    }
}

package io.reactivemqtt.samples.cli.script;

import static io.reactivemqtt.samples.cli.script.ScriptRun.newClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code consume}, {@code handBack}, and a {@code disconnect} that waits, against a real Server. */
@MqttServer(ServerKind.LOCAL)
class ScriptConsumeTest {

    private final ScriptRun script = ScriptRun.start();
    private final URI server;

    ScriptConsumeTest(RunningServer server) {
        this.server = server.uri();
    }

    @BeforeEach
    void connect() {
        script.call(newClient("c", server)); // publishes
        script.call("'op':'connect','client':'c'");
        script.call(newClient("d", server) + ",'clientId':'" + UUID.randomUUID()
                + "','cleanStart':false,'sessionExpiry':60"); // while nobody subscribes, the Server goes on to send
        script.call("'op':'connect','client':'d'");
    }

    @AfterEach
    void end() {
        script.end();
        assertThat(script.answersToEach()).containsOnly(1L);
    }

    private JsonNode consume(String fields) {
        return script.call("'op':'consume','client':'d','name':'w','filter':'t/#'," + fields);
    }

    private void publish(String... texts) {
        for (String text : texts) {
            script.call("'op':'publish','client':'c','topic':'t/1','qos':1,'text':'" + text + "'");
        }
    }

    private JsonNode ended() {
        JsonNode ended = script.event("ended");
        assertThat(ended.path("client").asString()).isEqualTo("d");
        assertThat(ended.path("name").asString()).isEqualTo("w");
        assertThat(ended.has("error")).isTrue();
        return ended.get("error");
    }

    @Test
    void handlerTellsWhatItDoes() {
        assertThat(consume("'qos':1,'orderedBy':'none','onFailure':{'then':'stop'}")
                        .path("codes"))
                .hasToString("[1]");
        publish("m1", "m2");

        script.events("handled", "m2", 1);
        assertThat(script.told("handling", "handled"))
                .containsExactly("handling m1", "handled m1", "handling m2", "handled m2");
        assertThat(script.event("handling"))
                .hasToString(
                        "{\"ev\":\"handling\",\"client\":\"d\",\"name\":\"w\",\"text\":\"m1\",\"redelivered\":false}");
        assertThat(script.event("handled"))
                .hasToString("{\"ev\":\"handled\",\"client\":\"d\",\"name\":\"w\",\"text\":\"m1\"}");
    }

    @Test
    void whatIsNoTextIsHandledAsBase64() {
        consume("'qos':0");
        script.call("'op':'publish','client':'c','topic':'t/1','b64':'//4='");

        assertThat(script.event("handled").path("b64").asString()).isEqualTo("//4=");
    }

    @Test
    void asManyAreHandledAtOnceAsTheScriptSays() {
        consume(
                "'qos':1,'concurrency':2,'orderedBy':'none','fail':[{'text':'a','how':'never'},{'text':'b','how':'never'}]");
        publish("a", "b", "c");
        script.events("handling", "b", 1);
        script.call("'op':'state','client':'d'");
        assertThat(script.told("handling")).containsExactly("handling a", "handling b");

        script.call("'op':'cancel','client':'d','name':'w'");
    }

    @Test
    void messagesOfOneTopicAreHandledInOrderWhateverTheConcurrency() {
        consume("'qos':1,'concurrency':8,'orderedBy':'topic','handleMs':20");
        publish("m1", "m2", "m3");
        script.events("handled", "m3", 1);
        assertThat(script.told("handling", "handled"))
                .containsExactly("handling m1", "handled m1", "handling m2", "handled m2", "handling m3", "handled m3");
    }

    @Test
    void aBatchIsHandledWhenItIsFull() {
        consume("'qos':1,'batch':{'upTo':2,'withinMs':60000}");
        publish("m1", "m2", "m3");
        script.events("handled", "m2", 1);
        script.call("'op':'state','client':'d'");
        assertThat(script.told("handling")).containsExactly("handling m1", "handling m2");
    }

    @Test
    void aMessageIsTriedAgainAsThePolicySaysAndThenSkipped() {
        consume("'qos':1,'fail':[{'text':'m1','times':9}],'onFailure':{'retry':2,'backoffMs':1,'then':'skip'}");
        publish("m1", "m2");
        script.events("handling", "m1", 3);
        script.events("handled", "m2", 1);
        assertThat(script.call("'op':'statistics','client':'d'")
                        .path("handlerFailures")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void aMessageThatNobodyCanHandleGoesToAnotherTopic() {
        script.call("'op':'subscribe','client':'c','filters':[{'filter':'dead/#','qos':1}]");
        consume("'qos':1,'fail':[{'text':'m1','times':9}],'onFailure':{'then':'deadLetter:dead/{topic}'}");
        publish("m1");
        assertThat(script.event("message").path("topic").asString()).isEqualTo("dead/t/1");
    }

    @Test
    void handlerTakesItsTime() {
        consume("'qos':1,'handleMs':300");
        long before = System.nanoTime();
        publish("m1");
        script.events("handled", "m1", 1);

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(300_000_000);
    }

    @ParameterizedTest
    @CsvSource({"error, HandlerFailed", "throw, HandlerFailed", "fatal, LinkageError"})
    void failureEndsIt(String how, String type) {
        consume("'qos':1,'fail':[{'text':'m1','times':1,'how':'" + how + "'}]");
        publish("m1");

        JsonNode error = ended();
        assertThat(error.path("class").asString()).isEqualTo(type);
        assertThat(error.path("message").asString()).contains("\"m1\"");
        assertThat(script.told("handling", "handled")).containsExactly("handling m1");
        consume("'qos':1"); // the name is free again, and the message was not lost
        script.events("handled", "m1", 1);
    }

    @ParameterizedTest
    @CsvSource({"error, 2", "throw, 2", "fatal, 2"})
    void outerRetryHandlesAllThatTheFailedOneDidNot(String how, int times) {
        consume("'qos':1,'concurrency':1,'outerRetry':{'times':5,'backoffMs':10}," + "'fail':[{'text':'m1','times':"
                + times + ",'how':'" + how + "'}]");
        publish("m1", "m2", "m3");

        for (String text : List.of("m1", "m2", "m3")) {
            script.events("handled", text, 1);
        }
        assertThat(script.told("handled")).hasSize(3);
        assertThat(script.told("handling")).filteredOn("handling m1"::equals).hasSize(times + 1);
        assertThat(script.told("ended")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'times':1", "'times':1,'backoffMs':1"})
    void outerRetryThatIsUsedUpEndsWithTheHandlersError(String retry) {
        consume("'qos':1,'outerRetry':{" + retry + "},'fail':[{'text':'m1','times':2}]");
        publish("m1");

        assertThat(ended().path("class").asString()).isEqualTo("HandlerFailed");
        assertThat(script.told("handling")).hasSize(2);
    }

    @Test
    void cancelledConsumeHandsBackWhatItHad() {
        consume("'qos':1,'fail':[{'text':'m1','how':'never'}]");
        publish("m1");
        script.events("handling", "m1", 1);
        script.call("'op':'cancel','client':'d','name':'w'");
        assertThat(ended().isNull()).isTrue();
        assertThat(script.fail("'op':'cancel','client':'d','name':'w'")
                        .path("message")
                        .asString())
                .isEqualTo("there is no stream \"w\" and no consume");

        consume("'qos':1");
        script.events("handled", "m1", 1);
    }

    @Test
    void consumeIsCancelledByTheNameOfItsClientOnly() {
        consume("'qos':1");
        assertThat(script.fail("'op':'consume','client':'d','name':'w','filter':'u'")
                        .path("message")
                        .asString())
                .isEqualTo("there is a consume \"w\" already");
        script.call("'op':'consume','client':'c','name':'w','filter':'u'");
        script.call("'op':'stream','client':'c','name':'s','filter':'v'");

        script.fail("'op':'cancel','name':'w'");
        script.fail("'op':'cancel','client':'d','name':'s'");
        script.call("'op':'cancel','client':'c','name':'w'");
        script.call("'op':'cancel','client':'d','name':'w'");
        script.call("'op':'cancel','client':'c','name':'s'");
    }

    @Test
    void unsubscribeAndDisconnectEndItWithoutAnError() {
        consume("'qos':1");
        script.call("'op':'unsubscribe','client':'d','filters':['t/#']");
        assertThat(ended().isNull()).isTrue();
        script.call("'op':'consume','client':'c','name':'v','filter':'t/#'");
        script.call("'op':'disconnect','client':'c'");
        assertThat(script.await(
                                "the end of v",
                                line -> line.path("name").asString("").equals("v"))
                        .path("error")
                        .isNull())
                .isTrue();
    }

    // ---- handBack and disconnect

    @Test
    void messageThatIsHandedBackGoesToTheOtherSubscriber() {
        script.call(
                "'op':'stream','client':'d','name':'s','filter':'t/#','qos':1,'request':10,'acknowledgement':'byHand'");
        publish("m1");
        assertThat(script.messages("d", 1)).hasSize(1);
        script.call(
                "'op':'stream','client':'d','name':'u','filter':'t/1','qos':1,'request':10,'acknowledgement':'byHand'");
        script.call("'op':'handBack','client':'d','msg':1");

        JsonNode again = script.messages("d", 2).get(1);
        assertThat(again.path("stream").asString()).isEqualTo("u");
        assertThat(again.path("text").asString()).isEqualTo("m1");
        assertThat(script.fail("'op':'ack','client':'d','msg':1")
                        .path("message")
                        .asString())
                .isEqualTo("no message 1 waits for an acknowledgement");
        script.call("'op':'ack','client':'d','msg':2");
    }

    @Test
    void disconnectWaitsForHandlers() {
        consume("'qos':2,'handleMs':100");
        script.call("'op':'publish','client':'c','topic':'t/1','qos':2,'text':'m1'");
        script.events("handling", "m1", 1);

        assertThat(script.call("'op':'disconnect','client':'d','drainMs':5000"))
                .hasToString("{\"drained\":{\"handlersAtWork\":0,\"inFlight\":0,\"waiting\":0}}");
        assertThat(script.told("handled")).containsExactly("handled m1");
        assertThat(ended().isNull()).isTrue();
    }

    @Test
    void disconnectTellsWhatItHasLeft() {
        consume("'qos':1,'fail':[{'text':'m1','how':'never'}]");
        publish("m1");
        script.events("handling", "m1", 1);

        assertThat(script.call("'op':'disconnect','client':'d','drainMs':1").path("drained"))
                .hasToString("{\"handlersAtWork\":1,\"inFlight\":0,\"waiting\":0}");
    }

    @Test
    void endOfInputWaitsForHandlers() {
        consume("'qos':1,'handleMs':200");
        publish("m1");
        script.events("handling", "m1", 1);
        script.end();

        assertThat(script.told("handled")).containsExactly("handled m1");
        assertThat(ended().isNull()).isTrue();
    }

    @Test
    void exitWaitsForNoHandlerThatNeverEnds() {
        consume("'qos':1,'fail':[{'text':'m1','how':'never'}]");
        publish("m1");
        script.events("handling", "m1", 1);
        long before = System.nanoTime();
        script.call("'op':'exit'");
        script.awaitEnd();

        assertThat(System.nanoTime() - before).isLessThan(5_000_000_000L);
        assertThat(script.event("disconnected").path("cause").isNull()).isTrue();
    }

    @Test
    void aRequestIsAnsweredByWhoRespondsUntilThatIsCancelled() {
        assertThat(script.call("'op':'respond','client':'d','name':'r','filter':'ask/+','answer':'42'")
                        .path("codes"))
                .hasToString("[1]");
        JsonNode result =
                script.call("'op':'request','client':'c','topic':'ask/me','text':'what?','qos':1,'timeoutMs':10000");
        assertThat(result.path("text").asString()).isEqualTo("42");
        assertThat(result.path("topic").asString()).startsWith("response/");

        script.call("'op':'cancel','client':'d','name':'r'");
        assertThat(script.event("ended").path("name").asString()).isEqualTo("r");
        script.call("'op':'unsubscribe','client':'d','filters':['ask/+']");
        assertThat(script.fail("'op':'request','client':'c','topic':'ask/me','text':'what?','qos':1,'timeoutMs':500")
                        .path("class")
                        .asString())
                .isEqualTo("NoResponseException");
    }
}

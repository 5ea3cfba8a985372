package io.reactivemqtt.samples.cli.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testkit.server.RefusingPort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is wrong is answered, and the script goes on. No Server is needed for that. */
class ScriptErrorsTest {

    private static final String NEW = "'op':'new','host':'localhost','port':1883,";
    private static final String PUBLISH = "'op':'publish','client':'c',";

    private final ScriptRun script = ScriptRun.start();

    ScriptErrorsTest() {
        script.call(NEW + "'client':'c'");
    }

    @AfterEach
    void goesOn() {
        assertThat(script.call("'op':'state','client':'c'").path("connected").asBoolean(true))
                .isFalse();
        script.end();
    }

    private void isRefused(String fields, String message) {
        JsonNode error = script.fail(fields);
        assertThat(error.path("message").asString()).contains(message);
        assertThat(error.path("class").asString()).isEqualTo("IllegalArgumentException");
        assertThat(error.get("reason").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{\"id\":7,\"op\":\"state\",\"client\":\"c\"",
                "{\"op\":\"state\",\"client\":\"c\"} {}",
                "{\"op\":\"state\",\"op\":\"kill\"}",
                "[1]",
                "17",
                "{\"id\":[1],\"op\":\"state\",\"client\":\"c\"}",
                "{\"op\":\"new\",\"password\":c2VjcmV0}"
            })
    void lineThatIsNoCommandIsAnsweredWithoutId(String line) {
        script.sendLine(line);

        JsonNode answer = script.await("the error", any -> !any.path("ok").asBoolean(true));
        assertThat(answer.has("id")).isFalse();
        assertThat(answer.path("error").path("message").asString()).containsAnyOf("the line ", "\"id\"");
        assertThat(script.output()).doesNotContain("c2VjcmV0");
    }

    @Test
    void idMayBeAnyNumberOrString() {
        script.sendLine("{\"id\":\"seven\",\"op\":\"state\",\"client\":\"c\"}");
        script.sendLine("{\"op\":\"state\",\"client\":\"c\"}");

        script.await("the first answer", line -> line.path("id").asString("").equals("seven"));
        script.await("an answer without id", line -> line.path("ok").asBoolean(false) && !line.has("id"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'client':'c' | the field \"op\" is missing",
                "'op':5 | the field \"op\" is not a string",
                "'op':'fly' | there is no op \"fly\"",
                "'op':'connect' | the field \"client\" is missing",
                "'op':'connect','client':'d' | there is no client \"d\"",
                "'op':'connect','client':'c','more':1 | the field \"more\" is unknown here",
                "'op':'save','client':'c','more':1 | the field \"more\" is unknown here",
                "'op':'request','name':'s','n':1 | there is no stream \"s\"",
                "'op':'ack','client':'c' | the field \"msg\" is missing",
                "'op':'ack','client':'c','msg':1 | no message 1 waits",
                "'op':'ack','client':'c','msg':1,'reason':5 | the field \"reason\" is not a Reason Code",
                "'op':'subscribe','client':'c' | the field \"filters\" is missing",
                "'op':'subscribe','client':'c','filters':[] | the field \"filters\" is not a list of at least one",
                "'op':'subscribe','client':'c','filters':['a'] | the field \"filters[0]\" is not an object",
                "'op':'subscribe','client':'c','filters':[{'qos':1}] | the field \"filters[0].filter\" is missing",
                "'op':'subscribe','client':'c','filters':[{'filter':'a','rh':3}] | the field \"filters[0].rh\" is not a",
                "'op':'subscribe','client':'c','filters':[{'filter':'a','x':3}] | the field \"filters[0].x\" is unknown",
                "'op':'subscribe','client':'c','filters':[{'filter':'a#'}] | MQTT-4.7.1-1",
                "'op':'unsubscribe','client':'c','filters':[1] | the field \"filters[0]\" is not a string",
                "'op':'unsubscribe','client':'c','filters':['a','b#'] | MQTT-4.7.1-1",
                "'op':'stream','client':'c','filter':'a' | the field \"name\" is missing",
                "'op':'restore','client':'c' | the field \"session\" is missing",
                "'op':'stream','client':'c','name':'s','filter':'a','onCancel':'asSession ' | the field \"onCancel\" is not one of asSession, unsubscribe, keep",
                "'op':'stream','client':'c','name':'s','filter':'a','acknowledgement':'ON_NEXT' | the field \"acknowledgement\" is not one of onNext, byHand, withoutMe",
                "'op':'stream','client':'c','name':'s','filter':'a','buffer':0 | the field \"buffer\" is not a whole number from 1",
                "'op':'stream','client':'c','name':'s','filter':'a','overflow':'' | the field \"overflow\" is not one of dropOldest, dropNewest, pauseReading, fail",
                "'op':'cancel','client':'d','name':'s' | there is no client \"d\"",
                "'op':'cancel','client':'c','name':'s' | there is no stream \"s\" and no consume",
                "'op':'cancel','client':'c','name':'s','x':1 | the field \"x\" is unknown here",
                "'op':'handBack','client':'c' | the field \"msg\" is missing",
                "'op':'handBack','client':'c','msg':1 | no message 1 waits",
                "'op':'handBack','client':'c','msg':1,'reason':0 | the field \"reason\" is unknown here",
                "'op':'withdraw','client':'c' | the field \"sequence\" is missing",
                "'op':'withdraw','client':'c','sequence':0 | the field \"sequence\" is not a whole number from 1",
                "'op':'disconnect','client':'c','drainMs':-1 | the field \"drainMs\" is not a whole number from 0"
            })
    void mistakeIsNamed(String fields, String message) {
        isRefused(fields, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'filter':'a' | the field \"name\" is missing",
                "'name':'w' | the field \"filter\" is missing",
                "'name':'w','filter':'a','nl':true | the field \"nl\" is unknown here",
                "'name':'w','filter':'a','concurrency':0 | the field \"concurrency\" is not a whole number from 1",
                "'name':'w','filter':'a','handleMs':-1 | the field \"handleMs\" is not a whole number from 0",
                "'name':'w','filter':'a','orderedBy':'client' | the field \"orderedBy\" is not one of topic, none",
                "'name':'w','filter':'a','fail':{} | the field \"fail\" is not a list",
                "'name':'w','filter':'a','fail':[{'times':1}] | the field \"fail[0].text\" is missing",
                "'name':'w','filter':'a','fail':[{'text':'m','how':'x'}] | the field \"fail[0].how\" is not one of error, throw, fatal, never",
                "'name':'w','filter':'a','fail':[{'text':'m','b64':''}] | the field \"fail[0].b64\" is unknown here",
                "'name':'w','filter':'a','outerRetry':{'backoffMs':1} | the field \"outerRetry.times\" is missing",
                "'name':'w','filter':'a','outerRetry':{'times':1,'jitter':1} | the field \"outerRetry.jitter\" is unknown here",
                "'name':'w','filter':'a','batch':{'upTo':1,'x':1} | the field \"batch.x\" is unknown here",
                "'name':'w','filter':'a','onFailure':{'then':'stop','x':1} | the field \"onFailure.x\" is unknown here",
                "'name':'w','filter':'a','onFailure':{'then':'explode'} | the field \"onFailure.then\" is not one of stop, skip, refuse, deadLetter:topic"
            })
    void mistakeInAConsumeIsNamed(String fields, String message) {
        isRefused("'op':'consume','client':'c'," + fields, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'text':'m' | the field \"topic\" is missing",
                "'topic':'a/+' | MQTT-3.3.2-2",
                "'topic':'t','qos':3 | the field \"qos\" is not a whole number from 0 to 2",
                "'topic':'t','qos':1.5 | the field \"qos\" is not a whole number",
                "'topic':'t','qos':'1' | the field \"qos\" is not a whole number",
                "'topic':'t','retain':1 | the field \"retain\" is not true or false",
                "'topic':'t','n':0 | the field \"n\" is not a whole number from 1",
                "'topic':'t','b64':'*' | the field \"b64\" is not Base64",
                "'topic':'t','text':'\\ud800' | the field \"text\" is not a text that UTF-8 can say",
                "'topic':'t','text':'m','b64':'AA==' | a payload is \"text\" or \"b64\", not both",
                "'topic':'t','sendWithinMs':0 | the field \"sendWithinMs\" is not a whole number from 1",
                "'topic':'t','ifOffline':'WAIT' | the field \"ifOffline\" is not one of wait, fail",
                "'topic':'t','onSessionLoss':'go' | the field \"onSessionLoss\" is not one of republish, fail, drop",
                "'topic':'t','latestOf':5 | the field \"latestOf\" is not a string",
                "'topic':'t','props':7 | the field \"props\" is not an object",
                "'topic':'t','props':{'contentTyp':'x'} | the field \"props.contentTyp\" is unknown here",
                "'topic':'t','props':{'messageExpiryInterval':-1} | the field \"props.messageExpiryInterval\" is not",
                "'topic':'t','props':{'userProperties':[['a']]} | the field \"props.userProperties[0]\" is not a pair",
                "'topic':'t','props':{'userProperties':[['a',1]]} | the field \"props.userProperties[0][1]\" is not"
            })
    void mistakeInAMessageIsNamed(String fields, String message) {
        isRefused(PUBLISH + fields, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'client':'c' | there is a client \"c\" already",
                "'client':'d','version':6 | the field \"version\" is not",
                "'client':'d','password':'no Base64 secret' | the field \"password\" is not Base64",
                "'client':'d','password':5 | the field \"password\" is not a string",
                "'client':'d','reconnect':{'initialMs':0} | the field \"reconnect.initialMs\" is not",
                "'client':'d','reconnect':{'initialMs':9,'maxMs':5} | the delays",
                "'client':'d','will':{'text':'m'} | the field \"will.topic\" is missing",
                "'client':'d','will':{'topic':'t','props':{'topicAlias':1}} | the field \"will.props.topicAlias\" is unknown",
                "'client':'d','version':4,'cleanStart':false,'sessionExpiry':5 | MQTT 3.1.1 cannot express",
                "'client':'d','clientId':'','cleanStart':false | needs a Client Identifier",
                "'client':'d','strictReceiveMaximum':1 | the field \"strictReceiveMaximum\" is not true or false",
                "'client':'d','unknownSession':'go' | the field \"unknownSession\" is not one of continue, beginNew, fail",
                "'client':'d','version':4,'unknownSession':'beginNew' | MQTT 3.1.1 cannot express",
                "'client':'d','unclaimed':'go' | the field \"unclaimed\" is not \"keep\" or an object with",
                "'client':'d','unclaimed':5 | the field \"unclaimed\" is not an object",
                "'client':'d','unclaimed':{} | the field \"unclaimed.unsubscribeAfterMs\" is missing",
                "'client':'d','unclaimed':{'unsubscribeAfterMs':1,'x':1} | the field \"unclaimed.x\" is unknown here",
                "'client':'d','unclaimed':{'unsubscribeAfterMs':1},'keepForMs':2 | are the same time of the client",
                "'client':'d','keepForMs':0 | the field \"keepForMs\" is not a whole number from 1",
                "'client':'d','storeTimeoutMs':0 | the field \"storeTimeoutMs\" is not a whole number from 1",
                "'client':'d','queue':{'messages':0} | the field \"queue.messages\" is not a whole number from 1",
                "'client':'d','queue':{'bytes':0} | the field \"queue.bytes\" is not a whole number from 1",
                "'client':'d','queue':{'whenFull':'x'} | the field \"queue.whenFull\" is not one of backPressure, fail, dropOldest, dropNewest",
                "'client':'d','queue':{'size':1} | the field \"queue.size\" is unknown here",
                "'client':'d','keepalive':5 | the field \"keepalive\" is unknown here"
            })
    void mistakeInAClientIsNamed(String fields, String message) {
        isRefused(NEW + fields, message);
        assertThat(script.output()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'op':'publish','client':'c','topic':'t','props':{'topicAlias':1}",
                "'op':'subscribe','client':'c','filters':[{'filter':'a'}],'subId':7",
                "'op':'disconnect','client':'c','reason':128"
            })
    void whatTheClientCannotDoIsNotIgnored(String fields) {
        JsonNode error = script.fail(fields);

        assertThat(error.path("message").asString()).contains("not supported yet");
        assertThat(error.path("class").asString()).isEqualTo("UnsupportedOperationException");
    }

    @Test
    void absentMayBeSaidAsNull() {
        script.call(NEW + "'client':'d','store':null,'tls':null,'will':null,'user':null,'reconnect':null");
    }

    @Test
    void serverThatIsNotThereIsAFailureOfTheClient() {
        try (RefusingPort nobody = RefusingPort.open()) {
            script.call(ScriptRun.newClient("d", nobody.uri()));
            JsonNode error = script.fail("'op':'connect','client':'d'");

            assertThat(error.path("class").asString()).isEqualTo("ConnectFailedException");
            assertThat(error.get("reason").isNull()).isTrue();
        }
    }
}

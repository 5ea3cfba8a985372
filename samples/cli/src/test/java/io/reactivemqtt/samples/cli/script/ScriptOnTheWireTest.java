package io.reactivemqtt.samples.cli.script;

import static io.reactivemqtt.samples.cli.script.ScriptRun.newClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What leaves and what comes, packet by packet. */
class ScriptOnTheWireTest {

    private final ScriptedServer server = ScriptedServer.start();
    private final ScriptRun script = ScriptRun.start();

    @AfterEach
    void end() {
        server.close();
        script.end();
    }

    private ScriptedConnection connect(String fields) {
        script.call(newClient("c", server.uri()) + fields);
        int connect = script.send("'op':'connect','client':'c'");
        ScriptedConnection connection = server.acceptAndConnect(false);
        assertThat(script.answer(connect).path("ok").asBoolean()).isTrue();
        return connection;
    }

    private static Publish publish(int packetIdentifier, String text) {
        return new Publish(ApplicationMessage.of("t", text, Qos.AT_LEAST_ONCE), packetIdentifier, false);
    }

    @Test
    void connectSaysWhatNewHasSaid() {
        script.call(newClient("c", server.uri())
                + ",'version':5,'clientId':'x','keepAlive':7,'cleanStart':false,'sessionExpiry':600,"
                + "'receiveMaximum':2,'maximumPacketSize':100,'topicAliasMaximum':3,'user':'u','password':'cHc=',"
                + "'will':{'topic':'w','text':'gone','qos':1,'retain':true,"
                + "'props':{'willDelayInterval':5,'contentType':'text/plain'}}");
        script.send("'op':'connect','client':'c'");
        Connect connect = server.accept().expect(Connect.class);

        assertThat(connect.protocolVersion()).isEqualTo(ProtocolVersion.MQTT_5_0);
        assertThat(connect.clientIdentifier()).isEqualTo("x");
        assertThat(connect.keepAliveSeconds()).isEqualTo(7);
        assertThat(connect.cleanStart()).isFalse();
        assertThat(connect.sessionExpiryIntervalSeconds()).isEqualTo(600);
        assertThat(connect.receiveMaximum()).isEqualTo(2);
        assertThat(connect.maximumPacketSize()).isEqualTo(100L);
        assertThat(connect.topicAliasMaximum()).isEqualTo(3);
        assertThat(connect.userName()).isEqualTo("u");
        assertThat(connect.password()).isEqualTo(Payload.utf8("pw"));
        ApplicationMessage will = ApplicationMessage.to("w")
                .payload(Payload.utf8("gone"))
                .qos(Qos.AT_LEAST_ONCE)
                .retain(true)
                .contentType("text/plain")
                .build();
        assertThat(connect.will()).isEqualTo(Will.of(will).withDelay(Duration.ofSeconds(5)));
    }

    @Test
    void versionFourIsMqtt311() {
        script.call(newClient("c", server.uri()) + ",'version':4,'cleanStart':false,'clientId':'x'");
        script.send("'op':'connect','client':'c'");
        Connect connect = server.accept().expect(Connect.class);

        assertThat(connect.protocolVersion()).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        assertThat(connect.cleanStart()).isFalse();
    }

    @Test
    void connackIsShownWhole() {
        script.call(newClient("c", server.uri()) + ",'clientId':'x','cleanStart':false,'sessionExpiry':9");
        int connect = script.send("'op':'connect','client':'c'");
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);
        connection.send(ConnAck.builder()
                .sessionExpiryIntervalSeconds(8)
                .receiveMaximum(7)
                .maximumQos(Qos.AT_LEAST_ONCE)
                .retainAvailable(false)
                .maximumPacketSize(1_000)
                .topicAliasMaximum(6)
                .reasonString("welcome")
                .userProperties(UserProperties.of("k", "v"))
                .wildcardSubscriptionAvailable(true)
                .subscriptionIdentifiersAvailable(false)
                .sharedSubscriptionAvailable(false)
                .serverKeepAliveSeconds(5)
                .responseInformation("r")
                .serverReference("other")
                .build());

        assertThat(script.answer(connect).path("result"))
                .hasToString("{\"sessionPresent\":false,\"props\":{\"sessionExpiryInterval\":8,\"receiveMaximum\":7,"
                        + "\"maximumQos\":1,\"retainAvailable\":false,\"maximumPacketSize\":1000,"
                        + "\"topicAliasMaximum\":6,\"reasonString\":\"welcome\",\"userProperties\":[[\"k\",\"v\"]],"
                        + "\"wildcardSubscriptionAvailable\":true,\"subscriptionIdentifiersAvailable\":false,"
                        + "\"sharedSubscriptionAvailable\":false,\"serverKeepAlive\":5,\"responseInformation\":\"r\","
                        + "\"serverReference\":\"other\"}}");
    }

    @Test
    void refusalHasTheReasonCodeOfTheServer() {
        script.call(newClient("c", server.uri()) + ",'user':'u','password':'c2VjcmV0'");
        int connect = script.send("'op':'connect','client':'c'");
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);
        connection.send(ConnAck.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD));

        JsonNode error = script.answer(connect).path("error");
        assertThat(error.path("class").asString()).isEqualTo("ConnectionRefusedException");
        assertThat(error.path("reason").asInt(0)).isEqualTo(0x86);
        assertThat(script.call("'op':'state','client':'c'").path("state").asString())
                .isEqualTo("DISCONNECTED");
        assertThat(script.output()).doesNotContain("secret").doesNotContain("c2VjcmV0");
    }

    @Test
    void messageIsAcknowledgedWhenTheScriptSaysSo() {
        ScriptedConnection connection = connect(",'manualAck':true");
        int subscribe = script.send("'op':'subscribe','client':'c','filters':[{'filter':'t','qos':1}]");
        int packetIdentifier = connection.expect(Subscribe.class).packetIdentifier();
        connection.send(new SubAck(packetIdentifier, List.of(ReasonCode.GRANTED_QOS_1)));
        assertThat(script.answer(subscribe).path("result").path("codes")).hasToString("[1]");
        connection.send(publish(1, "first"), publish(2, "second"));
        assertThat(script.messages("c", 2)).hasSize(2);

        script.call("'op':'ack','client':'c','msg':2,'reason':135");
        assertThat(script.fail("'op':'ack','client':'c','msg':2")
                        .path("message")
                        .asString())
                .isEqualTo("no message 2 waits for an acknowledgement");
        assertThat(script.fail("'op':'ack','client':'c','msg':1,'reason':142")
                        .path("message")
                        .asString())
                .contains("do not carry the Reason Code SESSION_TAKEN_OVER");
        script.call("'op':'ack','client':'c','msg':1,'reason':0");

        connection.expect(
                new PubAck(1, ReasonCode.SUCCESS), new PubAck(2, ReasonCode.NOT_AUTHORIZED)); // in order of arrival
    }

    @Test
    void refusedSubscriptionIsAnErrorWithTheCode() {
        ScriptedConnection connection = connect("");
        int subscribe = script.send("'op':'subscribe','client':'c','filters':[{'filter':'t','qos':1}]");
        connection.send(
                new SubAck(connection.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.NOT_AUTHORIZED)));

        JsonNode answer = script.answer(subscribe);
        assertThat(answer.path("ok").asBoolean(true)).isFalse();
        assertThat(answer.path("error").path("reason").asInt(0)).isEqualTo(0x87);
        assertThat(answer.path("result").path("codes")).hasToString("[135]");
    }

    @Test
    void refusedMessageIsAnErrorWithTheCode() {
        ScriptedConnection connection = connect("");
        int publish = script.send("'op':'publish','client':'c','topic':'t','qos':1");
        connection.send(new PubAck(connection.expect(Publish.class).packetIdentifier(), ReasonCode.QUOTA_EXCEEDED));

        JsonNode error = script.answer(publish).path("error");
        assertThat(error.path("class").asString()).isEqualTo("RequestRefusedException");
        assertThat(error.path("reason").asInt(0)).isEqualTo(151);
    }

    @Test
    void disconnectOfTheServerIsAnEvent() {
        ScriptedConnection connection = connect("");
        connection.send(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));

        JsonNode event = script.event("disconnected");
        assertThat(event.path("reason").asInt(0)).isEqualTo(142);
        assertThat(event.path("byServer").asBoolean()).isTrue();
        assertThat(event.path("cause").asString()).isNotEmpty();
    }

    @Test
    void withReconnectALostConnectionIsMadeAnew() {
        ScriptedConnection first = connect(",'clientId':'x','sessionExpiry':60,'reconnect':{'initialMs':1,'maxMs':20}");
        int publish = script.send("'op':'publish','client':'c','topic':'t','qos':1");
        first.expect(Publish.class);
        first.reset();
        ScriptedConnection second = server.acceptAndConnect(true);
        Publish again = second.expect(Publish.class);
        second.send(new PubAck(again.packetIdentifier(), ReasonCode.SUCCESS));

        assertThat(again.dup()).isTrue();
        assertThat(script.answer(publish).path("ok").asBoolean()).isTrue();
        assertThat(script.event("disconnected").path("byServer").asBoolean(true))
                .isFalse();
        JsonNode scheduled = script.await(
                "ReconnectScheduled", line -> line.path("type").asString("").equals("ReconnectScheduled"));
        assertThat(scheduled.path("ev").asString()).isEqualTo("session");
        assertThat(scheduled.path("attempt").asInt(0)).isEqualTo(1);
        assertThat(scheduled.path("delay").asString()).startsWith("PT");
        assertThat(scheduled.path("cause").path("class").asString()).isEqualTo("ConnectionLostException");
        script.await(
                "SessionResumed",
                line -> line.path("type").asString("").equals("SessionResumed")
                        && line.path("publishesToRepeat").asInt(0) == 1);
        script.await(
                "connected again",
                line -> line.path("ev").asString("").equals("connected")
                        && line.path("sessionPresent").asBoolean());
    }

    @Test
    void withoutReconnectALostConnectionEndsItsSubscriptions() {
        ScriptedConnection connection = connect("");
        script.send("'op':'stream','client':'c','name':'s','filter':'t'");
        connection.send(
                new SubAck(connection.expect(Subscribe.class).packetIdentifier(), List.of(ReasonCode.GRANTED_QOS_2)));
        connection.close();

        JsonNode ended = script.event("ended");
        assertThat(ended.path("stream").asString()).isEqualTo("s");
        assertThat(ended.path("error").path("class").asString()).isEqualTo("ConnectionLostException");
        assertThat(script.call("'op':'state','client':'c'").path("connected").asBoolean(true))
                .isFalse();
    }

    @Test
    void endOfInputDisconnects() {
        ScriptedConnection connection = connect("");
        script.end();

        connection.expect(new Disconnect(ReasonCode.SUCCESS));
        connection.expectClosed();
    }
}

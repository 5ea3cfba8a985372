package io.reactivemqtt.samples.cli.script;

import static io.reactivemqtt.samples.cli.script.ScriptRun.newClient;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.testkit.server.RefusingPort;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The way to the Server: several of them, credentials in turn, attempts that are repeated, and what is told of it. */
class ScriptReachTest {

    private final ScriptedServer server = ScriptedServer.start();
    private final RefusingPort nobody = RefusingPort.open();
    private final ScriptRun script = ScriptRun.start();

    @AfterEach
    void end() {
        server.close();
        nobody.close();
        script.end();
    }

    @Test
    void serversAreTriedInOrder() {
        script.call("'op':'new','client':'c','servers':['" + nobody.uri() + "','" + server.uri() + "']");
        int connect = script.send("'op':'connect','client':'c'");
        server.acceptAndConnect(false);
        assertThat(script.answer(connect).path("ok").asBoolean()).isTrue();
    }

    @Test
    void eachAttemptHasTheNextCredentials() {
        script.call(newClient("c", server.uri())
                + ",'credentials':[{'user':'a','password':'YQ=='},{'user':'b','password':'Yg=='}],"
                + "'reconnect':{'initialMs':1,'maxMs':2,'retryFirst':true}");
        int connect = script.send("'op':'connect','client':'c'");
        ScriptedConnection refused = server.accept();
        assertThat(refused.expect(Connect.class).userName()).isEqualTo("a");
        refused.send(ConnAck.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        ScriptedConnection accepted = server.accept();
        Connect second = accepted.expect(Connect.class);
        assertThat(second.userName()).isEqualTo("b");
        assertThat(second.password()).isEqualTo(Payload.utf8("b"));
        accepted.send(ConnAck.accepted(false));
        assertThat(script.answer(connect).path("ok").asBoolean()).isTrue();
    }

    @Test
    void attemptsAreBounded() {
        script.call(newClient("c", nobody.uri())
                + ",'reconnect':{'initialMs':1,'maxMs':2,'retryFirst':true,'maxAttempts':2,'maxElapsedMs':60000}");
        assertThat(script.fail("'op':'connect','client':'c'").path("class").asString())
                .isEqualTo("ConnectFailedException");
    }

    @Test
    void statesAreToldFromTheFirst() {
        script.call(newClient("c", server.uri()));
        script.call("'op':'states','client':'c'");
        awaitState("NEW");
        script.send("'op':'connect','client':'c'");
        server.acceptAndConnect(false);
        awaitState("CONNECTING");
        assertThat(awaitState("CONNECTED").path("cause").isNull()).isTrue();
    }

    @Test
    void statisticsHaveTheNamesOfTheLibrary() {
        script.call(newClient("c", server.uri()));
        JsonNode statistics = script.call("'op':'statistics','client':'c'");
        for (RecordComponent component : ClientStatistics.class.getRecordComponents()) {
            String unit = component.getType() == Duration.class ? "Ms" : "";
            assertThat(statistics.path(component.getName() + unit).isNumber())
                    .as(component.getName())
                    .isTrue();
        }
        assertThat(statistics.path("published").asInt()).isZero();
    }

    private JsonNode awaitState(String state) {
        return script.await(
                "the state " + state,
                line -> line.path("ev").asString("").equals("state")
                        && line.path("state").asString("").equals(state));
    }

    @Test
    void tlsIsSpokenAndItsFailureNamed() {
        script.call(newClient("c", nobody.uri()) + ",'tls':{'insecureHost':true,'alpn':['mqtt']}");
        assertThat(script.fail("'op':'connect','client':'c'").path("message").asString())
                .contains("mqtts://");
    }

    @Test
    void webSocketAndProxyAreOnTheWay() {
        script.call(newClient("c", nobody.uri()) + ",'ws':'/mqtt','proxy':'socks5://me:secret@localhost:1'");
        assertThat(script.fail("'op':'connect','client':'c'").path("message").asString())
                .contains("ws://", "/mqtt: the proxy SOCKS5 localhost:1 ")
                .doesNotContain("secret");
    }

    @Test
    void authenticationIsAnsweredStepByStep() {
        script.call(newClient("c", server.uri()) + ",'auth':{'method':'M','answers':['YQ==','Yg==']}");
        int connect = script.send("'op':'connect','client':'c'");
        ScriptedConnection connection = server.accept();
        Connect said = connection.expect(Connect.class);
        assertThat(said.authenticationMethod()).isEqualTo("M");
        assertThat(said.authenticationData()).isEqualTo(Payload.utf8("a"));
        connection.send(auth(ReasonCode.CONTINUE_AUTHENTICATION));
        assertThat(connection.expect(Auth.class).authenticationData()).isEqualTo(Payload.utf8("b"));
        connection.send(auth(ReasonCode.CONTINUE_AUTHENTICATION)); // there are no more answers
        connection.expect(Disconnect.class);
        assertThat(script.answer(connect).path("error").path("message").asString())
                .contains("authentication");
    }

    private static Auth auth(ReasonCode reasonCode) {
        return new Auth(reasonCode, "M", null, null, UserProperties.EMPTY);
    }

    @Test
    void reauthenticationNeedsAMethod() {
        script.call(newClient("c", server.uri()));
        assertThat(script.fail("'op':'reauth','client':'c'").path("message").asString())
                .contains("authenticator");
    }
}

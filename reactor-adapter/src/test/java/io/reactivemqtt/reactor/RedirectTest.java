package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.ServerMoved;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** A Server that names another one (MQTT 5.0 §4.11). */
class RedirectTest {

    private final List<ConnectResult> results = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private VirtualClient connecting(Consumer<ClientOptions.Builder> options) {
        VirtualClient server = VirtualClient.create(builder -> options.accept(builder.server("mqtt://home:1884")
                .userName("user")
                .password("canary-password")
                .reconnect(policy -> policy.maxRedirects(3))));
        server.client.connect().subscribe(results::add, failure::set);
        server.passes(Duration.ZERO);
        return server;
    }

    private static ConnAck refusal(ReasonCode reasonCode, String reference) {
        return ConnAck.builder()
                .reasonCode(reasonCode)
                .serverReference(reference)
                .build();
    }

    private static Disconnect disconnect(ReasonCode reasonCode, String reference) {
        return new Disconnect(reasonCode, null, null, UserProperties.EMPTY, reference);
    }

    private static URI at(VirtualClient server) {
        return server.client.state().server();
    }

    /** Opens the connection that was asked for, and returns the CONNECT. */
    private static Connect opened(VirtualClient server) {
        server.sent();
        server.opens();
        return server.sentConnect();
    }

    private static List<ClientEvent> moves(VirtualClient server) {
        return server.events().stream().filter(ServerMoved.class::isInstance).toList();
    }

    @Test
    void noRedirectIsFollowedByDefault() {
        VirtualClient server = connecting(options -> options.reconnect(ReconnectPolicy.DEFAULT));
        opened(server);
        server.sends(refusal(ReasonCode.SERVER_MOVED, "away:1885"));
        assertThat(failure.get()).isInstanceOfSatisfying(ConnectionRefusedException.class, refusal -> assertThat(
                        refusal.serverReference())
                .isEqualTo("away:1885"));
        assertThat(moves(server)).isEmpty();
    }

    @Test
    void aRefusalThatNamesAnotherServerIsFollowedAtOnceAndWithoutCredentials() {
        VirtualClient server = connecting(options -> {});
        assertThat(opened(server).userName()).isEqualTo("user");
        server.sends(refusal(ReasonCode.USE_ANOTHER_SERVER, "away:1885"));
        server.passes(Duration.ZERO);
        assertThat(at(server)).isEqualTo(URI.create("mqtt://away:1885"));
        Connect connect = opened(server);
        assertThat(connect.userName()).isNull();
        assertThat(connect.password()).isNull();
        server.sends(ConnAck.accepted(false));
        assertThat(results).singleElement().satisfies(result -> assertThat(result.server())
                .isEqualTo(URI.create("mqtt://away:1885")));
        assertThat(moves(server))
                .containsExactly(
                        new ServerMoved(URI.create("mqtt://home:1884"), URI.create("mqtt://away:1885"), false));
    }

    @ParameterizedTest
    @CsvSource({"HOME:1886, user", "trusted:1886, user", "other:1886,"})
    void credentialsGoToHostsOfTheOptionsAndToThoseThatAreTrusted(String reference, String user) {
        VirtualClient server = connecting(options -> options.reconnect(policy ->
                policy.maxRedirects(1).trustRedirectsTo(to -> to.getHost().equals("trusted"))));
        opened(server);
        server.sends(refusal(ReasonCode.SERVER_MOVED, reference));
        server.passes(Duration.ZERO);
        assertThat(opened(server).userName()).isEqualTo(user);
    }

    @Test
    void aProviderIsNotAskedForAServerThatIsNotTrusted() {
        AtomicInteger asked = new AtomicInteger();
        VirtualClient server = connecting(options -> options.credentials(attempt -> Mono.fromSupplier(() -> {
            asked.incrementAndGet();
            return Credentials.of("fresh", "canary-password");
        })));
        opened(server);
        server.sends(refusal(ReasonCode.SERVER_MOVED, "away"));
        server.passes(Duration.ZERO);
        assertThat(opened(server).userName()).isNull();
        assertThat(asked).hasValue(1);
    }

    @Test
    void threeRedirectsInARowAreTheMost() {
        VirtualClient server = connecting(options -> {});
        for (String name : List.of("one", "two", "three")) {
            opened(server);
            server.sends(refusal(ReasonCode.USE_ANOTHER_SERVER, name));
            server.passes(Duration.ZERO);
            assertThat(at(server)).isEqualTo(URI.create("mqtt://" + name));
        }
        opened(server);
        server.sends(refusal(ReasonCode.USE_ANOTHER_SERVER, "four"));
        assertThat(failure.get()).isInstanceOf(ConnectionRefusedException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReconnectPolicy.builder().maxRedirects(4));
    }

    @ParameterizedTest
    @CsvSource({"USE_ANOTHER_SERVER, mqtt://home:1884", "SERVER_MOVED, mqtt://away"})
    void aDisconnectThatNamesAnotherServerIsFollowed(ReasonCode reasonCode, URI afterwards) {
        VirtualClient server = connecting(options -> options.cleanSession(false));
        opened(server);
        server.sends(ConnAck.accepted(false));
        server.sends(disconnect(reasonCode, "away"));
        server.passes(Duration.ofSeconds(1));
        assertThat(at(server)).isEqualTo(URI.create("mqtt://away"));
        opened(server);
        server.sends(ConnAck.accepted(true));
        assertThat(server.client.state().isConnected()).isTrue();

        server.cuts();
        server.passes(Duration.ofSeconds(1));
        assertThat(at(server)).isEqualTo(afterwards);
    }

    @Test
    void theServerThatWasAskedNamesTheOtherThoughTheOptionsNameAThird() {
        VirtualClient server = connecting(options -> options.beforeConnect(attempt ->
                Mono.just(attempt.number() == 0 ? attempt.withServer(URI.create("mqtt://there")) : attempt)));
        opened(server);
        server.sends(refusal(ReasonCode.SERVER_MOVED, "away"));
        assertThat(moves(server))
                .containsExactly(new ServerMoved(URI.create("mqtt://there"), URI.create("mqtt://away"), true));
    }

    @Test
    void aServerThatIsNamedAndNotThereIsLeftForThoseOfTheOptions() {
        VirtualClient server = connecting(options -> options.cleanSession(false));
        opened(server);
        server.sends(ConnAck.accepted(false));
        server.sends(disconnect(ReasonCode.SERVER_MOVED, "away"));
        server.passes(Duration.ofSeconds(1));
        server.refusesTcp(new IOException("Connection refused"));
        server.passes(Duration.ofSeconds(2));
        assertThat(at(server)).isEqualTo(URI.create("mqtt://home:1884"));
    }

    @ParameterizedTest
    @CsvSource({
        "wss://home/mqtt?secret, 'a_b/c@d away:8443', wss://away:8443/mqtt",
        "mqtts://home, '[2001:DB8::1]:8884 other', mqtts://[2001:db8::1]:8884",
        "ws://home/a/b, 192.0.2.1, ws://192.0.2.1/a/b"
    })
    void schemeAndPathStayAndWhatIsNoServerIsPassedOver(URI configured, String references, URI expected) {
        VirtualClient server = connecting(options -> options.server(configured));
        opened(server);
        server.sends(refusal(ReasonCode.SERVER_MOVED, references));
        server.passes(Duration.ZERO);
        assertThat(at(server)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b/c", "mqtt://away", "away:port", "away:0", "away:99999"})
    void aReferenceThatIsNoServerIsARefusal(String reference) {
        VirtualClient server = connecting(options -> {});
        opened(server);
        server.sends(refusal(ReasonCode.SERVER_MOVED, reference));
        server.passes(Duration.ZERO);
        assertThat(failure.get()).isInstanceOf(ConnectionRefusedException.class);
    }
}

package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.publish1;
import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Messages.qos2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.ClientEvent.AttemptFailed;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

/** A client that speaks MQTT 3.1.1 with a Server that has no 5.0. */
class VersionFallbackTest {

    private static final ConnAck NO_MQTT_5 = ConnAck.refused(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);

    private final List<ConnectResult> results = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private VirtualClient connecting(Consumer<ClientOptions.Builder> options) {
        VirtualClient server = VirtualClient.create(builder -> options.accept(
                builder.session(session -> session.fallBackToMqtt311()).keepAlive(Duration.ZERO)));
        server.client.connect().subscribe(results::add, failure::set);
        server.passes(Duration.ZERO);
        return server;
    }

    /** Opens the connection that was asked for, and returns the version of the CONNECT. */
    private static ProtocolVersion opened(VirtualClient server) {
        return connect(server).protocolVersion();
    }

    private static Connect connect(VirtualClient server) {
        server.sent();
        server.opens();
        return server.sentConnect();
    }

    private VirtualClient fallen(Consumer<ClientOptions.Builder> options) {
        VirtualClient server = connecting(options);
        opened(server);
        server.sends(NO_MQTT_5);
        opened(server);
        server.sends(ConnAck.accepted(false));
        return server;
    }

    @Test
    void byDefaultARefusalForTheVersionIsFinal() {
        VirtualClient server = VirtualClient.create();
        server.client.connect().subscribe(results::add, failure::set);
        server.opens();
        server.sends(NO_MQTT_5);
        assertThat(failure.get()).isInstanceOf(ConnectionRefusedException.class);
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void aServerThatRefusesTheVersionIsSpokenToInTheOtherOneInTheSameAttempt() {
        VirtualClient server = connecting(options -> {});
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
        server.sends(NO_MQTT_5);
        assertThat(server.events()).hasAtLeastOneElementOfType(AttemptFailed.class);
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        server.sends(ConnAck.accepted(false));
        assertThat(results).singleElement().satisfies(result -> assertThat(result.protocolVersion())
                .isEqualTo(ProtocolVersion.MQTT_3_1_1));
        assertThat(failure.get()).isNull();
    }

    @Test
    void aServerThatJustClosesIsSpokenToInTheOtherOne() {
        VirtualClient server = connecting(options -> {});
        opened(server);
        server.cuts();
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
    }

    @Test
    void aServerThatSaysNothingIsSpokenToInTheOtherOne() {
        VirtualClient server = connecting(options -> options.connectTimeout(Duration.ofSeconds(3)));
        opened(server);
        server.passes(Duration.ofSeconds(3));
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BAD_USER_NAME_OR_PASSWORD", "SERVER_BUSY", "PROTOCOL_ERROR"})
    void aServerThatRefusesForAnotherReasonIsNot(ReasonCode reasonCode) {
        VirtualClient server = connecting(options -> {});
        opened(server);
        server.sends(ConnAck.refused(reasonCode));
        assertThat(failure.get()).isInstanceOf(ConnectionRefusedException.class);
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void aServerThatHasNeitherVersionIsToldWithTheLastFailureAndAskedFor5AnotherTime() {
        VirtualClient server = connecting(options -> {});
        opened(server);
        server.sends(NO_MQTT_5);
        opened(server);
        server.cuts();
        assertThat(failure.get()).isInstanceOf(ConnectFailedException.class);
        assertThat(server.attempts()).isEqualTo(2);
        server.client.connect().subscribe(results::add, failure::set);
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
    }

    @Test
    void whoGivesTheSecondConnectUpHasDecidedNothing() {
        VirtualClient server = VirtualClient.create(options -> options.session(session -> session.fallBackToMqtt311()));
        Disposable connecting = server.client.connect().subscribe();
        opened(server);
        server.cuts();
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        connecting.dispose();
        server.client.connect().subscribe();
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
        server.cuts();
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        server.client.disconnect().subscribe();
        server.client.connect().subscribe();
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
    }

    @Test
    void whereBothFailTheNextServerIsTriedWith5First() {
        VirtualClient server = connecting(options -> options.servers("mqtt://a", "mqtt://b"));
        opened(server);
        server.cuts();
        opened(server);
        server.cuts();
        assertThat(server.client.state().server()).hasHost("b");
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
    }

    @Test
    void eachServerIsRememberedWithItsVersion() {
        VirtualClient server = fallen(options -> options.servers("mqtt://a", "mqtt://b"));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.refusesTcp(new IOException("Connection refused"));
        assertThat(server.client.state().server()).hasHost("b");
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
        server.sends(ConnAck.accepted(false));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        assertThat(server.client.state().server()).hasHost("a");
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
    }

    @Test
    void whatOneServerHasSpokenSaysNothingOfAnother() {
        VirtualClient server = connecting(options -> options.servers("mqtt://a", "mqtt://b"));
        opened(server);
        server.sends(ConnAck.accepted(false));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.refusesTcp(new IOException("Connection refused"));
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
        server.cuts(); // as some that have no 5.0 do
        assertThat(server.client.state().server()).hasHost("b");
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
    }

    @Test
    void aServerThatAnotherOneHasNamedIsRememberedToo() {
        VirtualClient server =
                fallen(options -> options.server("mqtt://a").reconnect(policy -> policy.maxRedirects(1)));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        opened(server);
        server.sends(NO_MQTT_5);
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0); // a has another version now
        server.sends(ConnAck.builder()
                .reasonCode(ReasonCode.SERVER_MOVED)
                .serverReference("b")
                .build());
        assertThat(server.client.state().server()).hasHost("b");
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
        server.sends(NO_MQTT_5);
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        server.sends(ConnAck.accepted(false));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        assertThat(server.client.state().server()).hasHost("b");
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
    }

    @Test
    void onceAcceptedTheVersionStays() {
        VirtualClient server = fallen(options -> {});
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        server.cuts(); // which says nothing about the version any more
        server.passes(Duration.ofSeconds(2));
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
    }

    @Test
    void aServerThatHasSpoken5IsNotTakenForOneWithoutItBecauseItCloses() {
        VirtualClient server = connecting(options -> {});
        opened(server);
        server.sends(ConnAck.accepted(false));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
        server.cuts();
        server.passes(Duration.ofSeconds(2));
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_5_0);
    }

    @Test
    void aServerThatIsReplacedByAnOlderOneSaysSo() {
        VirtualClient server = connecting(options -> options.cleanSession(false));
        opened(server);
        server.sends(ConnAck.accepted(false));
        server.client.publish(qos2("a")).subscribe();
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        opened(server);
        server.sends(NO_MQTT_5);
        assertThat(opened(server)).isEqualTo(ProtocolVersion.MQTT_3_1_1);
        server.sends(ConnAck.accepted(false));
        assertThat(server.sent())
                .singleElement()
                .isInstanceOf(Publish.class); // the Session is lost, the message is not
    }

    @Test
    void cleanSessionIsOneFlag() {
        VirtualClient kept = connecting(options -> options.clientIdentifier("c")
                .session(session -> session.cleanStart(false).sessionExpiryInterval(Duration.ofHours(1))));
        opened(kept);
        kept.sends(NO_MQTT_5);
        assertThat(connect(kept).cleanStart()).isFalse();
        VirtualClient clean = connecting(options -> {});
        opened(clean);
        clean.sends(NO_MQTT_5);
        Connect connect = connect(clean);
        assertThat(connect.cleanStart()).isTrue();
        assertThat(connect.receiveMaximum()).isNull();
        assertThat(connect.maximumPacketSize()).isNull();
    }

    @Test
    void whatWaitsGoesOutInTheOtherVersion() {
        VirtualClient server = connecting(options -> {});
        server.client.publish(qos1("a")).subscribe();
        server.client.subscribe("b", Qos.AT_LEAST_ONCE).subscribe();
        opened(server);
        server.sends(NO_MQTT_5);
        opened(server);
        server.sends(ConnAck.accepted(false));
        List<Packet> sent = server.sent();
        assertThat(sent).hasAtLeastOneElementOfType(Publish.class).hasAtLeastOneElementOfType(Subscribe.class);
        sent.stream().filter(Subscribe.class::isInstance).forEach(packet -> assertThat(
                        ((Subscribe) packet).subscriptionIdentifier())
                .isNull());
    }

    @Test
    void whatTheOtherVersionCannotExpressFails() {
        VirtualClient server = connecting(options -> {});
        ApplicationMessage message = qos1("a").withMessageExpiryInterval(Duration.ofHours(1));
        AtomicReference<Throwable> queued = new AtomicReference<>();
        AtomicReference<Throwable> subscribed = new AtomicReference<>();
        AtomicReference<Throwable> later = new AtomicReference<>();
        server.client.publish(message).subscribe(result -> {}, queued::set);
        server.client
                .subscribe(SubscribeOptions.of(options -> options.filter("b").noLocal(true)))
                .subscribe(received -> {}, subscribed::set);
        opened(server);
        server.sends(NO_MQTT_5);
        opened(server);
        server.sends(ConnAck.accepted(false));
        server.client.publish(message).subscribe(result -> {}, later::set);
        assertThat(List.of(queued.get(), subscribed.get(), later.get())).allSatisfy(thrown -> assertThat(thrown)
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("MQTT 3.1.1 cannot express"));
        assertThat(server.sent()).isEmpty();
    }

    @Test
    void disconnectSaysWhatTheOtherVersionCan() {
        VirtualClient server = fallen(options -> {});
        server.sends(publish1("nobody", 7), publish1("other", 7)); // which is a breach
        assertThat(server.sent()).noneMatch(Disconnect.class::isInstance); // for it would mean that all is well
    }

    @Test
    void overASocketToo() {
        try (ScriptedServer server = ScriptedServer.start()) {
            ReactorMqttClient client = ReactorMqttClient.create(
                    options -> options.server(server.uri()).session(session -> session.fallBackToMqtt311()));
            CompletableFuture<ConnectResult> connected = client.connect().toFuture();
            ScriptedConnection refused = server.accept();
            refused.expect(Connect.class);
            refused.sendBytes(0x20, 2, 0, 1); // as a Server of MQTT 3.1.1 says it
            refused.expectClosed();
            ScriptedConnection accepted = server.accept();
            assertThat(accepted.expect(Connect.class).protocolVersion()).isEqualTo(ProtocolVersion.MQTT_3_1_1);
            accepted.sendBytes(0x20, 2, 0, 0);
            assertThat(connected.orTimeout(20, TimeUnit.SECONDS).join().protocolVersion())
                    .isEqualTo(ProtocolVersion.MQTT_3_1_1);
            CompletableFuture<?> published = client.publish(qos1("a")).toFuture();
            int identifier = accepted.expect(Publish.class).packetIdentifier();
            accepted.sendBytes(0x40, 2, identifier >> 8, identifier & 0xff);
            published.orTimeout(20, TimeUnit.SECONDS).join();
            client.disconnect().block(Duration.ofSeconds(20));
        }
    }

    @Test
    void optionsThatOnlyMqtt5CanExpressAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.of(options -> options.server("mqtt://a")
                        .session(session -> session.fallBackToMqtt311())
                        .authenticator(Authenticator.ofOneStep("m", attempt -> null))))
                .withMessageContaining("MQTT 3.1.1 cannot express enhanced authentication");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.of(options -> options.server("mqtt://a")
                        .session(session -> session.fallBackToMqtt311().topicAliasMaximum(1))))
                .withMessageContaining("MQTT 3.1.1 cannot express Topic Aliases");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.of(options -> options.server("mqtt://a")
                        .session(session -> session.fallBackToMqtt311().cleanStart(false))))
                .withMessageContaining("use cleanSession(boolean)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.of(options -> options.server("mqtt://a")
                        .session(session -> session.protocolVersion(ProtocolVersion.MQTT_3_1_1)
                                .fallBackToMqtt311())))
                .withMessageContaining("needs MQTT 5.0");
    }
}

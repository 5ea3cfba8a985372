package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.ConnectLimiter;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What the application decides about each attempt to connect: the Servers, the credentials, and what else CONNECT says. */
class AttemptTest {

    private static final URI FIRST = URI.create("mqtt://first");
    private static final URI SECOND = URI.create("mqtt://second");

    private final List<ConnectResult> results = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private VirtualClient connecting(Consumer<ClientOptions.Builder> options) {
        VirtualClient server = VirtualClient.create(options);
        server.client.connect().subscribe(results::add, failure::set);
        server.passes(Duration.ZERO);
        return server;
    }

    private static Exception unreachable() {
        return new IOException("Connection refused");
    }

    private static String password(Connect connect) {
        Payload password = connect.password();
        return password == null ? "" : password.asUtf8();
    }

    // ---- several Servers

    private VirtualClient withTwoServers() {
        return connecting(options -> options.servers("mqtt://first", "mqtt://second"));
    }

    @Test
    void theFirstServerIsTriedFirst() {
        VirtualClient server = withTwoServers();
        server.accept(false);
        assertThat(results).singleElement().satisfies(result -> assertThat(result.server())
                .isEqualTo(FIRST));
    }

    @Test
    void oneAttemptTriesTheServersInOrder() {
        VirtualClient server = withTwoServers();
        assertThat(server.client.state().server()).isEqualTo(FIRST);
        server.refusesTcp(unreachable());
        assertThat(server.attempts()).isEqualTo(2);
        assertThat(server.client.state().server()).isEqualTo(SECOND);
        server.accept(false);
        assertThat(results).singleElement().satisfies(result -> assertThat(result.server())
                .isEqualTo(SECOND));
        assertThat(server.events())
                .first()
                .isInstanceOfSatisfying(ClientEvent.AttemptFailed.class, failed -> assertThat(failed.server())
                        .isEqualTo(FIRST));
    }

    @Test
    void aServerThatIsBusyMakesWayForTheNext() {
        VirtualClient server = withTwoServers();
        server.accept(ConnAck.refused(ReasonCode.SERVER_BUSY));
        server.accept(false);
        assertThat(results).singleElement().satisfies(result -> assertThat(result.server())
                .isEqualTo(SECOND));
    }

    @Test
    void aServerThatRefusesForGoodIsNotPassedOver() {
        VirtualClient server = withTwoServers();
        server.accept(ConnAck.refused(ReasonCode.NOT_AUTHORIZED));
        server.passes(Duration.ofHours(1));
        assertThat(failure.get()).isInstanceOf(ConnectionRefusedException.class);
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void connectFailsWhereAllServersHaveFailed() {
        VirtualClient server = withTwoServers();
        server.refusesTcp(unreachable());
        server.refusesTcp(unreachable());
        assertThat(failure.get()).isInstanceOf(ConnectFailedException.class);
        server.client.connect().subscribe(results::add);
        server.passes(Duration.ZERO);
        server.accept(false);
        assertThat(results).singleElement().satisfies(result -> assertThat(result.server())
                .isEqualTo(FIRST));
    }

    @Test
    void aReconnectTriesAllServersBeforeItWaitsAgain() {
        VirtualClient server = withTwoServers();
        server.accept(false);
        server.events();
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.refusesTcp(unreachable());
        assertThat(server.client.state().attempt()).isEqualTo(1);
        server.refusesTcp(unreachable());
        assertThat(server.client.state().status()).isEqualTo(Status.WAITING);
        assertThat(server.client.state().attempt()).isEqualTo(2);
        assertThat(server.events())
                .filteredOn(ClientEvent.ReconnectScheduled.class::isInstance)
                .hasSize(2);
    }

    @Test
    void whoCancelsEndsTheAttemptAtAllServers() {
        VirtualClient server = VirtualClient.create(options -> options.servers("mqtt://first", "mqtt://second"));
        server.client.connect().subscribe().dispose();
        server.passes(Duration.ofHours(1));
        assertThat(server.attempts()).isLessThanOrEqualTo(1);
        assertThat(server.hasConnection()).isFalse();
    }

    @Test
    void thereIsAtLeastOneServer() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientOptions.builder().servers());
    }

    // ---- credentials

    @Test
    void eachConnectHasCredentialsOfItsOwn() {
        AtomicInteger tokens = new AtomicInteger();
        VirtualClient server = connecting(options -> options.credentials(attempt ->
                Mono.fromSupplier(() -> Credentials.of("meter", "canary-token " + tokens.incrementAndGet()))));
        for (int i = 1; i <= 3; i++) {
            server.opens();
            Connect connect = server.sentConnect();
            assertThat(connect.userName()).isEqualTo("meter");
            assertThat(password(connect)).isEqualTo("canary-token " + i);
            server.sends(ConnAck.accepted(false));
            server.cuts();
            server.passes(Duration.ofMinutes(2));
        }
    }

    @Test
    void aTokenNeedsNoUserName() {
        VirtualClient server = connecting(
                options -> options.userName("replaced").credentials(attempt -> Mono.just(Credentials.ofToken("t"))));
        server.opens();
        Connect connect = server.sentConnect();
        assertThat(connect.userName()).isNull();
        assertThat(password(connect)).isEqualTo("t");
    }

    @Test
    void credentialsThatAreRefusedAreReplaced() {
        AtomicInteger tokens = new AtomicInteger();
        List<ConnectAttempt> asked = new ArrayList<>();
        VirtualClient server = connecting(options -> options.credentials(attempt -> {
            asked.add(attempt);
            return Mono.just(Credentials.of("meter", "canary-token " + tokens.incrementAndGet()));
        }));
        server.accept(false);
        server.sends(new Disconnect(ReasonCode.NOT_AUTHORIZED));
        server.passes(Duration.ofMinutes(2));
        server.accept(ConnAck.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD));
        server.passes(Duration.ofMinutes(2));
        server.opens();
        assertThat(password(server.sentConnect())).isEqualTo("canary-token 3");
        assertThat(asked).extracting(ConnectAttempt::number).containsExactly(0, 1, 2);
        assertThat(asked.get(2).lastFailure()).isInstanceOf(ConnectionRefusedException.class);
    }

    @Test
    void aProviderThatFailsFailsTheAttempt() {
        VirtualClient server =
                connecting(options -> options.credentials(attempt -> Mono.error(new IOException("no vault"))));
        assertThat(failure.get())
                .isInstanceOfSatisfying(ConnectFailedException.class, failed -> assertThat(failed.phase())
                        .isEqualTo(Phase.PREPARATION))
                .hasMessageContaining("no vault");
        assertThat(server.attempts()).isZero();
    }

    @Test
    void aProviderThatHasNothingThrowsOrIsSilentFailsTheAttempt() {
        connecting(options -> options.credentials(attempt -> Flux.empty()));
        assertThat(failure.getAndSet(null)).hasMessageContaining("credentials(...) has none");
        connecting(options -> options.credentials(attempt -> {
            throw new IllegalStateException("a mistake of the test");
        }));
        assertThat(failure.getAndSet(null)).hasMessageContaining("a mistake of the test");
        VirtualClient server = connecting(options -> options.credentials(attempt -> Mono.never()));
        server.passes(Duration.ofSeconds(10));
        assertThat(failure.get()).hasMessageContaining("no answer within PT10S");
    }

    @Test
    void whatCredentialsComeTooLateAreNotUsed() {
        Sinks.One<Credentials> late = Sinks.one();
        VirtualClient server = connecting(options -> options.credentials(attempt -> late.asMono()));
        server.passes(Duration.ofSeconds(10));
        late.tryEmitValue(Credentials.ofToken("t"));
        server.passes(Duration.ZERO);
        assertThat(server.attempts()).isZero();
    }

    @Test
    void whoDisconnectsMeanwhileIsNotConnected() {
        Sinks.One<Credentials> late = Sinks.one();
        VirtualClient server = connecting(options -> options.credentials(attempt -> late.asMono()));
        server.client.disconnect().subscribe();
        server.passes(Duration.ZERO);
        late.tryEmitValue(Credentials.ofToken("t"));
        server.passes(Duration.ofHours(1));
        assertThat(server.attempts()).isZero();
        assertThat(failure.get()).isNotNull();
    }

    @Test
    void credentialsAreNotShown() {
        assertThat(Credentials.of("canary-name", "canary-password")).asString().doesNotContain("canary-");
        AtomicReference<ConnectAttempt> asked = new AtomicReference<>();
        connecting(options -> options.beforeConnect(attempt -> {
                    asked.set(attempt);
                    return Mono.empty();
                })
                .userName("canary-name")
                .password("canary-password"));
        assertThat(asked.get()).asString().doesNotContain("canary-");
    }

    @ParameterizedTest
    @CsvSource({
        "mqtt://broker.example, true",
        "mqtt://192.0.2.1, true",
        "mqtt://[2001:db8::1], true",
        "mqtt://localhost.example, true",
        "mqtts://broker.example, false",
        "mqtt://localhost, false",
        "mqtt://127.0.0.1:1884, false",
        "mqtt://127.1.2.3, false",
        "mqtt://[::1], false",
        "mqtt://[0:0:0:0:0:0:0:1], false"
    })
    void aPasswordThatOthersCanReadIsToldOnce(String uri, boolean told) {
        VirtualClient server =
                connecting(options -> options.server(uri).userName("meter").password("canary-password"));
        server.accept(false);
        server.cuts();
        server.passes(Duration.ofMinutes(1));
        List<ClientEvent> events = server.events();
        assertThat(events)
                .filteredOn(ClientEvent.PasswordInClear.class::isInstance)
                .hasSize(told ? 1 : 0);
        assertThat(events.toString()).doesNotContain("canary-");
    }

    // ---- the rest of an attempt

    @Test
    void theApplicationChangesWhereAnAttemptGoesAndWhatItSays() {
        VirtualClient server =
                connecting(options -> options.beforeConnect(attempt -> Mono.just(attempt.withServer(SECOND)
                        .withSettings(attempt.settings()
                                .mutate()
                                .keepAlive(Duration.ofSeconds(7))
                                .userProperties(UserProperties.of("attempt", String.valueOf(attempt.number())))
                                .build()))));
        server.opens();
        Connect connect = server.sentConnect();
        assertThat(connect.keepAliveSeconds()).isEqualTo(7);
        assertThat(connect.userProperties()).isEqualTo(UserProperties.of("attempt", "0"));
        server.sends(ConnAck.accepted(false));
        assertThat(results).singleElement().satisfies(result -> assertThat(result.server())
                .isEqualTo(SECOND));
        assertThat(server.client.state().server()).isEqualTo(SECOND);
    }

    @Test
    void theApplicationDelaysAnAttempt() {
        VirtualClient server = VirtualClient.create();
        VirtualClient delayed = connecting(options -> options.beforeConnect(
                attempt -> Mono.delay(Duration.ofSeconds(3), server.scheduler()).then(Mono.empty())));
        assertThat(delayed.attempts()).isZero();
        assertThat(delayed.client.state().status()).isEqualTo(Status.CONNECTING);
        server.passes(Duration.ofSeconds(3));
        delayed.passes(Duration.ZERO);
        assertThat(delayed.attempts()).isEqualTo(1);
    }

    @Test
    void theApplicationVetoesAnAttempt() {
        VirtualClient server = connecting(
                options -> options.beforeConnect(attempt -> Mono.error(new IllegalStateException("not at night"))));
        assertThat(failure.get()).isInstanceOf(ConnectFailedException.class).hasMessageContaining("not at night");
        assertThat(server.attempts()).isZero();
    }

    @Test
    void whatTheVersionCannotExpressFailsTheAttempt() {
        connecting(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1)
                .cleanSession(true)
                .credentials(attempt -> Mono.just(Credentials.ofToken("t"))));
        assertThat(failure.get()).hasMessageContaining("MQTT 3.1.1");
    }

    // ---- many clients

    @Test
    void clientsConnectOneAfterTheOther() {
        ConnectLimiter limiter = ConnectLimiter.of(1, 1);
        VirtualClient first = connecting(options -> options.connectLimiter(limiter));
        VirtualClient second = connecting(options -> options.connectLimiter(limiter));
        assertThat(first.attempts()).isEqualTo(1);
        assertThat(second.attempts()).isZero();
        second.passes(Duration.ofMillis(999));
        assertThat(second.attempts()).isZero();
        second.passes(Duration.ofMillis(1));
        assertThat(second.attempts()).isEqualTo(1);
        second.accept(false);
        assertThat(second.client.state().isConnected()).isTrue();
    }

    @Test
    void whoLeavesBeforeItsTurnConnectsNowhere() {
        ConnectLimiter limiter = ConnectLimiter.of(1, 1);
        connecting(options -> options.connectLimiter(limiter));
        VirtualClient second = VirtualClient.create(options -> options.connectLimiter(limiter));
        Disposable caller = second.client.connect().subscribe();
        caller.dispose();
        second.passes(Duration.ofSeconds(5));
        assertThat(second.attempts()).isZero();
    }

    @Test
    void clientsThatLosePatienceComeToTheirTurnAllTheSame() {
        ConnectLimiter limiter = ConnectLimiter.of(1, 1);
        List<VirtualClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            VirtualClient server = VirtualClient.create(options -> options.connectLimiter(limiter));
            server.onAttempt(asked -> asked.accept(false));
            server.client
                    .connect()
                    .timeout(Duration.ofSeconds(5), server.scheduler())
                    .retry()
                    .subscribe();
            clients.add(server);
        }
        for (int second = 0; second < 30; second++) {
            clients.forEach(server -> server.passes(Duration.ofSeconds(1)));
        }
        assertThat(clients).allMatch(server -> server.client.state().isConnected());
    }

    // ---- the last who wanted a connection goes

    @Test
    void whoGoesAsOneServerFailsWantsTheNextNoMore() {
        VirtualClient server = VirtualClient.create(options -> options.servers("mqtt://first", "mqtt://second"));
        AtomicReference<Disposable> connecting = new AtomicReference<>();
        server.client.events().subscribe(event -> Objects.requireNonNull(connecting.get())
                .dispose());
        connecting.set(server.client.connect().subscribe(results::add, failure::set));
        server.refusesTcp(new IOException("Connection refused"));
        assertThat(server.attempts()).isEqualTo(1);
        assertThat(server.client.state().status()).isEqualTo(Status.STOPPED);
        server.client.connect().subscribe(results::add, failure::set);
        server.accept(false);
        assertThat(results).singleElement().satisfies(result -> assertThat(result.server())
                .isEqualTo(FIRST));
    }

    @Test
    void whoGoesWhileTheStoreOpensWantsNoConnection() {
        GatedStore store = new GatedStore();
        VirtualClient server = VirtualClient.create(options ->
                options.cleanSession(false).sessionStore(store).reconnect(policy -> policy.retryFirst(true)));
        Disposable connecting = server.client.connect().subscribe(results::add, failure::set);
        server.refusesTcp(new IOException("Connection refused"));
        store.fail(new IllegalStateException("the disk is full"));
        server.client
                .publish(ApplicationMessage.of("a", "m", Qos.AT_LEAST_ONCE))
                .subscribe(result -> {}, thrown -> {});
        store.mend();
        store.hold();
        server.passes(Duration.ofSeconds(1)); // the next attempt, which waits for the store
        connecting.dispose();
        assertThat(server.client.state().status()).isEqualTo(Status.STOPPED);
        store.letGo();
        server.passes(Duration.ofSeconds(5));
        assertThat(server.attempts()).isEqualTo(1);
        assertThat(server.client.state().status()).isEqualTo(Status.STOPPED);
    }
}

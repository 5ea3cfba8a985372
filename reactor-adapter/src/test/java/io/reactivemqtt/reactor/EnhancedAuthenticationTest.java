package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.AuthenticationExchange;
import io.reactivemqtt.client.Authenticator;
import io.reactivemqtt.client.ClientObserver;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.testkit.server.ScriptedConnection;
import io.reactivemqtt.testkit.server.ScriptedServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Enhanced authentication (MQTT 5.0 §4.12) with an application that takes its time, fails, or refuses. */
class EnhancedAuthenticationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ScriptedServer server = ScriptedServer.start();
    private final AtomicInteger exchanges = new AtomicInteger();
    private @Nullable ReactorMqttClient client;

    @AfterEach
    void close() {
        server.close();
        if (client != null) {
            client.disconnect().block(PATIENCE);
        }
    }

    /** Says first how many exchanges there were, and then what {@code answers} has. */
    private Authenticator method(Function<String, Publisher<Payload>> answers, Consumer<@Nullable Payload> last) {
        return new Authenticator() {
            @Override
            public String method() {
                return "M";
            }

            @Override
            public AuthenticationExchange begin(ConnectAttempt attempt) {
                return new AuthenticationExchange() {
                    @Override
                    public Publisher<Payload> begin() {
                        return Mono.just(Payload.utf8("canary-first " + exchanges.incrementAndGet()));
                    }

                    @Override
                    public Publisher<Payload> answer(Payload challenge) {
                        return answers.apply(challenge.asUtf8());
                    }

                    @Override
                    public void succeeded(@Nullable Payload data) {
                        last.accept(data);
                    }
                };
            }
        };
    }

    private Authenticator answering() {
        return method(challenge -> Mono.just(Payload.utf8("canary-answer to " + challenge)), data -> {});
    }

    private CompletableFuture<ConnectResult> connecting(
            Authenticator method, Consumer<? super ClientOptions.Builder> options) {
        ReactorMqttClient created = ReactorMqttClient.create(builder -> options.accept(builder.server(server.uri())
                .authenticator(method)
                .observer(ClientObserver.logging("authenticated"))
                .disconnectTimeout(Duration.ofMillis(200))
                .reconnect(policy -> policy.backoff(Duration.ofMillis(1), Duration.ofMillis(10)))));
        client = created;
        return created.connect().toFuture();
    }

    private ReactorMqttClient client() {
        return Objects.requireNonNull(client);
    }

    private static Auth auth(ReasonCode reasonCode, @Nullable String data) {
        return new Auth(reasonCode, "M", data == null ? null : Payload.utf8(data), null, UserProperties.EMPTY);
    }

    private static Packet accepted() {
        return ConnAck.builder()
                .authenticationMethod("M")
                .authenticationData(Payload.utf8("canary-last"))
                .build();
    }

    /** Connects with one question and answer. */
    private ScriptedConnection connected(Authenticator method) throws Exception {
        CompletableFuture<ConnectResult> result = connecting(method, options -> {});
        ScriptedConnection connection = accept();
        result.get(20, TimeUnit.SECONDS);
        return connection;
    }

    private ScriptedConnection accept() {
        ScriptedConnection connection = server.accept();
        assertThat(connection.expect(Connect.class).authenticationMethod()).isEqualTo("M");
        connection.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "1"));
        connection.expect(auth(ReasonCode.CONTINUE_AUTHENTICATION, "canary-answer to 1"));
        connection.send(accepted());
        return connection;
    }

    private ConnectFailedException refusal(CompletableFuture<ConnectResult> result) {
        Throwable failure = result.handle((done, thrown) -> thrown)
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
        assertThat(failure).isInstanceOf(ConnectFailedException.class);
        return (ConnectFailedException) Objects.requireNonNull(failure);
    }

    // ---- before CONNACK

    @Test
    void aSlowApplicationAnswersWithoutBlockingTheLoop() throws Exception {
        connected(method(
                challenge -> Mono.fromCallable(() -> {
                    Thread.sleep(50); // allowed here
                    return Payload.utf8("canary-answer to " + challenge);
                }),
                data -> assertThat(data).isEqualTo(Payload.utf8("canary-last"))));
        assertThat(client().state().isConnected()).isTrue();
    }

    @Test
    void aTokenIsSaidAtOnceAndAskedForAnew() throws Exception {
        AtomicInteger tokens = new AtomicInteger();
        CompletableFuture<ConnectResult> result = connecting(
                Authenticator.ofOneStep(
                        "M",
                        attempt -> Mono.fromSupplier(() -> Payload.utf8("canary-token " + tokens.incrementAndGet()))),
                options -> {});
        ScriptedConnection first = server.accept();
        assertThat(first.expect(Connect.class).authenticationData()).isEqualTo(Payload.utf8("canary-token 1"));
        first.send(accepted());
        result.get(20, TimeUnit.SECONDS);
        first.reset();
        assertThat(server.accept().expect(Connect.class).authenticationData())
                .isEqualTo(Payload.utf8("canary-token 2"));
    }

    @Test
    void anApplicationThatFailsIsNamed() {
        CompletableFuture<ConnectResult> result =
                connecting(method(challenge -> Mono.error(new IllegalStateException("no idea")), data -> {}), o -> {});
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);
        connection.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "1"));
        connection.expect(new Disconnect(ReasonCode.UNSPECIFIED_ERROR));
        ConnectFailedException refusal = refusal(result);
        assertThat(refusal.phase()).isEqualTo(Phase.AUTHENTICATION);
        assertThat(refusal).hasMessageContaining("no idea");
    }

    @Test
    void anApplicationThatDoesNotAnswerIsNamedInTime() {
        CompletableFuture<ConnectResult> result = connecting(
                method(challenge -> Mono.never(), data -> {}),
                options -> options.connectTimeout(Duration.ofMillis(200)));
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);
        connection.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "1"));
        ConnectFailedException refusal = refusal(result);
        assertThat(refusal.phase()).isEqualTo(Phase.AUTHENTICATION);
        assertThat(refusal).hasMessageContaining("within PT0.2S");
    }

    @Test
    void anApplicationThatHasNothingToSayFirstOrLaterIsHeard() {
        CompletableFuture<ConnectResult> result =
                connecting(Authenticator.ofOneStep("M", attempt -> Mono.empty()), o -> {});
        ScriptedConnection connection = server.accept();
        assertThat(connection.expect(Connect.class).authenticationData()).isNull();
        connection.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "1"));
        assertThat(refusal(result).phase()).isEqualTo(Phase.AUTHENTICATION);
    }

    @Test
    void aMethodThatCannotBeginFailsTheAttemptBeforeItBegins() {
        CompletableFuture<ConnectResult> result = connecting(
                Authenticator.ofOneStep("M", attempt -> {
                    throw new IllegalStateException("no key");
                }),
                options -> {});
        ConnectFailedException refusal = refusal(result);
        assertThat(refusal.phase()).isEqualTo(Phase.PREPARATION);
        assertThat(refusal).hasMessageContaining("no key");
    }

    @Test
    void dataThatNoPacketCanSayIsNamed() {
        byte[] tooLong = new byte[65_536];
        CompletableFuture<ConnectResult> first =
                connecting(Authenticator.ofOneStep("M", attempt -> Mono.just(Payload.of(tooLong))), o -> {});
        assertThat(refusal(first)).hasMessageContaining("longer than 65,535 bytes");
        CompletableFuture<ConnectResult> later =
                connecting(method(challenge -> Mono.just(Payload.of(tooLong)), data -> {}), o -> {});
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);
        connection.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "1"));
        assertThat(refusal(later)).hasMessageContaining("longer than 65,535 bytes");
    }

    @Test
    void aServerThatTheApplicationDoesNotAcceptIsLeft() {
        CompletableFuture<ConnectResult> result = connecting(
                method(challenge -> Mono.just(Payload.utf8("canary-answer to " + challenge)), data -> {
                    throw new IllegalStateException("an impostor");
                }),
                options -> {});
        ScriptedConnection connection = accept();
        connection.expect(new Disconnect(ReasonCode.UNSPECIFIED_ERROR));
        ConnectFailedException refusal = refusal(result);
        assertThat(refusal.phase()).isEqualTo(Phase.AUTHENTICATION);
        assertThat(refusal).hasMessageContaining("an impostor");
    }

    // ---- on a connection

    @Test
    void aConnectionIsAuthenticatedAnewWhileMessagesGoOn() throws Exception {
        ScriptedConnection connection = connected(answering());
        CompletableFuture<Void> again = client().reauthenticate().toFuture();
        connection.expect(auth(ReasonCode.REAUTHENTICATE, "canary-first 2"));
        CompletableFuture<?> published = client().publish(ApplicationMessage.of("t", "x", Qos.AT_LEAST_ONCE))
                .toFuture();
        int identifier = connection.expect(Publish.class).packetIdentifier();
        connection.send(new PubAck(identifier, ReasonCode.SUCCESS));
        published.get(20, TimeUnit.SECONDS);
        connection.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "2"));
        connection.expect(auth(ReasonCode.CONTINUE_AUTHENTICATION, "canary-answer to 2"));
        assertThat(again).isNotDone();
        connection.send(auth(ReasonCode.SUCCESS, null));
        again.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aRefusedReauthenticationEndsTheConnectionAndTheClientComesBack() throws Exception {
        ScriptedConnection connection = connected(answering());
        CompletableFuture<Void> again = client().reauthenticate().toFuture();
        connection.expect(auth(ReasonCode.REAUTHENTICATE, "canary-first 2"));
        connection.send(new Disconnect(ReasonCode.UNSPECIFIED_ERROR));
        assertThat(again).failsWithin(PATIENCE).withThrowableThat().withCauseInstanceOf(ConnectionLostException.class);
        assertThat(server.accept().expect(Connect.class).authenticationData())
                .isEqualTo(Payload.utf8("canary-first 3"));
    }

    /** Whose every exchange holds for so long. */
    private static Authenticator expiring(Authenticator method, Duration life) {
        return new Authenticator() {
            @Override
            public String method() {
                return method.method();
            }

            @Override
            public AuthenticationExchange begin(ConnectAttempt attempt) {
                AuthenticationExchange exchange = method.begin(attempt);
                Instant expiresAt = Instant.now().plus(life);
                return new AuthenticationExchange() {
                    @Override
                    public Publisher<Payload> begin() {
                        return exchange.begin();
                    }

                    @Override
                    public Publisher<Payload> answer(Payload challenge) {
                        return exchange.answer(challenge);
                    }

                    @Override
                    public Instant expiresAt() {
                        return expiresAt;
                    }
                };
            }
        };
    }

    private static void reauthenticate(ScriptedConnection connection, int exchange) {
        connection.expect(auth(ReasonCode.REAUTHENTICATE, "canary-first " + exchange));
        connection.send(auth(ReasonCode.SUCCESS, null));
    }

    @Test
    void whatExpiresIsReauthenticatedBeforeTimeAfterTime() throws Exception {
        ScriptedConnection connection = connected(expiring(answering(), Duration.ofMillis(400)));
        reauthenticate(connection, 2);
        reauthenticate(connection, 3);
        reauthenticate(connection, 4);
        assertThat(client().state().isConnected()).isTrue();
    }

    @Test
    void aReauthenticationByTheApplicationCountsToo() throws Exception {
        ScriptedConnection connection = connected(expiring(answering(), Duration.ofMillis(600)));
        CompletableFuture<Void> byTheApplication = client().reauthenticate().toFuture();
        reauthenticate(connection, 2);
        byTheApplication.get(20, TimeUnit.SECONDS);
        reauthenticate(connection, 3);
        assertThat(client().state().isConnected()).isTrue();
    }

    @Test
    void aReauthenticationFollowsTheOneThatIsUnderWay() throws Exception {
        ScriptedConnection connection = connected(expiring(answering(), Duration.ofSeconds(1)));
        connection.expect(auth(ReasonCode.REAUTHENTICATE, "canary-first 2")); // by the client itself
        CompletableFuture<Void> one = client().reauthenticate().toFuture();
        CompletableFuture<Void> other = client().reauthenticate().toFuture();
        connection.send(auth(ReasonCode.SUCCESS, null));
        connection.expect(auth(ReasonCode.REAUTHENTICATE, "canary-first 3"));
        assertThat(one).isNotDone();
        connection.send(auth(ReasonCode.SUCCESS, null));
        one.get(20, TimeUnit.SECONDS);
        reauthenticate(connection, 4);
        other.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatBecomesDueDuringAReauthenticationIsRenewedByIt() throws Exception {
        ScriptedConnection connection = connected(expiring(answering(), Duration.ofMillis(400)));
        CompletableFuture<Void> byTheApplication = client().reauthenticate().toFuture();
        connection.expect(auth(ReasonCode.REAUTHENTICATE, "canary-first 2"));
        connection.expectNothing(Duration.ofMillis(300)); // while the client wants to do it itself
        connection.send(auth(ReasonCode.SUCCESS, null));
        byTheApplication.get(20, TimeUnit.SECONDS);
        connection.expectNothing(Duration.ofMillis(20));
        reauthenticate(connection, 3);
    }

    @Test
    void whoWaitsToReauthenticateHearsOfTheEndOfTheConnection() throws Exception {
        ScriptedConnection connection = connected(answering());
        CompletableFuture<Void> underWay = client().reauthenticate().toFuture();
        CompletableFuture<Void> waiting = client().reauthenticate().toFuture();
        connection.expect(auth(ReasonCode.REAUTHENTICATE, "canary-first 2"));
        connection.reset();
        for (CompletableFuture<Void> each : List.of(underWay, waiting)) {
            assertThat(each)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(ConnectionLostException.class);
        }
        assertThat(server.accept().expect(Connect.class).authenticationData())
                .isEqualTo(Payload.utf8("canary-first 3"));
    }

    @Test
    void aReauthenticationThatCannotBeginDoesNotKeepTheNextFromIt() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        Authenticator failing = Authenticator.ofOneStep(
                "M",
                attempt -> begun.incrementAndGet() == 2
                        ? Mono.error(new IllegalStateException("no token now"))
                        : Mono.just(Payload.utf8("canary-token " + begun)));
        CompletableFuture<ConnectResult> result = connecting(failing, options -> {});
        ScriptedConnection connection = server.accept();
        connection.expect(Connect.class);
        connection.send(accepted());
        result.get(20, TimeUnit.SECONDS);
        CompletableFuture<Void> first = client().reauthenticate().toFuture();
        CompletableFuture<Void> second = client().reauthenticate().toFuture();
        assertThat(first).failsWithin(PATIENCE).withThrowableThat().withMessageContaining("no token now");
        connection.expect(auth(ReasonCode.REAUTHENTICATE, "canary-token 3"));
        connection.send(auth(ReasonCode.SUCCESS, null));
        second.get(20, TimeUnit.SECONDS);
    }

    @Test
    void anApplicationThatCannotRenewIsAskedAgainOnTheSameConnection() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        Authenticator failing = new Authenticator() {
            @Override
            public String method() {
                return "M";
            }

            @Override
            public AuthenticationExchange begin(ConnectAttempt attempt) {
                int run = begun.incrementAndGet();
                if (run == 2) {
                    throw new IllegalStateException("no token now");
                } else if (run == 3) {
                    throw new NoClassDefFoundError("what the application has left out");
                }
                return expiring(answering(), Duration.ofSeconds(5)).begin(attempt);
            }
        };
        ScriptedConnection connection = connected(failing);
        connection.expect(
                auth(ReasonCode.REAUTHENTICATE, "canary-first 2")); // the exchanges of those that failed did not begin
        assertThat(begun).hasValue(4);
    }

    @Test
    void withoutAConnectionOrAMethodThereIsNoReauthentication() {
        client =
                ReactorMqttClient.create(options -> options.server(server.uri()).authenticator(answering()));
        assertThat(client.reauthenticate().toFuture())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withCauseInstanceOf(ConnectionLostException.class);
        ReactorMqttClient plain = ReactorMqttClient.create(options -> options.server(server.uri()));
        assertThatIllegalStateException().isThrownBy(plain::reauthenticate).withMessageContaining("authenticator");
    }
}

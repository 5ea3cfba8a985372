package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.RenewalFailed;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.packet.Disconnect;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Credentials that say when they expire are renewed before. */
class RenewalTest {

    private static final Duration BEFORE = Duration.ofMinutes(5);
    private static final Disconnect NORMAL = new Disconnect(ReasonCode.SUCCESS);

    /** What the application answers where it is asked for the first, the second, … time; else it has credentials. */
    private final Map<Integer, Mono<Credentials>> answers = new HashMap<>();

    private int asked;
    private @Nullable VirtualClient server;

    private VirtualClient connected(Duration life, Consumer<ClientOptions.Builder> options) {
        VirtualClient connected = VirtualClient.connected(builder -> options.accept(builder.cleanSession(false)
                .keepAlive(Duration.ZERO)
                .renewBefore(BEFORE)
                .credentials(attempt -> {
                    asked++;
                    Credentials next = Credentials.of("user", "canary-token " + asked);
                    return answers.getOrDefault(asked, Mono.just(next.expiringAt(now().plus(life))));
                })));
        server = connected;
        return connected;
    }

    private Instant now() {
        return Instant.ofEpochMilli(server == null ? 1_800_000_000_000L : server.epochMillis());
    }

    private static String password(VirtualClient server) {
        server.opens();
        return Objects.requireNonNull(server.sentConnect().password()).asUtf8();
    }

    @Test
    void theConnectionIsMadeAnewAtOnceWithFreshCredentialsBeforeTheyExpire() {
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.passes(Duration.ofMinutes(55).minusMillis(1));
        assertThat(server.sent()).isEmpty();
        server.passes(Duration.ofMillis(1));
        assertThat(server.sent()).containsExactly(NORMAL); // so the Will is not published
        assertThat(password(server)).isEqualTo("canary-token 2");
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void whatLivesForAShortTimeIsRenewedHalfWay() {
        VirtualClient server = connected(Duration.ofSeconds(10), options -> {});
        server.passes(Duration.ofSeconds(5));
        assertThat(server.sent()).containsExactly(NORMAL);
        assertThat(password(server)).isEqualTo("canary-token 2");
    }

    @Test
    void aRenewalIsNoAttemptAfterAFailure() {
        VirtualClient server = connected(
                Duration.ofSeconds(1),
                options -> options.reconnect(policy -> policy.maxAttempts(1).maxElapsed(Duration.ofSeconds(3))));
        server.events();
        for (int times = 0; times < 20; times++) {
            server.passes(Duration.ofMillis(500));
            server.accept(true);
        }
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
        assertThat(server.events())
                .noneMatch(event -> event instanceof ClientEvent.ReconnectScheduled
                        || event instanceof ClientEvent.ConnectionsLostAtOnce);
    }

    @Test
    void aRenewedConnectionThatCannotBeMadeIsTriedAgainByThePolicy() {
        VirtualClient server = connected(Duration.ofSeconds(10), options -> {});
        server.passes(Duration.ofSeconds(5));
        assertThat(server.sent()).containsExactly(NORMAL);
        server.refusesTcp(new IOException("Connection refused"));
        assertThat(server.client.state().status()).isEqualTo(Status.WAITING);
        server.passes(Duration.ofSeconds(1));
        assertThat(password(server)).isEqualTo("canary-token 3");
    }

    @Test
    void theConnectionStaysWhileNobodyHasOtherCredentials() {
        answers.put(2, Mono.error(new IOException("the vault is closed")));
        answers.put(3, Mono.never());
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.events();
        server.passes(Duration.ofMinutes(55));
        assertThat(server.events()).hasOnlyElementsOfType(RenewalFailed.class).hasSize(1);
        server.passes(Duration.ofSeconds(150)); // half way, to somebody who does not answer
        server.passes(Duration.ofSeconds(10));
        assertThat(server.events()).hasOnlyElementsOfType(RenewalFailed.class).hasSize(1);
        assertThat(server.sent()).isEmpty();
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
        server.passes(Duration.ofSeconds(70));
        assertThat(server.sent()).containsExactly(NORMAL);
        assertThat(password(server)).isEqualTo("canary-token 4");
    }

    @Test
    void whatCannotBeRenewedIsLeftToTheServer() {
        for (int times = 2; times < 100; times++) {
            answers.put(times, Mono.error(new IOException("the vault is closed")));
        }
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.passes(Duration.ofHours(2));
        assertThat(server.sent()).isEmpty();
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
        assertThat(asked).isBetween(5, 15);
    }

    @Test
    void anAnswerThatComesAfterTheConnectionHasEndedIsTooLate() {
        answers.put(2, Mono.never());
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.passes(Duration.ofMinutes(55));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.accept(true);
        server.passes(Duration.ofMinutes(54));
        assertThat(server.sent()).isEmpty();
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void whatHasExpiredByThisClockAlreadyIsNotRenewedWhileTheServerTakesIt() {
        VirtualClient server = connected(Duration.ofHours(-1), options -> {});
        server.passes(Duration.ofDays(1));
        assertThat(server.sent()).isEmpty();
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
    }

    static Stream<Instant> extremes() {
        return Stream.of(Instant.MAX, Instant.MIN, Instant.EPOCH, Instant.ofEpochMilli(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void anyTimeMayBeSaid(Instant expiresAt) {
        answers.put(1, Mono.just(Credentials.of("user", "canary-token").expiringAt(expiresAt)));
        VirtualClient server = connected(Duration.ZERO, options -> {});
        server.passes(Duration.ofDays(100));
        assertThat(server.sent()).isEmpty();
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
    }

    @Test
    void theWallClockDecidesAlsoWhereItIsSet() {
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.wallClockJumps(Duration.ofHours(1)); // or the machine has slept
        server.passes(Duration.ofMinutes(1));
        assertThat(server.sent()).containsExactly(NORMAL);
        server.accept(true);
        server.wallClockJumps(Duration.ofHours(-1));
        server.passes(Duration.ofMinutes(56));
        assertThat(server.sent()).isEmpty();
    }

    @Test
    void aConnectionThatEndsBeforeIsRenewedByItsOwnCredentials() {
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.passes(Duration.ofMinutes(30));
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.accept(true);
        server.passes(Duration.ofMinutes(54));
        assertThat(server.sent()).isEmpty();
        server.passes(Duration.ofMinutes(1));
        assertThat(server.sent()).containsExactly(NORMAL);
    }

    @Test
    void withoutAPolicyTheConnectionStaysUntilTheServerEndsIt() {
        VirtualClient server = connected(Duration.ofHours(1), options -> options.reconnect(ReconnectPolicy.NONE));
        server.passes(Duration.ofHours(2));
        assertThat(server.sent()).isEmpty();
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void afterADisconnectNothingIsRenewed() {
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.client.disconnect().subscribe();
        server.sent();
        server.passes(Duration.ofHours(2));
        assertThat(server.attempts()).isEqualTo(1);
        assertThat(asked).isEqualTo(1);
    }
}

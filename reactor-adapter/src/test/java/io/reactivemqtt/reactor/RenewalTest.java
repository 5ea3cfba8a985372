package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.Credentials;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.packet.Disconnect;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Credentials that say when they expire are renewed before. */
class RenewalTest {

    private static final Duration BEFORE = Duration.ofMinutes(5);

    private final AtomicInteger asked = new AtomicInteger();
    private @Nullable VirtualClient server;

    private VirtualClient connected(Duration life, Consumer<ClientOptions.Builder> options) {
        VirtualClient connected = VirtualClient.connected(builder -> options.accept(builder.cleanSession(false)
                .keepAlive(Duration.ZERO)
                .renewBefore(BEFORE)
                .credentials(
                        attempt -> Mono.fromSupplier(() -> Credentials.of("user", "token " + asked.incrementAndGet())
                                .expiringAt(now().plus(life))))));
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
    void theConnectionIsMadeAnewWithFreshCredentialsBeforeTheyExpire() {
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.passes(Duration.ofMinutes(55).minusMillis(1));
        assertThat(server.sent()).isEmpty();
        server.passes(Duration.ofMillis(1));
        assertThat(server.sent()).containsExactly(new Disconnect(ReasonCode.SUCCESS)); // the Will is not published
        server.passes(Duration.ofSeconds(1));
        assertThat(password(server)).isEqualTo("token 2");
    }

    @Test
    void whatLivesForAShortTimeIsRenewedHalfWay() {
        VirtualClient server = connected(Duration.ofSeconds(10), options -> {});
        server.passes(Duration.ofSeconds(5));
        assertThat(server.sent()).hasSize(1);
        server.passes(Duration.ofSeconds(1));
        assertThat(password(server)).isEqualTo("token 2");
    }

    @Test
    void whatHasExpiredByThisClockAlreadyIsNotRenewedWhileTheServerTakesIt() {
        VirtualClient server = connected(Duration.ofHours(-1), options -> {});
        server.passes(Duration.ofDays(1));
        assertThat(server.sent()).isEmpty();
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
    }

    @Test
    void theWallClockDecidesAlsoWhereItIsSet() {
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.wallClockJumps(Duration.ofHours(1)); // or the machine has slept
        server.passes(Duration.ofMinutes(1));
        assertThat(server.sent()).containsExactly(new Disconnect(ReasonCode.SUCCESS));
        server.passes(Duration.ofSeconds(1));
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
        assertThat(server.sent()).hasSize(1);
    }

    @Test
    void withoutAPolicyTheConnectionStaysUntilTheServerEndsIt() {
        VirtualClient server = connected(Duration.ofHours(1), options -> options.reconnect(ReconnectPolicy.NONE));
        server.passes(Duration.ofHours(2));
        assertThat(server.sent()).isEmpty();
        assertThat(server.client.state().status()).isEqualTo(Status.CONNECTED);
    }

    @Test
    void afterADisconnectNothingIsRenewed() {
        VirtualClient server = connected(Duration.ofHours(1), options -> {});
        server.client.disconnect().subscribe();
        server.sent();
        server.passes(Duration.ofHours(2));
        assertThat(server.attempts()).isEqualTo(1);
    }
}

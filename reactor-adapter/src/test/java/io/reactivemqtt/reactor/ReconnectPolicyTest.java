package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientEvent.ReconnectScheduled;
import io.reactivemqtt.client.ClientEvent.ReconnectStopped;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.ConnectResult;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

/** When there is another attempt, and who hears of the one that is under way. */
class ReconnectPolicyTest {

    private static Exception unreachable() {
        return new IOException("Connection refused");
    }

    private static VirtualClient connected(Consumer<ReconnectPolicy.Builder> policy) {
        return VirtualClient.connected(options -> options.reconnect(policy));
    }

    private static VirtualClient created(Consumer<ReconnectPolicy.Builder> policy) {
        return VirtualClient.create((ClientOptions.Builder options) -> options.reconnect(policy));
    }

    /** Cuts the connection and lets attempts fail; returns how long each waited, until there is none any more. */
    private static List<Duration> delays(VirtualClient server, int atMost) {
        List<Duration> delays = new ArrayList<>();
        server.events();
        server.cuts();
        while (delays.size() < atMost) {
            List<ReconnectScheduled> scheduled = server.events().stream()
                    .filter(ReconnectScheduled.class::isInstance)
                    .map(ReconnectScheduled.class::cast)
                    .toList();
            if (scheduled.isEmpty()) {
                return delays;
            }
            assertThat(scheduled).hasSize(1);
            delays.add(scheduled.get(0).delay());
            server.passes(scheduled.get(0).delay());
            server.refusesTcp(unreachable());
        }
        return delays;
    }

    // ---- the waits

    @Test
    void aFunctionGivesTheBounds() {
        VirtualClient server = connected(policy -> policy.backoff(attempt -> Duration.ofSeconds(attempt)));
        assertThat(delays(server, 4))
                .containsExactly(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(4));
    }

    @Test
    void jitterIsTheRandomPartOfTheBound() {
        VirtualClient server = connected(
                policy -> policy.backoff(Backoff.fixed(Duration.ofSeconds(8))).jitter(0.5));
        server.random(0);
        assertThat(delays(server, 1)).containsExactly(Duration.ofSeconds(4));
        VirtualClient exact = connected(
                policy -> policy.backoff(Backoff.fixed(Duration.ofSeconds(8))).jitter(0));
        exact.random(0);
        assertThat(delays(exact, 2)).containsOnly(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws", "null", "negative", "for ever"})
    @SuppressWarnings({"NullAway", "DataFlowIssue"}) // null is what it must not return
    void aFunctionThatIsWrongDoesNotEndTheClient(String how) {
        VirtualClient server = connected(policy -> policy.backoff(attempt -> switch (how) {
            case "throws" -> throw new IllegalStateException("a mistake of the test");
            case "null" -> null;
            case "negative" -> Duration.ofSeconds(-1);
            default -> Duration.ofSeconds(Long.MAX_VALUE);
        }));
        assertThat(delays(server, 1)).singleElement().satisfies(delay -> assertThat(delay.isNegative())
                .isFalse());
    }

    @ParameterizedTest
    @EnumSource(
            value = ReasonCode.class,
            names = {"SERVER_BUSY", "QUOTA_EXCEEDED", "CONNECTION_RATE_EXCEEDED"})
    void aServerThatIsBusyIsGivenTime(ReasonCode reasonCode) {
        VirtualClient server = connected(policy -> policy.backoff(Duration.ofMillis(500), Duration.ofMinutes(2)));
        server.random(0);
        server.cuts();
        List<Duration> delays = new ArrayList<>();
        server.events();
        server.passes(Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            server.accept(ConnAck.refused(reasonCode));
            ReconnectScheduled scheduled = (ReconnectScheduled) server.events().stream()
                    .filter(ReconnectScheduled.class::isInstance)
                    .findFirst()
                    .orElseThrow();
            delays.add(scheduled.delay());
            server.passes(scheduled.delay());
        }
        assertThat(delays).containsExactly(Duration.ofMillis(7_500), Duration.ofSeconds(15), Duration.ofSeconds(30));
    }

    // ---- the bounds

    @Test
    void afterTheLastAttemptTheClientStops() {
        VirtualClient server = connected(policy -> policy.maxAttempts(3));
        List<Throwable> told = new ArrayList<>();
        server.client.subscribe("a", Qos.AT_MOST_ONCE).subscribe(message -> {}, told::add);
        AtomicReference<ReconnectStopped> stopped = new AtomicReference<>();
        server.client.events().ofType(ReconnectStopped.class).subscribe(stopped::set);
        assertThat(delays(server, 10)).hasSize(3);
        assertThat(Objects.requireNonNull(stopped.get()).cause()).isInstanceOf(ConnectFailedException.class);
        assertThat(told).hasSize(1);
    }

    @Test
    void theCountBeginsAnewAfterAConnectionThatLasted() {
        VirtualClient server = connected(policy -> policy.maxAttempts(1).resetAfter(Duration.ofSeconds(10)));
        for (int i = 0; i < 3; i++) {
            server.passes(Duration.ofSeconds(10));
            server.cuts();
            server.passes(Duration.ofSeconds(1));
            server.accept(false);
        }
        assertThat(server.attempts()).isEqualTo(4);
        assertThat(server.events()).noneMatch(ReconnectStopped.class::isInstance);
    }

    @Test
    void noAttemptBeginsAfterTheTimeForAllOfThem() {
        VirtualClient server = connected(policy ->
                policy.backoff(Backoff.fixed(Duration.ofSeconds(10))).jitter(0).maxElapsed(Duration.ofSeconds(35)));
        assertThat(delays(server, 10)).hasSize(3);
    }

    @Test
    void thePredicateDecidesWhatIsRetried() {
        VirtualClient server =
                connected(policy -> policy.retryOn(cause -> cause.reasonCode() == ReasonCode.NOT_AUTHORIZED));
        server.sends(new Disconnect(ReasonCode.NOT_AUTHORIZED));
        server.passes(Duration.ofMinutes(1));
        server.accept(ConnAck.refused(ReasonCode.SERVER_BUSY));
        server.passes(Duration.ofHours(1));
        assertThat(server.attempts()).isEqualTo(2);
        assertThat(server.events()).last().isInstanceOf(ReconnectStopped.class);
    }

    @Test
    void aPredicateThatThrowsStops() {
        VirtualClient server = connected(policy -> policy.retryOn(cause -> {
            throw new IllegalStateException("a mistake of the test");
        }));
        server.cuts();
        assertThat(server.events()).last().isInstanceOf(ReconnectStopped.class);
    }

    @Test
    void whatMakesNoSenseIsRefusedAtOnce() {
        ReconnectPolicy.Builder policy = ReconnectPolicy.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> policy.jitter(1.1));
        assertThatIllegalArgumentException().isThrownBy(() -> policy.jitter(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> policy.maxAttempts(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> policy.maxElapsed(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> policy.resetAfter(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.fixed(Duration.ZERO));
    }

    // ---- the first attempt

    @Test
    void aFirstAttemptThatFailsIsNotRepeated() {
        VirtualClient server = created(policy -> {});
        AtomicReference<Throwable> failure = new AtomicReference<>();
        server.client.connect().subscribe(result -> {}, failure::set);
        server.refusesTcp(unreachable());
        server.passes(Duration.ofHours(1));
        assertThat(failure.get()).isInstanceOf(ConnectFailedException.class);
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void aFirstAttemptIsRepeatedWhereThePolicySaysSo() {
        VirtualClient server = created(policy -> policy.retryFirst(true));
        List<ConnectResult> results = new ArrayList<>();
        server.client.connect().subscribe(results::add);
        for (int i = 0; i < 3; i++) {
            server.refusesTcp(unreachable());
            server.passes(Duration.ofMinutes(1));
        }
        assertThat(results).isEmpty();
        server.accept(false);
        assertThat(results).hasSize(1);
        assertThat(server.attempts()).isEqualTo(4);
    }

    @Test
    void aFirstAttemptThatIsRepeatedFailsWhereNoneCouldSucceed() {
        VirtualClient server = created(policy -> policy.retryFirst(true));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        server.client.connect().subscribe(result -> {}, failure::set);
        server.refusesTcp(unreachable());
        server.passes(Duration.ofMinutes(1));
        server.accept(ConnAck.refused(ReasonCode.NOT_AUTHORIZED));
        assertThat(failure.get()).isInstanceOf(ConnectionRefusedException.class);
        assertThat(server.events()).noneMatch(ReconnectStopped.class::isInstance);
        server.passes(Duration.ofHours(1));
        assertThat(server.attempts()).isEqualTo(2);
    }

    @Test
    void theAttemptsForTheFirstConnectionAreBounded() {
        VirtualClient server = created(policy -> policy.retryFirst(true).maxAttempts(2));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        server.client.connect().subscribe(result -> {}, failure::set);
        for (int i = 0; i < 3; i++) {
            assertThat(failure.get()).isNull();
            server.refusesTcp(unreachable());
            server.passes(Duration.ofMinutes(1));
        }
        assertThat(failure.get()).isInstanceOf(ConnectFailedException.class);
        assertThat(server.attempts()).isEqualTo(3);
        assertThat(server.client.state().status()).isEqualTo(Status.STOPPED);
    }

    @Test
    void disconnectEndsTheWaitForTheFirstConnection() {
        VirtualClient server = created(policy -> policy.retryFirst(true));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        server.client.connect().subscribe(result -> {}, failure::set);
        server.refusesTcp(unreachable());
        server.client.disconnect().subscribe();
        server.passes(Duration.ofHours(1));
        assertThat(failure.get()).isInstanceOf(ClientClosedException.class);
        assertThat(server.attempts()).isEqualTo(1);
    }

    @Test
    void whoCancelsTheWaitForTheFirstConnectionEndsIt() {
        VirtualClient server = created(policy -> policy.retryFirst(true));
        Disposable connecting = server.client.connect().subscribe();
        server.refusesTcp(unreachable());
        connecting.dispose();
        server.passes(Duration.ofHours(1));
        assertThat(server.attempts()).isEqualTo(1);
    }

    // ---- several who want to connect

    @Test
    void allWhoConnectHearOfOneAttempt() {
        VirtualClient server = created(policy -> {});
        List<ConnectResult> results = new ArrayList<>();
        IntStream.range(0, 3).forEach(i -> server.client.connect().subscribe(results::add));
        assertThat(server.attempts()).isEqualTo(1);
        server.accept(false);
        assertThat(results).hasSize(3);
    }

    @Test
    void whoeverConnectsWhileConnectedHasTheAnswerAtOnce() {
        VirtualClient server = connected(policy -> {});
        AtomicReference<ConnectResult> result = new AtomicReference<>();
        server.client.connect().subscribe(result::set);
        server.passes(Duration.ZERO);
        assertThat(Objects.requireNonNull(result.get()).connAck()).isEqualTo(ConnAck.accepted(false));
        assertThat(server.attempts()).isEqualTo(1);
        assertThat(server.sent()).isEmpty();
    }

    @Test
    void anAttemptLivesAsLongAsOneWaitsForIt() {
        VirtualClient server = created(policy -> {});
        List<ConnectResult> results = new ArrayList<>();
        Disposable first = server.client.connect().subscribe(results::add);
        Disposable second = server.client.connect().subscribe(results::add);
        first.dispose();
        server.passes(Duration.ZERO);
        assertThat(server.hasConnection()).isTrue();
        second.dispose();
        server.passes(Duration.ZERO);
        assertThat(server.hasConnection()).isFalse();
        assertThat(results).isEmpty();
    }

    @Test
    void whoJoinsAReconnectMayGoWithoutEndingIt() {
        VirtualClient server = connected(policy -> {});
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.client.connect().subscribe().dispose();
        server.passes(Duration.ZERO);
        assertThat(server.hasConnection()).isTrue();
        server.accept(true);
        assertThat(server.client.state().isConnected()).isTrue();
    }

    @Test
    void whoJoinsAReconnectHearsOfItsFailure() {
        VirtualClient server = connected(policy -> {});
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        server.client.connect().subscribe(result -> {}, failure::set);
        server.refusesTcp(unreachable());
        assertThat(failure.get()).isInstanceOf(ConnectFailedException.class);
        server.passes(Duration.ofSeconds(2));
        server.accept(true);
        assertThat(server.client.state().isConnected()).isTrue();
    }
}

package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.Messages.qos1;
import static io.reactivemqtt.reactor.Restarts.connected;
import static io.reactivemqtt.reactor.Restarts.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.Spec;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.exception.SessionDiscardedException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Sessions and messages are given up when their interval has passed, and not before. */
class ExpiryTest {

    private final Restarts restarts = new Restarts();

    // ---- session expiry

    @Test
    void aSessionThatExpiredWhileNoProcessRanIsDiscardedAtTheNextStart() {
        VirtualClient first = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        connected(first, false);
        long key = get(first.client.enqueue(qos1("a")));
        first.cuts();

        VirtualClient second = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        second.wallClockJumps(Duration.ofMinutes(61));
        List<PublishReceipt> receipts = new ArrayList<>();
        second.client.receipts().subscribe(receipts::add);
        second.client.connect().subscribe();
        second.opens();
        assertThat(second.sentConnect().cleanStart())
                .as("the Server's clock may have begun later")
                .isTrue();
        second.sends(ConnAck.accepted(false));

        assertThat(second.sent()).isEmpty();
        assertThat(second.events())
                .contains(new ClientEvent.SessionDiscarded(ClientEvent.SessionDiscarded.Reason.EXPIRED, 1, 0, 0));
        assertThat(receipts).singleElement().satisfies(receipt -> {
            assertThat(receipt.key()).isEqualTo(key);
            assertThat(receipt.result().failure()).isInstanceOf(SessionDiscardedException.class);
        });
    }

    @Test
    void aSessionThatHasNotExpiredGoesOn() {
        VirtualClient first = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        connected(first, false);
        first.client.publish(qos1("a")).subscribe();
        first.cuts();

        VirtualClient second = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        second.wallClockJumps(Duration.ofMinutes(59));
        connected(second, true);

        assertThat(second.sent()).containsExactly(new Publish(qos1("a"), 1, true));
    }

    @Test
    void aCrashLeavesTheEndOfTheConnectionUnknownSoThatNothingExpires() {
        VirtualClient first = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        connected(first, false);
        first.client.publish(qos1("a")).subscribe();

        VirtualClient second = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        second.wallClockJumps(Duration.ofDays(2));
        connected(second, true);

        assertThat(second.sent()).containsExactly(new Publish(qos1("a"), 1, true));
    }

    @Test
    void aClockThatWasNotSetExpiresNothing() {
        VirtualClient first = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        first.wallClockJumps(Duration.ofDays(-20_833)); // 1970
        connected(first, false);
        first.client.publish(qos1("a")).subscribe();
        first.cuts();

        VirtualClient second = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        connected(second, true);

        assertThat(second.sent()).containsExactly(new Publish(qos1("a"), 1, true));
    }

    @Test
    void aClockThatJumpsWhileTheClientRunsNeitherExpiresTheSessionNorBreaksTheBackOff() {
        VirtualClient client = restarts.create(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
        connected(client, false);
        client.client.publish(qos1("a")).subscribe();
        client.sent();
        client.random(0.5);
        client.cuts();

        client.wallClockJumps(Duration.ofDays(-3));
        client.passes(Duration.ofMillis(249));
        assertThat(client.attempts()).isEqualTo(1);
        client.wallClockJumps(Duration.ofDays(9));
        client.passes(Duration.ofMillis(1));
        assertThat(client.attempts()).isEqualTo(2);
        client.opens();
        client.sent();
        client.sends(ConnAck.accepted(true));

        assertThat(client.sent()).containsExactly(new Publish(qos1("a"), 1, true));
    }

    @Test
    void theIntervalThatTheServerGaveCounts() {
        VirtualClient first = restarts.create();
        first.client.connect().subscribe();
        first.accept(ConnAck.builder().sessionExpiryIntervalSeconds(60L).build());
        first.client.publish(qos1("a")).subscribe();
        first.cuts();

        VirtualClient second = restarts.create();
        second.wallClockJumps(Duration.ofSeconds(61));
        connected(second, false);

        assertThat(second.sent()).isEmpty();
        assertThat(second.events()).hasAtLeastOneElementOfType(ClientEvent.SessionDiscarded.class);
    }

    @Test
    void aDisconnectThatEndsTheSessionLeavesNothingInTheStore() {
        VirtualClient first = restarts.create(options -> options.sessionExpiryInterval(Duration.ZERO));
        connected(first, false);
        first.client.publish(qos1("a")).subscribe(result -> {}, error -> {});
        first.client.disconnect().subscribe();
        first.passes(Duration.ofSeconds(10));

        VirtualClient second = restarts.connected(false);

        assertThat(second.sent()).isEmpty();
        assertThat(second.events()).doesNotHaveAnyElementsOfTypes(ClientEvent.SessionRecovered.class);
    }

    // ---- message expiry

    private static ApplicationMessage expiring(String topic, Qos qos, int seconds) {
        return ApplicationMessage.to(topic)
                .qos(qos)
                .messageExpiryInterval(Duration.ofSeconds(seconds))
                .build();
    }

    @Test
    void aMessageThatExpiresInTheQueueCompletesAtItsDeadline() {
        VirtualClient client = restarts.create();

        StepVerifier.create(client.client.publish(expiring("a", Qos.AT_LEAST_ONCE, 60)))
                .then(() -> client.passes(Duration.ofSeconds(60)))
                .verifyError(MessageExpiredException.class);
        StepVerifier.create(client.client.publish(expiring("a", Qos.AT_MOST_ONCE, 60)))
                .then(() -> client.passes(Duration.ofSeconds(60)))
                .verifyError(MessageExpiredException.class);

        connected(client, false);
        assertThat(client.sent()).isEmpty();
    }

    @Test
    void theIntervalThatIsLeftIsSentEachTime() {
        VirtualClient client = restarts.create();
        client.client.publish(expiring("a", Qos.AT_LEAST_ONCE, 60)).subscribe();
        client.passes(Duration.ofMillis(10_500));
        connected(client, false);
        assertThat(client.sent()).containsExactly(new Publish(expiring("a", Qos.AT_LEAST_ONCE, 50), 1, false));
        client.cuts();
        client.passes(Duration.ofSeconds(20));
        client.opens();
        client.sent();

        client.sends(ConnAck.accepted(true));

        assertThat(client.sent()).containsExactly(new Publish(expiring("a", Qos.AT_LEAST_ONCE, 30), 1, true));
    }

    @Test
    @Spec("MQTT-4.4.0-1")
    void whatWasSentIsSentAgainEvenIfItHasExpiredSince() {
        VirtualClient first = restarts.connected(false);
        first.client.publish(expiring("a", Qos.AT_LEAST_ONCE, 60)).subscribe();

        VirtualClient second = restarts.create();
        second.wallClockJumps(Duration.ofMinutes(2));
        connected(second, true);

        assertThat(second.sent()).containsExactly(new Publish(expiring("a", Qos.AT_LEAST_ONCE, 1), 1, true));
    }

    @Test
    void theDeadlineIsAbsoluteOverARestart() {
        VirtualClient first = restarts.create();
        first.client.publish(expiring("a", Qos.AT_LEAST_ONCE, 60)).subscribe();
        first.client.publish(expiring("b", Qos.AT_LEAST_ONCE, 600)).subscribe();

        VirtualClient second = restarts.create();
        List<PublishReceipt> receipts = new ArrayList<>();
        second.client.receipts().subscribe(receipts::add);
        second.wallClockJumps(Duration.ofMinutes(2));
        connected(second, false);

        assertThat(second.sent()).containsExactly(new Publish(expiring("b", Qos.AT_LEAST_ONCE, 480), 1, false));
        assertThat(receipts).singleElement().satisfies(receipt -> assertThat(
                        receipt.result().failure())
                .isInstanceOf(MessageExpiredException.class));
    }
}

package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.TakingTurns.MESSAGE;
import static io.reactivemqtt.reactor.TakingTurns.statusOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Processes with one Session take turns: who stands by has it when the one before has left, or is gone, and nobody fights. */
class StandbyTest {

    private final TakingTurns turns = new TakingTurns();
    private final SessionLeases first = turns.leases.process();
    private final SessionLeases second = turns.leases.process();
    private final VirtualClient active = turns.client(first);
    private final VirtualClient standby = turns.client(second);
    private final List<String> signals = turns.signals;

    private void bothConnect() {
        turns.connects(active, "active");
        active.accept(false);
        turns.connects(standby, "standby");
        standby.passes(Duration.ofHours(2));
    }

    @Test
    void whoStandsByWaitsHoweverLongThatTakes() {
        bothConnect();

        assertThat(signals).containsExactly("active connected");
        assertThat(standby.attempts()).isZero();
        assertThat(statusOf(standby)).isEqualTo(Status.STANDING_BY);
        assertThat(standby.events()).contains(new ClientEvent.StandingBy("c"));
        assertThat(statusOf(active)).isEqualTo(Status.CONNECTED);
    }

    @Test
    void itHasTheSessionWhenTheOneBeforeDisconnects() {
        bothConnect();

        active.client.disconnect().subscribe();
        standby.passes(Duration.ZERO);
        standby.accept(false);

        assertThat(signals).containsExactly("active connected", "standby connected");
        assertThat(first.held()).isEmpty();
        assertThat(second.held()).containsExactly(SessionKey.of("c"));
    }

    @Test
    void itHasTheSessionWhenTheOneBeforeIsGone() {
        bothConnect();

        first.close();
        standby.passes(Duration.ZERO);
        standby.accept(true);

        assertThat(signals).endsWith("standby connected");
    }

    @Test
    void whoStoodStillStandsByInsteadOfFighting() {
        bothConnect();
        active.client
                .subscribe("a", Qos.AT_LEAST_ONCE)
                .subscribe(message -> {}, error -> signals.add("subscriber failed: " + error));
        active.grants();
        first.close(); // it had stood still
        standby.passes(Duration.ZERO);
        standby.accept(true);

        TakingTurns.isToldOfAnother(active);
        active.passes(Duration.ofHours(1));

        assertThat(statusOf(active)).isEqualTo(Status.STANDING_BY);
        assertThat(active.hasConnection()).isFalse();
        assertThat(statusOf(standby)).isEqualTo(Status.CONNECTED);

        standby.client.disconnect().subscribe();
        active.passes(Duration.ZERO);
        active.opens();
        active.sent();
        active.sends(ConnAck.accepted(false));
        assertThat(statusOf(active)).isEqualTo(Status.CONNECTED);
        assertThat(signals).containsExactly("active connected", "standby connected");
        assertThat(active.sent()).as("its subscriber goes on").anyMatch(packet -> packet instanceof Subscribe);
    }

    @Test
    void whoseStoreSaysThatTheSessionIsAnothersStandsByToo() {
        bothConnect();
        first.close();
        standby.passes(Duration.ZERO);
        standby.accept(true);

        active.client.enqueue(MESSAGE).subscribe(id -> {}, error -> signals.add("enqueue failed"));
        active.passes(Duration.ofHours(1));

        assertThat(statusOf(active)).isEqualTo(Status.STANDING_BY);
        assertThat(statusOf(standby)).isEqualTo(Status.CONNECTED);
    }

    @Test
    void aSessionThatIsTakenOutOfTurnIsNotTakenBackUnlessThatIsWished() {
        turns.connects(active, "active");
        active.accept(false);

        turns.takenOutOfTurn(active);
        active.passes(Duration.ofHours(1));

        assertThat(statusOf(active)).isEqualTo(Status.STOPPED);
        assertThat(active.attempts()).isEqualTo(1);
        assertThat(first.held()).as("others may have their turn").isEmpty();

        turns.connects(active, "active");
        active.accept(true);
        assertThat(statusOf(active)).isEqualTo(Status.CONNECTED);
    }

    @Test
    void whoeverCancelsStandsByNoMore() {
        turns.connects(active, "active");
        active.accept(false);
        Disposable waiting = turns.connects(standby, "standby");
        standby.passes(Duration.ZERO);

        waiting.dispose();
        standby.passes(Duration.ZERO);

        assertThat(statusOf(standby)).isEqualTo(Status.STOPPED);
        active.client.disconnect().subscribe();
        standby.passes(Duration.ofHours(1));
        assertThat(standby.attempts()).isZero();
        assertThat(second.held()).isEmpty();
    }

    @Test
    void whoeverDisconnectsStandsByNoMore() {
        bothConnect();

        standby.client.disconnect().subscribe(nothing -> {}, error -> {}, () -> signals.add("standby left"));
        standby.passes(Duration.ZERO);

        assertThat(signals)
                .containsExactly("active connected", "standby failed: ClientClosedException", "standby left");
        active.client.disconnect().subscribe();
        standby.passes(Duration.ofHours(1));
        assertThat(second.held()).isEmpty();
        assertThat(standby.attempts()).isZero();
    }

    @Test
    void itStandsByAgainAfterADisconnect() {
        bothConnect();
        active.client.disconnect().subscribe();
        standby.passes(Duration.ZERO);
        standby.accept(false);

        turns.connects(active, "active");
        active.passes(Duration.ZERO);
        assertThat(statusOf(active)).isEqualTo(Status.STANDING_BY);
        standby.client.disconnect().subscribe();
        active.passes(Duration.ZERO);
        active.accept(false);

        assertThat(signals).containsExactly("active connected", "standby connected", "active connected");
    }

    @Test
    void aLostConnectionIsNoReasonToLetOthersHaveTheirTurn() {
        bothConnect();

        active.cuts();
        active.passes(Duration.ofMinutes(5));
        active.accept(true);

        assertThat(statusOf(active)).isEqualTo(Status.CONNECTED);
        assertThat(statusOf(standby)).isEqualTo(Status.STANDING_BY);
    }

    @Test
    void whatIsEnqueuedWhileItStandsByIsAcceptedInItsTurn() {
        bothConnect();
        standby.client
                .enqueue(MESSAGE)
                .subscribe(id -> signals.add("enqueued"), error -> signals.add("enqueue failed"));
        standby.passes(Duration.ofHours(1));
        assertThat(signals).containsExactly("active connected");

        active.client.disconnect().subscribe();
        standby.passes(Duration.ZERO);

        assertThat(signals).endsWith("enqueued");
    }

    @Test
    void whoStandsByNeedsAStore() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualClient.create(options -> options.standby(first)))
                .withMessageContaining("sessionStore()");
    }
}

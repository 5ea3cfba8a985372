package io.reactivemqtt.reactor;

import static io.reactivemqtt.reactor.TakingTurns.MESSAGE;
import static io.reactivemqtt.reactor.TakingTurns.statusOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Who has left has no lease, and who has the Session has one, in whatever order things come; and the state says which it is. */
class StandbyRacesTest {

    private static final SessionKey KEY = SessionKey.of("c");

    private final TakingTurns turns = new TakingTurns();
    private final SlowLeases first = new SlowLeases(turns.leases.process());
    private final SessionLeases second = turns.leases.process();
    private final List<String> signals = turns.signals;

    /** Another process has its turn after that of {@link #first}, which had stood still. */
    private VirtualClient followed() {
        VirtualClient standby = turns.client(second);
        turns.connects(standby, "standby");
        first.close();
        standby.accept(true);
        return standby;
    }

    /** Leases answer what they were asked, and what follows from that. */
    private void answer(VirtualClient client) {
        first.work();
        client.passes(Duration.ZERO);
        first.work();
    }

    // ---- who has left

    @Test
    void aLeaseThatIsClaimedAgainIsNotKeptByWhoLeavesMeanwhile() {
        VirtualClient active = turns.connected(first, "active");
        first.slow();
        first.lose(KEY);

        active.client.disconnect().subscribe();
        active.passes(Duration.ZERO);
        answer(active);

        assertThat(statusOf(active)).isEqualTo(Status.CLOSED);
        assertThat(first.held()).isEmpty();
    }

    private VirtualClient taken(Consumer<ClientOptions.Builder> more) {
        VirtualClient active = turns.client(first, more);
        turns.connects(active, "active");
        active.accept(false);
        turns.takenOutOfTurn(active);
        return active;
    }

    @Test
    void whoDisconnectsAfterTheSessionWasTakenOverHoldsNothing() {
        VirtualClient active = taken(options -> {});

        active.client.disconnect().subscribe();
        active.passes(Duration.ofHours(1));

        assertThat(first.held()).isEmpty();
    }

    @Test
    void whoStopsForTheSessionWasTakenOverHoldsNothing() {
        VirtualClient active = taken(options -> options.reconnect(policy -> policy.maxAttempts(0)));
        active.passes(Duration.ofHours(1));

        assertThat(statusOf(active)).isEqualTo(Status.STOPPED);
        assertThat(first.held()).isEmpty();
    }

    @Test
    void whoeverCancelsWhileItStandsByAfterAFailureStandsByNoMore() {
        VirtualClient active = turns.connected(second, "active");
        first.fail(new StoreException("it is down", null));
        VirtualClient standby = turns.client(first, options -> options.reconnect(policy -> policy.retryFirst(true)));
        Disposable waiting = turns.connects(standby, "standby");
        standby.passes(Duration.ZERO);
        assertThat(statusOf(standby)).isEqualTo(Status.WAITING);
        first.fail(null);
        standby.passes(Duration.ofMinutes(1));
        assertThat(statusOf(standby)).isEqualTo(Status.STANDING_BY);

        waiting.dispose();
        standby.passes(Duration.ZERO);

        assertThat(statusOf(standby)).isEqualTo(Status.STOPPED);
        active.client.disconnect().subscribe();
        standby.passes(Duration.ofHours(1));
        assertThat(first.held()).isEmpty();
        assertThat(standby.attempts()).isZero();
    }

    @Test
    void whoeverCancelsWhileItClaimsAfterAFailureHoldsNothing() {
        first.fail(new StoreException("it is down", null));
        VirtualClient client = turns.client(first, options -> options.reconnect(policy -> policy.retryFirst(true)));
        Disposable waiting = turns.connects(client, "client");
        client.passes(Duration.ZERO);
        first.fail(null);
        first.slow();
        client.passes(Duration.ofSeconds(1));

        waiting.dispose();
        first.work();
        client.passes(Duration.ofHours(1));
        first.work();

        assertThat(statusOf(client)).isEqualTo(Status.STOPPED);
        assertThat(client.attempts()).isZero();
        assertThat(first.held()).isEmpty();
    }

    @Test
    void aConnectThatIsCancelledBehindADisconnectClaimsNothing() {
        VirtualClient active = turns.connected(first, "active");
        first.slow();
        active.client.disconnect().subscribe();
        active.passes(Duration.ofMillis(1));
        Disposable behind = turns.connects(active, "behind");
        behind.dispose();

        active.passes(Duration.ZERO);
        answer(active);
        active.passes(Duration.ZERO);

        assertThat(first.held()).isEmpty();
    }

    // ---- who has the Session

    @Test
    void whoeverConnectsAgainAfterACancelHoldsTheLease() {
        VirtualClient active = turns.client(first);
        first.slow();
        Disposable impatient = turns.connects(active, "impatient");
        impatient.dispose();
        turns.connects(active, "active");
        answer(active);
        active.passes(Duration.ZERO);
        first.work();
        active.accept(false);

        assertThat(signals).containsExactly("active connected");
        assertThat(first.held()).containsExactly(KEY);
    }

    @Test
    void whoLostTheLeaseAndTheStoreAtOnceHoldsIt() {
        VirtualClient active = turns.connected(first, "active");
        first.slow();
        first.lose(KEY);
        active.client.disconnect().subscribe();
        active.passes(Duration.ofMillis(1));
        turns.connects(active, "again");
        answer(active);
        active.passes(Duration.ZERO);
        first.work();
        active.accept(true);

        assertThat(signals).containsExactly("active connected", "again connected");
        assertThat(first.held()).containsExactly(KEY);
    }

    @Test
    void whoeverStoodByAfterItLostItsTurnHasTheSessionThatAnotherHadMeanwhile() {
        VirtualClient active = turns.connected(first, "active");
        VirtualClient standby = followed();
        TakingTurns.isToldOfAnother(active);
        active.passes(Duration.ofMinutes(1));
        assertThat(statusOf(active)).isEqualTo(Status.STANDING_BY);

        standby.client.disconnect().subscribe();
        active.passes(Duration.ofMinutes(1));

        assertThat(statusOf(active)).isEqualTo(Status.CONNECTING);
        active.accept(true);
        assertThat(statusOf(active)).isEqualTo(Status.CONNECTED);
        assertThat(first.held()).containsExactly(KEY);
    }

    @Test
    void whoStandsByForASecondTurnIsConnectedHoweverManyAttemptsThatTakes() {
        VirtualClient active = turns.connected(first, "active");
        VirtualClient standby = followed();
        TakingTurns.isToldOfAnother(active);
        turns.connects(active, "again"); // while it waits
        active.passes(Duration.ofMinutes(1));
        assertThat(statusOf(active)).isEqualTo(Status.STANDING_BY);

        standby.client.disconnect().subscribe();
        active.passes(Duration.ZERO);
        active.refusesTcp(new IOException("refused"));
        active.passes(Duration.ofMinutes(5));

        assertThat(active.attempts()).isGreaterThan(2);
        active.accept(true);
        assertThat(statusOf(active)).isEqualTo(Status.CONNECTED);
    }

    @Test
    void aClaimThatFailsIsTriedAgainByWhoWasConnected() {
        VirtualClient active = turns.connected(first, "active");
        followed();
        first.fail(new StoreException("it is down", null));
        TakingTurns.isToldOfAnother(active);
        active.passes(Duration.ofMinutes(10));
        assertThat(statusOf(active)).isEqualTo(Status.WAITING);

        first.fail(null);
        active.passes(Duration.ofMinutes(10));

        assertThat(statusOf(active)).isEqualTo(Status.STANDING_BY);
    }

    // ---- the state

    @Test
    void whoseStoreFailsInItsTurnStandsByNoMore() {
        VirtualClient active = turns.connected(second, "active");
        VirtualClient standby = turns.client(first);
        turns.connects(standby, "standby");
        standby.passes(Duration.ZERO);
        turns.store.fails();

        active.client.disconnect().subscribe();
        standby.passes(Duration.ofHours(1));

        assertThat(signals).containsExactly("active connected", "standby failed: StoreException");
        assertThat(statusOf(standby)).isNotEqualTo(Status.STANDING_BY);
    }

    @Test
    void whoseTurnItIsStandsByNoMoreThoughItConnectsLater() {
        VirtualClient active = turns.connected(second, "active");
        VirtualClient standby = turns.client(first);
        standby.client.enqueue(MESSAGE).subscribe();
        standby.passes(Duration.ZERO);
        assertThat(statusOf(standby)).isEqualTo(Status.STANDING_BY);

        active.client.disconnect().subscribe();
        standby.passes(Duration.ZERO);

        assertThat(first.held()).containsExactly(KEY);
        assertThat(statusOf(standby)).isEqualTo(Status.NEW);
    }

    @Test
    void whoNeverHeardOfALeaseIsToldAfterTheStoresTime() {
        VirtualClient active = turns.client(first);
        first.slow();
        turns.connects(active, "active");

        active.passes(Duration.ofHours(1));

        assertThat(signals).containsExactly("active failed: StoreException");
    }
}

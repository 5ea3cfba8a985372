package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Who has left has no lease, and who has the Session has one, in whatever order things come; and the state says which it is. */
class StandbyRacesTest {

    private static final ApplicationMessage MESSAGE = ApplicationMessage.of("a", "1", Qos.AT_LEAST_ONCE);
    private static final SessionKey KEY = SessionKey.of("c");

    private final StrictStore store = new StrictStore();
    private final SharedLeases leases = new SharedLeases();
    private final SlowLeases first = new SlowLeases(leases.process());
    private final SessionLeases second = leases.process();
    private final List<String> signals = new ArrayList<>();

    private VirtualClient client(SessionLeases process) {
        return client(process, options -> {});
    }

    private VirtualClient client(SessionLeases process, Consumer<ClientOptions.Builder> more) {
        return VirtualClient.create(options -> {
            options.durableSession("c", Duration.ofHours(1), store).standby(process);
            more.accept(options);
        });
    }

    private Disposable connects(VirtualClient client, String name) {
        return client.client
                .connect()
                .subscribe(
                        result -> signals.add(name + " connected"),
                        error -> signals.add(
                                name + " failed: " + error.getClass().getSimpleName()));
    }

    private VirtualClient connected(SessionLeases process, String name) {
        VirtualClient client = client(process);
        connects(client, name);
        client.accept(false);
        return client;
    }

    private static Status statusOf(VirtualClient client) {
        return client.client.state().status();
    }

    // ---- who has left

    @Test
    void aLeaseThatIsClaimedAgainIsNotKeptByWhoLeavesMeanwhile() {
        VirtualClient active = connected(first, "active");
        first.slow();
        first.lose(KEY);

        active.client.disconnect().subscribe();
        active.passes(Duration.ZERO);
        first.work();
        active.passes(Duration.ZERO);
        first.work();

        assertThat(statusOf(active)).isEqualTo(Status.CLOSED);
        assertThat(first.held()).isEmpty();
    }

    private VirtualClient taken(Consumer<ClientOptions.Builder> more) {
        VirtualClient active = client(first, more);
        connects(active, "active");
        active.accept(false);
        VirtualClient careless =
                VirtualClient.create(options -> options.durableSession("c", Duration.ofHours(1), store));
        connects(careless, "careless");
        careless.accept(true);
        active.sends(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
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
        VirtualClient active = connected(second, "active");
        first.fail(new StoreException("it is down", null));
        VirtualClient standby = client(first, options -> options.reconnect(policy -> policy.retryFirst(true)));
        Disposable waiting = connects(standby, "standby");
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
        VirtualClient client = client(first, options -> options.reconnect(policy -> policy.retryFirst(true)));
        Disposable waiting = connects(client, "client");
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
        VirtualClient active = connected(first, "active");
        first.slow();
        active.client.disconnect().subscribe();
        active.passes(Duration.ofMillis(1));
        Disposable behind = connects(active, "behind");
        behind.dispose();

        active.passes(Duration.ZERO);
        first.work();
        active.passes(Duration.ZERO);
        first.work();
        active.passes(Duration.ZERO);

        assertThat(first.held()).isEmpty();
    }

    // ---- who has the Session

    @Test
    void whoeverConnectsAgainAfterACancelHoldsTheLease() {
        VirtualClient active = client(first);
        first.slow();
        Disposable impatient = connects(active, "impatient");
        impatient.dispose();
        connects(active, "active");
        first.work();
        active.passes(Duration.ZERO);
        first.work();
        active.passes(Duration.ZERO);
        first.work();
        active.accept(false);

        assertThat(signals).containsExactly("active connected");
        assertThat(first.held()).containsExactly(KEY);
    }

    @Test
    void whoLostTheLeaseAndTheStoreAtOnceHoldsIt() {
        VirtualClient active = connected(first, "active");
        first.slow();
        first.lose(KEY);
        active.client.disconnect().subscribe();
        active.passes(Duration.ofMillis(1));
        connects(active, "again");
        first.work();
        active.passes(Duration.ZERO);
        first.work();
        active.passes(Duration.ZERO);
        first.work();
        active.accept(true);

        assertThat(signals).containsExactly("active connected", "again connected");
        assertThat(first.held()).containsExactly(KEY);
    }

    @Test
    void whoeverStoodByAfterItLostItsTurnHasTheSessionThatAnotherHadMeanwhile() {
        VirtualClient active = connected(first, "active");
        VirtualClient standby = client(second);
        connects(standby, "standby");
        first.close(); // it had stood still
        standby.accept(true);
        active.sends(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
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
        VirtualClient active = connected(first, "active");
        VirtualClient standby = client(second);
        connects(standby, "standby");
        first.close(); // it had stood still
        standby.accept(true);
        active.sends(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
        connects(active, "again"); // while it waits
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
        VirtualClient active = connected(first, "active");
        VirtualClient standby = client(second);
        connects(standby, "standby");
        first.close(); // it had stood still
        standby.accept(true);
        first.fail(new StoreException("it is down", null));
        active.sends(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
        active.passes(Duration.ofMinutes(10));
        assertThat(statusOf(active)).isEqualTo(Status.WAITING);

        first.fail(null);
        active.passes(Duration.ofMinutes(10));

        assertThat(statusOf(active)).isEqualTo(Status.STANDING_BY);
    }

    // ---- the state

    @Test
    void whoseStoreFailsInItsTurnStandsByNoMore() {
        VirtualClient active = connected(second, "active");
        VirtualClient standby = client(first);
        connects(standby, "standby");
        standby.passes(Duration.ZERO);
        store.fails();

        active.client.disconnect().subscribe();
        standby.passes(Duration.ofHours(1));

        assertThat(signals).containsExactly("active connected", "standby failed: StoreException");
        assertThat(statusOf(standby)).isNotEqualTo(Status.STANDING_BY);
    }

    @Test
    void whoseTurnItIsStandsByNoMoreThoughItConnectsLater() {
        VirtualClient active = connected(second, "active");
        VirtualClient standby = client(first);
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
        VirtualClient active = client(first);
        first.slow();
        connects(active, "active");

        active.passes(Duration.ofHours(1));

        assertThat(signals).containsExactly("active failed: StoreException");
    }
}

package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Recovery gives what is asked for, when it is asked for, by the rules of Reactive Streams. */
public interface DemandContract extends StoreUnderTest {

    @Test
    default void recoveryWithoutDemandEmitsNothing(StoreBench bench) {
        Signals<SessionChange> recovery = recovery(bench, 100, 0);

        bench.take("other").append(received(1)).close(); // time in which a store that ignores demand emits
        assertEquals(0, recovery.received());
        assertFalse(recovery.hasEnded());

        assertEquals(received(1, 100), recovery.request(Long.MAX_VALUE).awaitCompletion());
    }

    @Test
    default void subscribeOfRecoverReturnsWithoutDemand(StoreBench bench) {
        bench.take().append(received(1, 100)).close();

        Signals<SessionChange> recovery = bench.assertSubscribeReturns(
                "recover", bench.open(StoreBench.CLIENT).recover());

        assertEquals(received(1, 100), recovery.request(Long.MAX_VALUE).awaitCompletion());
    }

    @Test
    default void recoveryIsAskedForOneByOne(StoreBench bench) {
        Signals<SessionChange> recovery = recovery(bench, 200, 0);

        for (int i = 1; i <= 200; i++) {
            assertEquals(i, recovery.request(1).awaitElements(i).received());
        }

        assertEquals(received(1, 200), recovery.request(1).awaitCompletion());
    }

    @Test
    default void recoveryIsAskedForInUnevenPortions(StoreBench bench) {
        Signals<SessionChange> recovery = recovery(bench, 1_000, 0);

        int asked = 0;
        for (int portion = 1; asked + portion < 1_000; portion = portion * 2 + 1) {
            asked += portion;
            assertEquals(asked, recovery.request(portion).awaitElements(asked).received());
        }

        assertEquals(received(1, 1_000), recovery.request(1_000).awaitCompletion());
    }

    @Test
    default void recoveryIsAskedForMoreThanThereIs(StoreBench bench) {
        assertEquals(received(1, 10), recovery(bench, 10, 1_000).awaitCompletion());
    }

    @Test
    default void demandMayAddUpToMoreThanALong(StoreBench bench) {
        Signals<SessionChange> recovery = recovery(bench, 100, 1);

        recovery.request(Long.MAX_VALUE).request(Long.MAX_VALUE).request(1);

        assertEquals(received(1, 100), recovery.awaitCompletion());
    }

    @Test
    default void emptyRecoveryCompletes(StoreBench bench) {
        assertEquals(
                List.of(),
                bench.subscribe("recover", bench.open(StoreBench.CLIENT).recover(), 1)
                        .awaitCompletion());
    }

    @Test
    default void requestOfNothingFailsTheRecovery(StoreBench bench) {
        Signals<SessionChange> recovery = recovery(bench, 100, 1).awaitElements(1);

        recovery.requestNonsense(0).awaitError(IllegalArgumentException.class);

        bench.assertRecovered(StoreBench.CLIENT, received(1, 100));
    }

    @Test
    default void negativeRequestFailsTheRecovery(StoreBench bench) {
        Signals<SessionChange> recovery = recovery(bench, 100, 0);

        recovery.requestNonsense(Long.MIN_VALUE).awaitError(IllegalArgumentException.class);

        assertEquals(0, recovery.received());
        bench.assertRecovered(StoreBench.CLIENT, received(1, 100));
    }

    @Test
    default void requestFromWithinASignalDoesNotPileUpTheStack(StoreBench bench) {
        bench.take().append(received(1, 5_000)).close();
        Signals<SessionChange> recovery = bench.signals("recover", (signals, change) -> signals.request(1));

        bench.subscribe(bench.open(StoreBench.CLIENT).recover(), recovery, 1);

        assertEquals(received(1, 5_000), recovery.awaitCompletion());
        assertTrue(
                recovery.deepestRecursion() <= 100,
                () -> "calls of onNext inside each other: " + recovery.deepestRecursion());
    }

    @Test
    default void severalThreadsMayRequestAtOnce(StoreBench bench) {
        int each = 1_000;
        Signals<SessionChange> recovery = recovery(bench, 4 * each, 0);
        List<Future<Boolean>> requesters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            requesters.add(bench.start(() -> {
                for (int k = 0; k < each; k++) {
                    recovery.request(1);
                }
                return true;
            }));
        }
        requesters.forEach(requester -> bench.await(requester, "a request"));

        assertEquals(received(1, 4 * each), recovery.request(1).awaitCompletion());
    }

    @Test
    default void requestAfterTheEndDoesNothing(StoreBench bench) {
        Signals<SessionChange> recovery = recovery(bench, 10, 100);
        recovery.awaitCompletion();

        recovery.request(1).request(Long.MAX_VALUE);
        bench.take().close();

        assertEquals(10, recovery.received());
    }

    @Test
    default void twoOwnersOneAfterTheOtherRecoverTheSame(StoreBench bench) {
        RandomHistory history = new RandomHistory(5_000);
        SessionOwner owner = bench.take();
        for (int i = 0; i < 30; i++) {
            owner.append(history.next());
        }

        SessionOwner first = bench.take();
        SessionOwner second = bench.take();

        Changes.assertSame("the second recovery", first.recovered(), second.recovered());
    }

    @Test
    default void ownerAppendsAfterARecoveryThatItAskedForOneByOne(StoreBench bench) {
        bench.take().append(received(1, 20)).close();
        SessionLog log = bench.open(StoreBench.CLIENT);
        Signals<SessionChange> recovery = bench.signals("recover", (signals, change) -> signals.request(1));
        SessionOwner owner = new SessionOwner(
                bench, log, bench.subscribe(log.recover(), recovery, 1).awaitCompletion());

        owner.append(received(21));

        bench.assertRecovered(StoreBench.CLIENT, received(1, 21));
    }

    @Test
    default void nullSubscriberOfARecoveryIsRefused(StoreBench bench) {
        SessionLog log = bench.open(StoreBench.CLIENT);

        assertThrows(NullPointerException.class, () -> log.recover().subscribe(null));
    }

    private static Signals<SessionChange> recovery(StoreBench bench, int size, long demand) {
        bench.take().append(received(1, size)).close();
        return bench.subscribe("recover", bench.open(StoreBench.CLIENT).recover(), demand);
    }
}

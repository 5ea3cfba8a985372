package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever is cancelled: nothing is lost, nothing is there by half, and the next owner goes on. */
public interface CancellationContract extends StoreUnderTest {

    @Test
    default void openCancelledBeforeItEmitsLosesNothing(StoreBench bench) {
        bench.take().append(received(1, 10)).close();

        bench.subscribe("open", bench.store().open(StoreBench.KEY), 0).cancel();

        bench.assertRecovered(StoreBench.CLIENT, received(1, 10)).append(received(11));
    }

    @Test
    default void openCancelledAtOnceAgainAndAgainLeavesTheStoreInOrder(StoreBench bench) {
        for (int i = 0; i < 100; i++) {
            bench.subscribe("open", bench.store().open(StoreBench.KEY)).cancel();
        }

        bench.take().append(received(1)).close();
        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1)));
    }

    @Test
    default void recoveryCancelledBeforeItsFirstElementLosesNothing(StoreBench bench) {
        assertNothingIsLostByCancellingAfter(bench, 0);
    }

    @Test
    default void recoveryCancelledAfterItsFirstElementLosesNothing(StoreBench bench) {
        assertNothingIsLostByCancellingAfter(bench, 1);
    }

    @Test
    default void recoveryCancelledInTheMiddleLosesNothing(StoreBench bench) {
        assertNothingIsLostByCancellingAfter(bench, 500);
    }

    @Test
    default void recoveryCancelledBeforeItsLastElementLosesNothing(StoreBench bench) {
        assertNothingIsLostByCancellingAfter(bench, 999);
    }

    private static void assertNothingIsLostByCancellingAfter(StoreBench bench, int elements) {
        bench.take().append(received(1, 1_000)).close();
        SessionLog log = bench.open(StoreBench.CLIENT);
        Signals<SessionChange> recovery = bench.subscribe("recover", log.recover(), elements);
        recovery.awaitElements(elements).cancel().request(Long.MAX_VALUE);
        bench.subscribe("close", log.close()).awaitCompletion();

        bench.assertRecovered(StoreBench.CLIENT, received(1, 1_000)).append(received(1_001));

        assertEquals(received(1, elements), recovery.elements(), "no element comes after the cancellation");
    }

    @Test
    default void recoveryCancelledFromWithinASignalStops(StoreBench bench) {
        bench.take().append(received(1, 5_000)).close();
        SessionLog log = bench.open(StoreBench.CLIENT);
        Signals<SessionChange> recovery = bench.signals("recover", (signals, change) -> {
            if (signals.received() == 3) {
                signals.cancel();
            }
        });
        bench.subscribe(log.recover(), recovery, Long.MAX_VALUE).awaitElements(3);
        bench.subscribe("close", log.close()).awaitCompletion();

        bench.assertRecovered(StoreBench.CLIENT, received(1, 5_000));

        assertTrue(recovery.received() < 5_000, "recovery goes on after it was cancelled");
    }

    @Test
    default void cancellingTwiceIsAsCancellingOnce(StoreBench bench) {
        bench.take().append(received(1, 100)).close();
        SessionLog log = bench.open(StoreBench.CLIENT);
        bench.subscribe("recover", log.recover(), 5).awaitElements(5).cancel().cancel();
        bench.subscribe("close", log.close()).awaitCompletion();

        bench.assertRecovered(StoreBench.CLIENT, received(1, 100));
    }

    @Test
    default void cancellingAfterTheEndDoesNothing(StoreBench bench) {
        SessionOwner owner = bench.take().append(received(1));
        Signals<Void> append = owner.appending(List.of(received(2)));
        append.awaitCompletion();

        append.cancel();

        owner.append(received(3)).close();
        bench.assertRecovered(StoreBench.CLIENT, received(1, 3));
    }

    @Test
    default void manyCancelledRecoveriesHoldNothing(StoreBench bench) {
        bench.take().append(received(1, 1_000)).close();
        for (int i = 0; i < 200; i++) {
            SessionLog log = bench.open(StoreBench.CLIENT);
            bench.subscribe("recover", log.recover(), 1).awaitElements(1).cancel();
            bench.subscribe("close", log.close()).awaitCompletion();
        }

        bench.assertRecovered(StoreBench.CLIENT, received(1, 1_000)).append(received(1_001));
    }

    @Test
    default void cancelledAppendIsThereWhollyOrNotAtAll(StoreBench bench) {
        int kept = 0;
        for (int round = 0; round < 30; round++) {
            SessionOwner owner = bench.assertRecovered(StoreBench.CLIENT, received(1, kept));
            owner.appending(received(kept + 1, kept + 500)).cancel();

            List<SessionChange> recovered = bench.take().recovered();
            assertTrue(
                    recovered.equals(received(1, kept)) || recovered.equals(received(1, kept + 500)),
                    "of a cancelled append of 500 changes there are " + (recovered.size() - kept));
            kept = recovered.size();
            if (round % 10 == 9) {
                bench.crash();
            }
        }
    }
}

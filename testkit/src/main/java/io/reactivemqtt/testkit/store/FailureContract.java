package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A failure reaches whoever appended, once; nothing that was durable is lost by it. Needs {@link #failNextAppend}. */
public interface FailureContract extends StoreUnderTest {

    @Test
    default void failureReachesWhoeverAppended(StoreBench bench) {
        SessionOwner owner = bench.take();
        bench.failNextAppend();

        StoreException failure = owner.appending(List.of(received(1))).awaitError(StoreException.class);

        assertNotNull(failure.getMessage());
    }

    @Test
    default void failureReachesWhoeverAppendedWithoutDemand(StoreBench bench) {
        SessionOwner owner = bench.take();
        bench.failNextAppend();

        bench.subscribe("append", owner.log().append(List.of(received(1))), 0).awaitError(StoreException.class);
    }

    @Test
    default void failedAppendIsThereWhollyOrNotAtAll(StoreBench bench) {
        SessionOwner owner = bench.take().append(received(1, 10));
        bench.failNextAppend();

        owner.appending(received(11, 1_000)).awaitError(StoreException.class);
        owner.close();

        assertWhollyOrNotAtAll(bench);
    }

    @Test
    default void failedAppendIsThereWhollyOrNotAtAllAfterACrash(StoreBench bench) {
        SessionOwner owner = bench.take().append(received(1, 10));
        bench.failNextAppend();

        owner.appending(received(11, 1_000)).awaitError(StoreException.class);
        bench.crash();

        assertWhollyOrNotAtAll(bench);
    }

    private static void assertWhollyOrNotAtAll(StoreBench bench) {
        List<SessionChange> recovered = bench.take().recovered();
        assertTrue(
                recovered.equals(received(1, 10)) || recovered.equals(received(1, 1_000)),
                "of a failed append of 990 changes there are " + (recovered.size() - 10));
    }

    @Test
    default void closeCompletesAfterAFailure(StoreBench bench) {
        SessionOwner owner = bench.take();
        bench.failNextAppend();
        owner.appending(List.of(received(1))).awaitError(StoreException.class);

        owner.close().close();
    }

    @Test
    default void nextOwnerAppendsAfterAFailure(StoreBench bench) {
        SessionOwner failed = bench.take().append(accepted(1));
        bench.failNextAppend();
        failed.appending(List.of(accepted(2))).awaitError(StoreException.class);
        failed.close();

        SessionOwner next = bench.take();
        next.append(accepted(3)).close();

        List<SessionChange> expected = next.recovered().size() == 1
                ? List.of(accepted(1), accepted(3))
                : List.of(accepted(1), accepted(2), accepted(3));
        bench.assertRecovered(StoreBench.CLIENT, expected).close();
        bench.crash();
        bench.assertRecovered(StoreBench.CLIENT, expected);
    }

    @Test
    default void failureOfOneClientLeavesTheOthersAlone(StoreBench bench) {
        SessionOwner failing = bench.take("failing");
        SessionOwner other = bench.take("other").append(received(1));
        bench.failNextAppend();
        failing.appending(List.of(received(100))).awaitError(StoreException.class);

        other.append(received(2)).close();

        bench.crash();
        bench.assertRecovered("other", received(1, 2));
    }

    @Test
    default void takeoverIsToldApartFromAFailure(StoreBench bench) {
        SessionOwner earlier = bench.take();
        SessionOwner later = bench.take();

        earlier.appendRefused(received(1));
        bench.failNextAppend();
        later.appending(List.of(received(1))).awaitError(StoreException.class);
    }

    @Test
    default void failuresInARowAreAllReported(StoreBench bench) {
        for (int i = 0; i < 10; i++) {
            SessionOwner owner = bench.take();
            bench.failNextAppend();
            Signals<Void> append = owner.appending(List.of(received(1)));
            append.awaitError(StoreException.class);
            assertEquals(0, append.received());
            owner.close();
        }
        bench.take().append(received(2)).close();
    }
}

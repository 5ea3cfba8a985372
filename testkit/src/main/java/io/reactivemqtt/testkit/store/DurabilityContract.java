package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What has completed is there after a restart and, as far as {@link #crash} shows one, after a crash; all of it or nothing. */
public interface DurabilityContract extends StoreUnderTest {

    @Test
    default void completedAppendSurvivesACrash(StoreBench bench) {
        bench.take().append(accepted(1), received(1));

        bench.crash();

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1), accepted(1)));
    }

    @Test
    default void everyCompletedAppendSurvivesTheCrashRightAfterIt(StoreBench bench) {
        for (int i = 1; i <= 40; i++) {
            List<SessionChange> before = received(1, i - 1);
            bench.assertRecovered(StoreBench.CLIENT, before).append(received(i));
            bench.crash();
        }
        bench.assertRecovered(StoreBench.CLIENT, received(1, 40));
    }

    @Test
    default void everyPrefixOfAHistorySurvivesACrash(StoreBench bench) {
        RandomHistory history = new RandomHistory(4_711);
        for (int i = 0; i < 60; i++) {
            bench.assertRecovered(StoreBench.CLIENT, history.left()).append(history.next());
            bench.crash();
        }
        bench.assertRecovered(StoreBench.CLIENT, history.left());
    }

    @Test
    default void everyPrefixOfAHistorySurvivesARestart(StoreBench bench) {
        RandomHistory history = new RandomHistory(4_712);
        for (int i = 0; i < 60; i++) {
            bench.assertRecovered(StoreBench.CLIENT, history.left())
                    .append(history.next())
                    .close();
            bench.reopen();
        }
        bench.assertRecovered(StoreBench.CLIENT, history.left());
    }

    @Test
    default void restartWithoutCloseLosesNothing(StoreBench bench) {
        bench.take().append(accepted(1));

        bench.reopen();

        bench.assertRecovered(StoreBench.CLIENT, List.of(accepted(1)));
    }

    @Test
    default void crashAfterManyAppendsLosesNoneOfThem(StoreBench bench) {
        SessionOwner owner = bench.take();
        for (int i = 1; i <= 100; i++) {
            owner.append(received(i));
        }

        bench.crash();

        bench.assertRecovered(StoreBench.CLIENT, received(1, 100));
    }

    @Test
    default void largeAppendSurvivesACrashWhole(StoreBench bench) {
        bench.take().append(received(1, 5_000));

        bench.crash();

        bench.assertRecovered(StoreBench.CLIENT, received(1, 5_000));
    }

    @Test
    default void appendUnderWayAtACrashIsThereWhollyOrNotAtAll(StoreBench bench) {
        int kept = 0;
        for (int round = 0; round < 20; round++) {
            int from = 1 + kept;
            SessionOwner owner = bench.assertRecovered(StoreBench.CLIENT, received(1, kept));
            Signals<Void> append = owner.appending(received(from, from + 999));
            boolean completed = append.hasEnded() && append.error() == null;

            bench.crash();

            int size = bench.take().recovered().size();
            assertTrue(
                    size == kept + 1_000 || (size == kept && !completed),
                    "of an append of 1000 changes " + (size - kept) + " are there; it had "
                            + (completed ? "completed" : "not completed") + " before the crash");
            kept = size;
        }
    }

    @Test
    default void discardedSessionStaysDiscardedAfterACrash(StoreBench bench) {
        bench.take()
                .append(new SequencesReserved(100), accepted(1), received(1))
                .append(new SessionDiscarded());

        bench.crash();

        bench.assertRecovered(StoreBench.CLIENT, List.of(new SequencesReserved(100)));
    }

    @Test
    default void crashDuringRecoveryLosesNothing(StoreBench bench) {
        bench.take().append(received(1, 1_000)).close();
        Signals<SessionChange> recovery =
                bench.subscribe("recover", bench.open(StoreBench.CLIENT).recover(), 10);
        recovery.awaitElements(10);

        bench.crash();

        bench.assertRecovered(StoreBench.CLIENT, received(1, 1_000));
    }

    @Test
    default void crashAfterCloseLosesNothing(StoreBench bench) {
        bench.take().append(accepted(1)).close();

        bench.crash();

        bench.assertRecovered(StoreBench.CLIENT, List.of(accepted(1)));
    }

    @Test
    default void oneCrashLosesNothingOfManyClients(StoreBench bench) {
        List<String> clients = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            String client = "client " + i;
            bench.take(client).append(received(i));
            clients.add(client);
        }

        bench.crash();

        for (int i = 1; i <= 50; i++) {
            bench.assertRecovered(clients.get(i - 1), List.of(received(i)));
        }
    }

    @Test
    default void recoveryChangesNothing(StoreBench bench) {
        RandomHistory history = new RandomHistory(4_713);
        SessionOwner owner = bench.take();
        for (int i = 0; i < 50; i++) {
            owner.append(history.next());
        }
        owner.close();

        for (int i = 0; i < 5; i++) {
            SessionOwner next = bench.assertRecovered(StoreBench.CLIENT, history.left());
            next.close();
            assertEquals(next.recovered(), bench.take().close().recovered(), "recovered twice");
            bench.crash();
        }
    }
}

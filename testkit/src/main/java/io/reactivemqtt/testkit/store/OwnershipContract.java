package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reactivemqtt.exception.SessionTakenOverException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

/** A Session State has one owner: the latest. All earlier ones change nothing any more, and learn it. */
public interface OwnershipContract extends StoreUnderTest {

    @Test
    default void openThatNobodySubscribesToTakesNothingOver(StoreBench bench) {
        SessionOwner owner = bench.take();

        Publisher<SessionLog> unsubscribed = bench.store().open(StoreBench.KEY);
        owner.append(received(1));

        assertEquals(1, bench.subscribe("open", unsubscribed).awaitCompletion().size());
        owner.appendRefused(received(2));
    }

    @Test
    default void openIsDoneOnceForEachSubscription(StoreBench bench) {
        Publisher<SessionLog> open = bench.store().open(StoreBench.KEY);
        SessionLog first = bench.subscribe("open", open).awaitCompletion().get(0);
        SessionOwner earlier = new SessionOwner(
                bench, first, bench.subscribe("recover", first.recover()).awaitCompletion());
        earlier.append(received(1));

        SessionLog second =
                bench.subscribe("the same open", open).awaitCompletion().get(0);

        earlier.appendRefused(received(2));
        assertEquals(
                List.of(received(1)),
                bench.subscribe("recover", second.recover()).awaitCompletion());
    }

    @Test
    default void openEmitsItsLogOnDemandAndCompletes(StoreBench bench) {
        Signals<SessionLog> open =
                bench.assertSubscribeReturns("open", bench.store().open(StoreBench.KEY));

        open.request(1).awaitElements(1).request(1);

        assertEquals(1, open.awaitCompletion().size());
    }

    @Test
    default void earlierOwnerIsRefusedAndChangesNothing(StoreBench bench) {
        SessionOwner earlier = bench.take().append(received(1));
        SessionOwner later = bench.assertRecovered(StoreBench.CLIENT, List.of(received(1)));

        earlier.appendRefused(received(2), accepted(1));
        earlier.appendRefused(new SessionDiscarded());
        later.append(received(3)).close();

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1), received(3)))
                .close();
        bench.crash();
        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1), received(3)));
    }

    @Test
    default void earlierOwnerIsRefusedBeforeTheLaterOneHasRecovered(StoreBench bench) {
        SessionOwner earlier = bench.take();

        SessionLog later = bench.open(StoreBench.CLIENT);

        earlier.appendRefused(received(1));
        assertEquals(List.of(), bench.subscribe("recover", later.recover()).awaitCompletion());
    }

    @Test
    default void everyEarlierOwnerIsRefused(StoreBench bench) {
        List<SessionOwner> owners = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            owners.add(bench.take().append(received(i)));
        }

        owners.subList(0, 9).forEach(owner -> owner.appendRefused(received(100)));
        owners.get(9).append(received(11));

        bench.assertRecovered(StoreBench.CLIENT, received(1, 11));
    }

    @Test
    default void appendAssembledBeforeTheTakeoverIsRefusedAfterIt(StoreBench bench) {
        SessionOwner earlier = bench.take();
        Publisher<Void> append = earlier.log().append(List.of(received(1)));
        SessionOwner later = bench.take();

        bench.subscribe("append", append).awaitError(SessionTakenOverException.class);

        later.close();
        bench.assertRecovered(StoreBench.CLIENT, List.of());
    }

    @Test
    default void earlierOwnerIsRefusedAfterTheLaterOneHasClosed(StoreBench bench) {
        SessionOwner earlier = bench.take();
        bench.take().append(received(1)).close();

        earlier.appendRefused(received(2));

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1)));
    }

    @Test
    default void closingTwiceCompletesTwice(StoreBench bench) {
        bench.take().append(received(1)).close().close();

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1)));
    }

    @Test
    default void closeCompletesWithoutDemand(StoreBench bench) {
        SessionOwner owner = bench.take();

        bench.assertSubscribeReturns("close", owner.log().close()).awaitCompletion();
    }

    @Test
    default void closeThatNobodySubscribesToGivesNothingUp(StoreBench bench) {
        SessionOwner owner = bench.take();

        Publisher<Void> unsubscribed = owner.log().close();
        owner.append(received(1));

        bench.subscribe("close", unsubscribed).awaitCompletion();
        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1)));
    }

    @Test
    default void closeOfAnEarlierOwnerLeavesTheLaterOneAlone(StoreBench bench) {
        SessionOwner earlier = bench.take().append(received(1));
        SessionOwner later = bench.take();

        earlier.close().close();

        later.append(received(2)).close();
        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1), received(2)));
    }

    @Test
    default void closeAfterAnotherHasTakenOverAndClosedCompletes(StoreBench bench) {
        SessionOwner earlier = bench.take();
        bench.take().append(received(1)).close();

        earlier.close();

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1)));
    }

    @Test
    default void sessionIsOpenedAgainAfterClose(StoreBench bench) {
        for (int i = 1; i <= 10; i++) {
            bench.assertRecovered(StoreBench.CLIENT, received(1, i - 1))
                    .append(received(i))
                    .close();
        }
    }

    @Test
    default void recoveryThatIsTakenOverEndsWellOrSaysSo(StoreBench bench) {
        bench.take().append(received(1, 1_000)).close();
        Signals<SessionChange> earlier =
                bench.subscribe("recover", bench.open(StoreBench.CLIENT).recover(), 10);
        earlier.awaitElements(10);

        bench.assertRecovered(StoreBench.CLIENT, received(1, 1_000)).append(received(1_001));
        earlier.request(Long.MAX_VALUE).awaitEnd();

        if (earlier.error() != null) {
            earlier.awaitError(SessionTakenOverException.class);
        } else {
            assertEquals(received(1, 1_000), earlier.elements());
        }
    }

    @Test
    default void appendUnderWayAtATakeoverIsRecoveredOrRefused(StoreBench bench) {
        List<SessionChange> expected = new ArrayList<>();
        SessionOwner owner = bench.take();
        for (int round = 0; round < 40; round++) {
            List<SessionChange> changes = received(1 + round * 100, 100 + round * 100);
            Signals<Void> append = owner.appending(changes);
            SessionOwner later = bench.take();
            append.awaitEnd();
            if (append.error() == null) {
                expected.addAll(changes);
            } else {
                append.awaitError(SessionTakenOverException.class);
            }
            Changes.assertSame(
                    append.error() == null ? "after a completed append" : "after a refused one",
                    expected,
                    later.recovered());
            owner = later;
        }
    }

    @Test
    default void exactlyOneOfManyConcurrentOwnersRemains(StoreBench bench) {
        int count = 8;
        for (int round = 0; round < 5; round++) {
            String client = "round " + round;
            CountDownLatch allHaveOpened = new CountDownLatch(count);
            List<Future<Signals<Void>>> appends = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                SessionChange mark = received(i);
                appends.add(bench.start(() -> {
                    SessionLog log = bench.open(client);
                    bench.subscribe("recover", log.recover()).awaitEnd();
                    allHaveOpened.countDown();
                    allHaveOpened.await();
                    return bench.subscribe("append", log.append(List.of(mark))).awaitEnd();
                }));
            }
            List<SessionChange> expected = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                Signals<Void> append = bench.await(appends.get(i - 1), "one of the owners");
                if (append.error() == null) {
                    expected.add(received(i));
                } else {
                    append.awaitError(SessionTakenOverException.class);
                }
            }
            assertEquals(1, expected.size(), "owners that remain");
            bench.assertRecovered(client, expected);
        }
    }

    @Test
    default void takeoversInATrainLoseNoCompletedAppend(StoreBench bench) {
        int count = 6;
        int each = 15;
        List<Future<List<SessionChange>>> workers = new ArrayList<>();
        for (int worker = 0; worker < count; worker++) {
            int first = 1 + worker * each;
            workers.add(bench.start(() -> {
                List<SessionChange> completed = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    SessionLog log = bench.open(StoreBench.CLIENT);
                    bench.subscribe("recover", log.recover()).awaitEnd();
                    SessionChange mark = received(first + i);
                    Signals<Void> append =
                            bench.subscribe("append", log.append(List.of(mark))).awaitEnd();
                    if (append.error() == null) {
                        completed.add(mark);
                    } else {
                        append.awaitError(SessionTakenOverException.class);
                    }
                }
                return completed;
            }));
        }
        List<SessionChange> completed = new ArrayList<>();
        workers.forEach(worker -> completed.addAll(bench.await(worker, "one of the owners")));

        List<SessionChange> recovered = bench.take().recovered();

        assertEquals(completed.size(), recovered.size(), "completed appends that are recovered");
        assertTrue(recovered.containsAll(completed), "each completed append is recovered");
    }

    // ---- from another process

    @Test
    default void ownerInAnotherProcessTakesOver(StoreBench bench) {
        SessionStore another = bench.another();
        SessionOwner here = bench.take().append(received(1));

        SessionOwner there = bench.take(another, StoreBench.CLIENT);

        assertEquals(List.of(received(1)), there.recovered());
        here.appendRefused(received(2));
        there.append(received(3));
        assertEquals(List.of(received(1), received(3)), bench.take().recovered());
        there.appendRefused(received(4));
    }

    @Test
    default void ownersInTwoProcessesTakeTurns(StoreBench bench) {
        SessionStore another = bench.another();
        SessionOwner last = bench.take();
        for (int i = 1; i <= 20; i++) {
            SessionOwner next = bench.take(i % 2 == 0 ? bench.store() : another, StoreBench.CLIENT);
            assertEquals(received(1, i - 1), next.recovered());
            last.appendRefused(received(1_000));
            last.close();
            last = next.append(received(i));
        }
    }

    @Test
    default void appendUnderWayWhenAnotherProcessTakesOverIsRecoveredOrRefused(StoreBench bench) {
        SessionStore another = bench.another();
        SessionOwner here = bench.take();
        Signals<Void> append = here.appending(received(1, 2_000));

        SessionOwner there = bench.take(another, StoreBench.CLIENT);

        append.awaitEnd();
        if (append.error() != null) {
            append.awaitError(SessionTakenOverException.class);
        }
        assertEquals(append.error() == null ? received(1, 2_000) : List.of(), there.recovered());
    }
}

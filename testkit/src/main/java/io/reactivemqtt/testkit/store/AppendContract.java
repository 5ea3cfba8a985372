package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.received;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

/** An append does its work when it is subscribed, once for each subscription, and in order. */
public interface AppendContract extends StoreUnderTest {

    @Test
    default void appendThatNobodySubscribesToDoesNothing(StoreBench bench) {
        SessionOwner owner = bench.take();
        Publisher<Void> unsubscribed = owner.log().append(List.of(received(1)));
        assertNotNull(unsubscribed);
        owner.append(received(2)).close();

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(2)));
    }

    @Test
    default void appendCompletesWithoutDemand(StoreBench bench) {
        SessionOwner owner = bench.take();

        bench.subscribe("append", owner.log().append(List.of(received(1))), 0).awaitCompletion();

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1)));
    }

    @Test
    default void appendEmitsNoElement(StoreBench bench) {
        SessionOwner owner = bench.take();

        assertEquals(List.of(), owner.appending(List.of(accepted(1))).awaitCompletion());
    }

    @Test
    default void subscribeOfAppendReturnsWithoutDemand(StoreBench bench) {
        SessionOwner owner = bench.take();

        bench.assertSubscribeReturns("append", owner.log().append(List.of(accepted(1))))
                .awaitCompletion();
    }

    @Test
    default void appendIsDoneOnceForEachSubscription(StoreBench bench) {
        SessionOwner owner = bench.take();
        Publisher<Void> append = owner.log().append(List.of(received(1)));

        bench.subscribe("append", append).awaitCompletion();
        owner.append(new IncomingReleased(1), received(2));
        bench.subscribe("the same append", append).awaitCompletion();
        owner.close();

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(2), received(1)));
    }

    @Test
    default void appendIsNotDoneAgainAfterItsSubscription(StoreBench bench) {
        SessionOwner owner = bench.take();
        owner.append(received(1))
                .append(new IncomingReleased(1))
                .append(received(2))
                .close();

        bench.reopen();
        bench.assertRecovered(StoreBench.CLIENT, List.of(received(2))).close();
        bench.crash();
        bench.assertRecovered(StoreBench.CLIENT, List.of(received(2)));
    }

    @Test
    default void changesOfOneAppendAreAppliedInTheirOrder(StoreBench bench) {
        bench.take().append(received(1), new IncomingReleased(1), received(1), received(2), new IncomingReleased(2));

        bench.assertRecovered(StoreBench.CLIENT, List.of(received(1)));
    }

    @Test
    default void manyAppendsKeepTheirOrder(StoreBench bench) {
        SessionOwner owner = bench.take();
        List<SessionChange> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int packetIdentifier = 1 + (i * 7_919) % 65_535;
            expected.add(received(packetIdentifier));
            owner.append(received(packetIdentifier));
        }
        owner.close();

        bench.assertRecovered(StoreBench.CLIENT, expected).close();
        bench.reopen();
        bench.assertRecovered(StoreBench.CLIENT, expected);
    }

    @Test
    default void oneAppendMayHaveTenThousandChanges(StoreBench bench) {
        List<SessionChange> changes = new ArrayList<>();
        for (int sequence = 1; sequence <= 10_000; sequence++) {
            changes.add(accepted(sequence));
        }
        bench.take().append(changes).close();

        bench.assertRecovered(StoreBench.CLIENT, changes).close();
        bench.reopen();
        bench.assertRecovered(StoreBench.CLIENT, changes);
    }

    @Test
    default void appendMayAddAndTakeAwayTheSame(StoreBench bench) {
        bench.take().append(accepted(1), accepted(2), new OutgoingCompleted(1), new OutgoingCompleted(2));

        bench.assertRecovered(StoreBench.CLIENT, List.of());
    }

    @Test
    default void ownerAppendsBehindWhatItRecovered(StoreBench bench) {
        bench.take().append(accepted(1), received(1)).close();
        bench.take().append(accepted(2), received(2)).close();
        bench.reopen();
        bench.take().append(accepted(3), received(3)).close();

        bench.assertRecovered(
                StoreBench.CLIENT,
                List.of(received(1), received(2), received(3), accepted(1), accepted(2), accepted(3)));
    }

    @Test
    default void nullSubscriberIsRefused(StoreBench bench) {
        SessionOwner owner = bench.take();

        assertThrows(
                NullPointerException.class,
                () -> bench.store().open(SessionKey.of("other")).subscribe(null),
                "open");
        assertThrows(
                NullPointerException.class,
                () -> owner.log().append(List.of(received(1))).subscribe(null),
                "append");
    }
}

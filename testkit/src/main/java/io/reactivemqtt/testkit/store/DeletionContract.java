package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.added;
import static io.reactivemqtt.testkit.store.Changes.received;

import io.reactivemqtt.Qos;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was deleted is gone, for good and for its owner too. A store that does not let delete has these tests aborted. */
public interface DeletionContract extends StoreUnderTest {

    @Test
    default void deletedSessionLeavesNothing(StoreBench bench) {
        bench.take("deleted")
                .append(
                        new SequencesReserved(9),
                        new ConnectionBegun(),
                        added("a", Qos.AT_LEAST_ONCE),
                        received(1),
                        accepted(1))
                .close();

        bench.delete("deleted");

        bench.assertRecovered("deleted", List.of());
    }

    @Test
    default void deletionLeavesTheOtherClientsAlone(StoreBench bench) {
        SessionOwner other = bench.take("other").append(received(1));
        SessionOwner elsewhere =
                bench.take(SessionKey.of("elsewhere", "deleted")).append(received(2));
        bench.take("deleted").append(received(3));

        bench.delete("deleted");

        other.append(received(4));
        elsewhere.append(received(5));
        bench.assertRecovered("other", List.of(received(1), received(4)));
        bench.assertRecovered(SessionKey.of("elsewhere", "deleted"), List.of(received(2), received(5)));
    }

    @Test
    default void ownerOfADeletedSessionIsRefused(StoreBench bench) {
        SessionOwner owner = bench.take("deleted").append(received(1));

        bench.delete("deleted");

        owner.appendRefused(received(2));
        owner.close();
        bench.assertRecovered("deleted", List.of());
    }

    @Test
    default void earlierOwnerDoesNotComeBackWithTheNext(StoreBench bench) {
        SessionOwner earlier = bench.take("deleted").append(received(1));
        bench.delete("deleted");

        SessionOwner next = bench.take("deleted").append(received(2));

        earlier.appendRefused(received(3));
        next.append(received(4));
        bench.assertRecovered("deleted", List.of(received(2), received(4)));
    }

    @Test
    default void deletedSessionStaysDeletedAfterACrash(StoreBench bench) {
        bench.take("deleted").append(received(1));
        bench.delete("deleted");

        bench.crash();

        bench.assertRecovered("deleted", List.of());
    }

    @Test
    default void deletionOfNothingCompletes(StoreBench bench) {
        bench.delete("nobody");

        bench.assertRecovered("nobody", List.of());
    }

    @Test
    default void deletionThatNobodySubscribesToDeletesNothing(StoreBench bench) {
        bench.take("kept").append(received(1)).close();

        bench.store().delete(SessionKey.of("kept"));

        bench.assertRecovered("kept", List.of(received(1)));
    }
}

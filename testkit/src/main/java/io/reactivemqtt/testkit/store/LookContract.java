package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.added;
import static io.reactivemqtt.testkit.store.Changes.assigned;
import static io.reactivemqtt.testkit.store.Changes.received;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reactivemqtt.Qos;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionStore;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

/** Whoever looks sees what is there, and disturbs nobody. A store that does not let look has these tests aborted. */
public interface LookContract extends StoreUnderTest {

    @Test
    default void peekShowsWhatARecoveryWould(StoreBench bench) {
        List<SessionChange> changes = List.of(
                new SequencesReserved(1_000),
                new ConnectionBegun(),
                added("a/+", Qos.EXACTLY_ONCE),
                received(7),
                received(3),
                accepted(1),
                assigned(1, 1),
                accepted(2),
                assigned(2, 2),
                Changes.released(2),
                accepted(3));
        bench.take("watched").append(changes);

        bench.assertPeeked("watched", Changes.leftOf(changes));
        bench.reopen();
        bench.assertPeeked("watched", Changes.leftOf(changes));
    }

    @Test
    default void peekTakesNothingOver(StoreBench bench) {
        SessionOwner owner = bench.take("watched").append(received(1));

        bench.assertPeeked("watched", List.of(received(1)));

        owner.append(received(2));
        bench.assertPeeked("watched", List.of(received(1), received(2)));
    }

    @Test
    default void peekOfNothingIsEmptyAndMakesNothing(StoreBench bench) {
        bench.assertPeeked("nobody", List.of());

        assertListed(bench, SessionKey.DEFAULT_NAMESPACE);
    }

    @Test
    default void peekThroughAnotherStoreShowsTheSame(StoreBench bench) {
        SessionStore another = bench.another();
        SessionOwner owner = bench.take("watched").append(received(1));

        assertEquals(List.of(received(1)), bench.all("peek", another.peek(SessionKey.of("watched"))));

        owner.append(received(2));
    }

    @Test
    default void peekIsDoneAnewForEachSubscription(StoreBench bench) {
        Publisher<SessionChange> peek = bench.store().peek(SessionKey.of("watched"));
        SessionOwner owner = bench.take("watched");
        assertEquals(List.of(), bench.all("peek", peek));

        owner.append(received(1));

        assertEquals(List.of(received(1)), bench.all("peek", peek));
    }

    @Test
    default void slowPeekDisturbsNobodyAndEmitsOnDemand(StoreBench bench) {
        SessionOwner owner = bench.take("watched").append(received(1, 1_000));
        bench.assertPeeked("watched", received(1, 1_000)); // or there is none
        Signals<SessionChange> slow = bench.subscribe("peek", bench.store().peek(SessionKey.of("watched")), 1);
        slow.awaitElements(1);

        owner.append(received(1_001)).append(received(1_002));
        bench.take("other").append(received(1)).close();

        assertEquals(List.of(received(1)), slow.elements());
        slow.request(998).awaitElements(999).cancel();
        bench.assertPeeked("watched", received(1, 1_002));
    }

    @Test
    default void manySlowPeeksDoNotBlockAnother(StoreBench bench) {
        bench.take("watched").append(received(1, 500)).close();
        bench.assertPeeked("watched", received(1, 500)); // or there is none
        for (int i = 0; i < 32; i++) {
            bench.subscribe("peek", bench.store().peek(SessionKey.of("watched")), 1)
                    .awaitElements(1);
        }

        bench.assertPeeked("watched", received(1, 500));
    }

    // ---- which there are

    @Test
    default void sessionsAreListedByTheirClientIdentifiers(StoreBench bench) {
        bench.take("one").append(received(1)).close();
        bench.take("two").append(new SequencesReserved(1));

        assertListed(bench, SessionKey.DEFAULT_NAMESPACE, "one", "two");
        bench.reopen();
        assertListed(bench, SessionKey.DEFAULT_NAMESPACE, "one", "two");
    }

    @Test
    default void sessionsOfOtherNamespacesAreNotListed(StoreBench bench) {
        bench.take(SessionKey.of("a", "one")).append(received(1)).close();
        bench.take(SessionKey.of("b", "two")).append(received(1)).close();

        assertListed(bench, "a", "one");
        assertListed(bench, "b", "two");
        assertListed(bench, SessionKey.DEFAULT_NAMESPACE);
    }

    @Test
    default void sessionWithNothingInItIsNotListed(StoreBench bench) {
        bench.take("opened");
        bench.take("discarded").append(received(1)).append(new SessionDiscarded());

        assertListed(bench, SessionKey.DEFAULT_NAMESPACE);
    }

    @Test
    default void oddSessionsAreListed(StoreBench bench) {
        for (String name : OddNames.ALL) {
            bench.take(name).append(received(1)).close();
        }

        assertListed(bench, SessionKey.DEFAULT_NAMESPACE, OddNames.ALL.toArray(String[]::new));
    }

    /** Asserts which Sessions a namespace has. */
    private static void assertListed(StoreBench bench, String namespace, String... clientIdentifiers) {
        List<SessionKey> listed = bench.all("sessions", bench.store().sessions(namespace));
        Set<String> expected = Set.of(clientIdentifiers);
        assertEquals(expected.size(), listed.size(), "the number of Sessions");
        assertEquals(
                new TreeSet<>(expected),
                listed.stream().map(SessionKey::clientIdentifier).collect(Collectors.toCollection(TreeSet::new)));
        assertEquals(
                listed.isEmpty() ? Set.of() : Set.of(namespace),
                listed.stream().map(SessionKey::namespace).collect(Collectors.toSet()));
    }

    // ---- whether it works

    @Test
    default void checkOfAStoreThatWorksCompletesAndChangesNothing(StoreBench bench) {
        SessionOwner owner = bench.take("client").append(received(1));

        assertEquals(List.of(), bench.all("check", bench.store().check()));

        owner.append(received(2)).close();
        bench.assertRecovered("client", List.of(received(1), received(2)));
    }
}

package io.reactivemqtt.testkit.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLeases;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

/**
 * Holds {@link SessionLeases} to every rule of their interface. Implement it in a test class of JUnit 5, say how leases are made, and run
 * that class.
 */
public interface SessionLeasesContract {

    /**
     * Returns leases as one more process would make them: all that are made in one test are of the same place, in which nothing is held
     * before. They are to lapse within a few seconds where they do. The implementation closes them after the test.
     */
    SessionLeases newLeases();

    /** Returns how long a signal may take. */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }

    @Test
    default void oneOfTwoHoldsIt() {
        SessionLeases one = newLeases();
        SessionLeases other = newLeases();

        assertTrue(Waits.claims(this, one, Waits.KEY));
        assertFalse(Waits.claims(this, other, Waits.KEY));
        assertTrue(Waits.claims(this, one, Waits.KEY), "again");
        assertEquals(Set.of(Waits.KEY), one.held());
        assertEquals(Set.of(), other.held());
    }

    @Test
    default void sessionsHaveALeaseEach() {
        SessionLeases one = newLeases();
        SessionLeases other = newLeases();

        assertTrue(Waits.claims(this, one, SessionKey.of("a", "bc")));
        assertTrue(Waits.claims(this, other, SessionKey.of("ab", "c")));
        assertFalse(Waits.claims(this, other, SessionKey.of("a", "bc")));
    }

    @Test
    default void whoStandsByHasItAfterARelease() {
        SessionLeases one = newLeases();
        SessionLeases other = newLeases();
        assertTrue(Waits.claims(this, one, Waits.KEY));
        Signals<Void> standingBy = Waits.subscribed(this, other.standBy(Waits.KEY));
        assertFalse(standingBy.hasEnded());

        Waits.subscribed(this, one.release(Waits.KEY)).awaitCompletion();

        standingBy.awaitCompletion();
        assertEquals(Set.of(Waits.KEY), other.held());
        assertEquals(Set.of(), one.held());
        assertFalse(Waits.claims(this, one, Waits.KEY));
    }

    @Test
    default void whoStandsByHasItWhenTheOtherIsGone() {
        SessionLeases one = newLeases();
        SessionLeases other = newLeases();
        assertTrue(Waits.claims(this, one, Waits.KEY));
        Signals<Void> standingBy = Waits.subscribed(this, other.standBy(Waits.KEY));

        one.close();

        standingBy.awaitCompletion();
        assertEquals(Set.of(Waits.KEY), other.held());
        assertEquals(Set.of(), one.held());
        assertFalse(Waits.claims(this, one, Waits.KEY), "which is closed");
    }

    @Test
    default void whoNoLongerStandsByHoldsNothing() {
        SessionLeases one = newLeases();
        SessionLeases other = newLeases();
        SessionLeases third = newLeases();
        assertTrue(Waits.claims(this, one, Waits.KEY));
        Waits.subscribed(this, other.standBy(Waits.KEY)).cancel();

        Waits.subscribed(this, one.release(Waits.KEY)).awaitCompletion();

        Waits.subscribed(this, third.standBy(Waits.KEY)).awaitCompletion();
        assertEquals(Set.of(), other.held());
    }

    @Test
    default void nobodyStandsByWithLeasesThatAreClosed() {
        SessionLeases leases = newLeases();
        leases.close();

        Waits.subscribed(this, leases.standBy(Waits.KEY)).awaitError(StoreException.class);
    }

    @Test
    default void releasingWhatIsAnothersChangesNothing() {
        SessionLeases one = newLeases();
        SessionLeases other = newLeases();
        assertTrue(Waits.claims(this, one, Waits.KEY));

        Waits.subscribed(this, other.release(Waits.KEY)).awaitCompletion();

        assertFalse(Waits.claims(this, other, Waits.KEY));
    }

    @Test
    default void nothingIsDoneBeforeASubscription() {
        SessionLeases one = newLeases();
        Publisher<Boolean> unused = one.claim(Waits.KEY);
        Publisher<Void> alsoUnused = one.standBy(Waits.KEY);

        assertTrue(Waits.claims(this, newLeases(), Waits.KEY), "not " + unused + ", nor " + alsoUnused);
    }

    /** What the tests do again and again. */
    final class Waits {

        static final SessionKey KEY = SessionKey.of("leased");

        private Waits() {}

        static boolean claims(SessionLeasesContract contract, SessionLeases process, SessionKey key) {
            List<Boolean> answer = subscribed(contract, process.claim(key)).awaitCompletion();
            assertEquals(1, answer.size());
            return answer.get(0);
        }

        static <T> Signals<T> subscribed(SessionLeasesContract contract, Publisher<T> publisher) {
            Signals<T> signals = new Signals<>("of leases", contract.patience(), (all, next) -> {});
            signals.request(Long.MAX_VALUE);
            publisher.subscribe(signals);
            return signals;
        }
    }
}

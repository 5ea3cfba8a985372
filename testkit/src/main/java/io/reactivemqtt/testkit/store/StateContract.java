package io.reactivemqtt.testkit.store;

import static io.reactivemqtt.testkit.store.Changes.accepted;
import static io.reactivemqtt.testkit.store.Changes.added;
import static io.reactivemqtt.testkit.store.Changes.assigned;
import static io.reactivemqtt.testkit.store.Changes.received;
import static io.reactivemqtt.testkit.store.Changes.released;
import static io.reactivemqtt.testkit.store.Changes.removed;

import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicSubscription.RetainHandling;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What changes leave is what {@link io.reactivemqtt.store.SessionState} says, in its order. */
public interface StateContract extends StoreUnderTest {

    @Test
    default void newSessionIsEmpty(StoreBench bench) {
        bench.assertRecovered(StoreBench.CLIENT, List.of()).close();
        bench.reopen();
        bench.assertRecovered(StoreBench.CLIENT, List.of());
    }

    // ---- sequences and the connection

    @Test
    default void reservedSequencesAreKept(StoreBench bench) {
        bench.assertKept(new SequencesReserved(1_000));
    }

    @Test
    default void highestReservedSequenceIsKept(StoreBench bench) {
        bench.assertKept(new SequencesReserved(Long.MAX_VALUE));
    }

    @Test
    default void latestReservationOfSequencesHolds(StoreBench bench) {
        bench.assertLeft(
                List.of(new SequencesReserved(3_000)),
                new SequencesReserved(1_000),
                new SequencesReserved(2_000),
                new SequencesReserved(3_000));
    }

    @Test
    default void beginOfAConnectionIsKept(StoreBench bench) {
        bench.assertKept(new ConnectionBegun());
    }

    @Test
    default void endOfAConnectionIsKept(StoreBench bench) {
        bench.assertKept(new ConnectionEnded(1_795_000_000_123L, 3_600));
    }

    @Test
    default void shortestSessionExpiryIntervalIsKept(StoreBench bench) {
        bench.assertKept(new ConnectionEnded(0, 0));
    }

    @Test
    default void longestSessionExpiryIntervalIsKept(StoreBench bench) {
        bench.assertKept(new ConnectionEnded(Long.MAX_VALUE, SessionChange.NEVER_EXPIRES - 1));
    }

    @Test
    default void sessionThatNeverExpiresIsKept(StoreBench bench) {
        bench.assertKept(new ConnectionEnded(1, SessionChange.NEVER_EXPIRES));
    }

    @Test
    default void endOfAConnectionTakesThePlaceOfItsBegin(StoreBench bench) {
        bench.assertLeft(List.of(new ConnectionEnded(5, 60)), new ConnectionBegun(), new ConnectionEnded(5, 60));
    }

    @Test
    default void beginOfAConnectionTakesThePlaceOfTheLastEnd(StoreBench bench) {
        bench.assertLeft(
                List.of(new ConnectionBegun()),
                new ConnectionBegun(),
                new ConnectionEnded(5, 60),
                new ConnectionBegun());
    }

    @Test
    default void latestEndOfAConnectionHolds(StoreBench bench) {
        bench.assertLeft(List.of(new ConnectionEnded(6, 30)), new ConnectionEnded(5, 60), new ConnectionEnded(6, 30));
    }

    // ---- subscriptions

    @Test
    default void everyOptionOfASubscriptionIsKept(StoreBench bench) {
        List<SessionChange> changes = new ArrayList<>();
        for (Qos qos : Qos.values()) {
            for (RetainHandling retainHandling : RetainHandling.values()) {
                for (int flags = 0; flags < 4; flags++) {
                    TopicFilter topicFilter = TopicFilter.of("filter/" + changes.size());
                    TopicSubscription subscription = TopicSubscription.of(topicFilter, qos)
                            .withNoLocal(flags % 2 == 1)
                            .withRetainAsPublished(flags >= 2)
                            .withRetainHandling(retainHandling);
                    changes.add(new SubscriptionAdded(subscription, changes.size()));
                }
            }
        }
        bench.assertKept(changes);
    }

    @Test
    default void subscriptionIdentifierIsKept(StoreBench bench) {
        bench.assertKept(
                new SubscriptionAdded(TopicSubscription.of("none", Qos.AT_MOST_ONCE), 0),
                new SubscriptionAdded(TopicSubscription.of("lowest", Qos.AT_MOST_ONCE), 1),
                new SubscriptionAdded(TopicSubscription.of("highest", Qos.AT_MOST_ONCE), 268_435_455));
    }

    @Test
    default void topicFiltersWithWildcardsAreKept(StoreBench bench) {
        bench.assertKept(
                added("#", Qos.AT_MOST_ONCE),
                added("+", Qos.AT_MOST_ONCE),
                added("+/+/#", Qos.AT_MOST_ONCE),
                added("/+", Qos.AT_MOST_ONCE),
                added("$SYS/#", Qos.AT_MOST_ONCE));
    }

    @Test
    default void sharedSubscriptionIsKept(StoreBench bench) {
        bench.assertKept(
                added("$share/one/a/#", Qos.AT_LEAST_ONCE),
                added("$share/two/a/#", Qos.AT_LEAST_ONCE),
                added("a/#", Qos.AT_LEAST_ONCE));
    }

    @Test
    default void oddTopicFiltersAreKeptApart(StoreBench bench) {
        List<SessionChange> changes = new ArrayList<>();
        OddNames.ALL.forEach(name -> changes.add(added(name, Qos.AT_LEAST_ONCE)));
        bench.assertKept(changes);
    }

    @Test
    default void longestTopicFiltersAreKeptApart(StoreBench bench) {
        bench.assertKept(
                added("f".repeat(65_534) + "1", Qos.AT_LEAST_ONCE), added("f".repeat(65_534) + "2", Qos.EXACTLY_ONCE));
    }

    @Test
    default void replacedSubscriptionStaysAtItsPlace(StoreBench bench) {
        SubscriptionAdded second = new SubscriptionAdded(TopicSubscription.of("a", Qos.EXACTLY_ONCE), 9);
        bench.assertLeft(
                List.of(second, added("b", Qos.AT_LEAST_ONCE)),
                added("a", Qos.AT_MOST_ONCE),
                added("b", Qos.AT_LEAST_ONCE),
                second);
    }

    @Test
    default void removedSubscriptionIsGone(StoreBench bench) {
        bench.assertLeft(
                List.of(added("a", Qos.AT_MOST_ONCE), added("c", Qos.AT_MOST_ONCE)),
                added("a", Qos.AT_MOST_ONCE),
                added("b", Qos.AT_MOST_ONCE),
                added("c", Qos.AT_MOST_ONCE),
                removed("b"));
    }

    @Test
    default void subscriptionThatComesBackIsTheLast(StoreBench bench) {
        bench.assertLeft(
                List.of(added("b", Qos.AT_MOST_ONCE), added("a", Qos.AT_LEAST_ONCE)),
                added("a", Qos.AT_MOST_ONCE),
                added("b", Qos.AT_MOST_ONCE),
                removed("a"),
                added("a", Qos.AT_LEAST_ONCE));
    }

    // ---- incoming messages

    @Test
    default void incomingIdentifiersAreKeptInTheirOrder(StoreBench bench) {
        bench.assertKept(received(65_535), received(1), received(40_000), received(2));
    }

    @Test
    default void releasedIncomingIdentifierIsGone(StoreBench bench) {
        bench.assertLeft(
                List.of(received(1), received(3)), received(1), received(2), received(3), new IncomingReleased(2));
    }

    @Test
    default void incomingIdentifierThatComesBackIsTheLast(StoreBench bench) {
        bench.assertLeft(
                List.of(received(2), received(1)), received(1), received(2), new IncomingReleased(1), received(1));
    }

    // ---- outgoing messages

    @Test
    default void queuedMessagesAreRecoveredBySequence(StoreBench bench) {
        bench.assertKept(accepted(9), accepted(10), accepted(99), accepted(100), accepted(1_000_000));
    }

    @Test
    default void assignedMessageIsInFlight(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(1), assigned(1, 1), accepted(2), assigned(2, 65_535), accepted(3)),
                accepted(1),
                accepted(2),
                accepted(3),
                assigned(1, 1),
                assigned(2, 65_535));
    }

    @Test
    default void messagesInFlightAreRecoveredBySequenceAndNotByPacketIdentifier(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(1), assigned(1, 9), accepted(2), assigned(2, 5), accepted(3), assigned(3, 7)),
                accepted(1),
                accepted(2),
                accepted(3),
                assigned(3, 7),
                assigned(2, 5),
                assigned(1, 9));
    }

    @Test
    default void unassignedMessageWaitsAgainAtItsOldPlace(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(1), assigned(1, 1), accepted(2), accepted(3), assigned(3, 3)),
                accepted(1),
                accepted(2),
                accepted(3),
                assigned(1, 1),
                assigned(2, 2),
                assigned(3, 3),
                new OutgoingUnassigned(2));
    }

    @Test
    default void messageAssignedAnewHasItsNewPacketIdentifier(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(1), assigned(1, 2), accepted(2), assigned(2, 1)),
                accepted(1),
                accepted(2),
                assigned(1, 1),
                assigned(2, 2),
                new OutgoingUnassigned(1),
                new OutgoingUnassigned(2),
                assigned(1, 2),
                assigned(2, 1));
    }

    @Test
    default void packetIdentifierMayBeUsedAgain(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(2), assigned(2, 1)),
                accepted(1),
                assigned(1, 1),
                accepted(2),
                new OutgoingCompleted(1),
                assigned(2, 1));
    }

    @Test
    default void releasedMessagesAreRecoveredInTheOrderOfTheirRelease(StoreBench bench) {
        bench.assertLeft(
                List.of(
                        accepted(3),
                        assigned(3, 3),
                        released(3), //
                        accepted(1),
                        assigned(1, 1),
                        released(1), //
                        accepted(2),
                        assigned(2, 2),
                        released(2)),
                accepted(1),
                accepted(2),
                accepted(3),
                assigned(1, 1),
                assigned(2, 2),
                assigned(3, 3),
                released(3),
                released(1),
                released(2));
    }

    @Test
    default void releasedMessagesAreRecoveredBeforeAllOthers(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(3), assigned(3, 3), released(3), accepted(1), assigned(1, 1), accepted(2)),
                accepted(1),
                accepted(2),
                accepted(3),
                assigned(1, 1),
                assigned(3, 3),
                released(3));
    }

    @Test
    default void completedMessagesAreGoneInWhateverOrderTheyComplete(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(2), assigned(2, 2), accepted(4)),
                accepted(1),
                accepted(2),
                accepted(3),
                accepted(4),
                accepted(5),
                assigned(1, 1),
                assigned(2, 2),
                assigned(3, 3),
                new OutgoingCompleted(3),
                new OutgoingCompleted(5),
                new OutgoingCompleted(1));
    }

    @Test
    default void messagesThatCompleteOneAfterTheOtherLeaveThoseAround(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(1), accepted(5), accepted(6)),
                accepted(1),
                accepted(2),
                accepted(3),
                accepted(4),
                accepted(5),
                accepted(6),
                new OutgoingCompleted(2),
                new OutgoingCompleted(3),
                new OutgoingCompleted(4));
    }

    @Test
    default void messageReleasedBeforeStaysAtItsPlaceAmongThoseReleasedOneAfterTheOther(StoreBench bench) {
        bench.assertLeft(
                List.of(
                        accepted(2),
                        assigned(2, 2),
                        released(2), //
                        accepted(1),
                        assigned(1, 1),
                        released(1), //
                        accepted(3),
                        assigned(3, 3),
                        released(3)),
                accepted(1),
                accepted(2),
                accepted(3),
                assigned(1, 1),
                assigned(2, 2),
                assigned(3, 3),
                released(2),
                released(1),
                released(2),
                released(3));
    }

    @Test
    default void completedMessageIsGoneAfterItsRelease(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(2), assigned(2, 2), released(2)),
                accepted(1),
                assigned(1, 1),
                accepted(2),
                assigned(2, 2),
                released(1),
                released(2),
                new OutgoingCompleted(1));
    }

    @Test
    default void releasedMessageIsNoLongerAssignedOrUnassigned(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(1), assigned(1, 1), released(1)),
                accepted(1),
                assigned(1, 1),
                released(1),
                assigned(1, 2),
                new OutgoingUnassigned(1));
    }

    @Test
    default void messageReleasedAgainKeepsItsPlace(StoreBench bench) {
        bench.assertLeft(
                List.of(accepted(1), assigned(1, 1), released(1), accepted(2), assigned(2, 2), released(2)),
                accepted(1),
                accepted(2),
                assigned(1, 1),
                assigned(2, 2),
                released(1),
                released(2),
                released(1));
    }

    @Test
    default void changeOfWhatIsNotThereChangesNothing(StoreBench bench) {
        bench.assertLeft(
                List.of(added("a", Qos.AT_LEAST_ONCE), received(1), accepted(2)),
                added("a", Qos.AT_LEAST_ONCE),
                received(1),
                accepted(1),
                accepted(2),
                new OutgoingCompleted(1),
                assigned(1, 1),
                released(1),
                new OutgoingUnassigned(1),
                new OutgoingCompleted(1),
                assigned(77, 77),
                new IncomingReleased(5),
                removed("b"));
    }

    // ---- all together

    @Test
    default void discardedSessionLeavesOnlyTheReservedSequences(StoreBench bench) {
        bench.assertLeft(
                List.of(new SequencesReserved(1_000)),
                new ConnectionBegun(),
                new SequencesReserved(1_000),
                added("a", Qos.AT_LEAST_ONCE),
                received(1),
                accepted(1),
                assigned(1, 1),
                released(1),
                accepted(2),
                assigned(2, 2),
                accepted(3),
                new SessionDiscarded());
    }

    @Test
    default void sessionBeginsAnewAfterItWasDiscarded(StoreBench bench) {
        bench.assertLeft(
                List.of(new ConnectionBegun(), added("b", Qos.AT_MOST_ONCE), added("a", Qos.AT_MOST_ONCE), received(1)),
                added("a", Qos.AT_LEAST_ONCE),
                received(1),
                accepted(1),
                new ConnectionEnded(1, 1),
                new SessionDiscarded(),
                new ConnectionBegun(),
                added("b", Qos.AT_MOST_ONCE),
                added("a", Qos.AT_MOST_ONCE),
                received(1));
    }

    @Test
    default void kindsAreRecoveredInTheirOrderWhateverTheOrderOfTheirAppends(StoreBench bench) {
        bench.assertLeft(
                List.of(
                        new SequencesReserved(10),
                        new ConnectionEnded(1, 2),
                        added("b", Qos.AT_MOST_ONCE),
                        added("a", Qos.AT_MOST_ONCE),
                        received(9),
                        received(8),
                        accepted(2),
                        assigned(2, 2),
                        released(2),
                        accepted(1),
                        assigned(1, 1),
                        accepted(3)),
                accepted(1),
                accepted(2),
                accepted(3),
                assigned(2, 2),
                assigned(1, 1),
                released(2),
                received(9),
                added("b", Qos.AT_MOST_ONCE),
                received(8),
                added("a", Qos.AT_MOST_ONCE),
                new ConnectionEnded(1, 2),
                new SequencesReserved(10));
    }

    @Test
    default void randomHistoriesAreRecoveredExactly(StoreBench bench) {
        for (int seed = 0; seed < 10; seed++) {
            RandomHistory history = new RandomHistory(seed);
            String client = "random " + seed;
            SessionOwner owner = bench.take(client);
            for (int append = 0; append < 60; append++) {
                owner.append(history.next());
            }
            owner.close();
            bench.assertRecovered(client, history.left()).close();
            bench.reopen();
            bench.assertRecovered(client, history.left()).close();
        }
    }
}

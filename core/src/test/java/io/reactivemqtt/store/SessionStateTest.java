package io.reactivemqtt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.EntryUnreadable;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.IncomingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.OutgoingUnassigned;
import io.reactivemqtt.store.SessionChange.ReceiptAcknowledged;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;
import io.reactivemqtt.store.SessionChange.SessionDiscarded;
import io.reactivemqtt.store.SessionChange.SubscriptionAdded;
import io.reactivemqtt.store.SessionChange.SubscriptionRemoved;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The meaning of each change; the contract of stores in the testkit builds on it. */
class SessionStateTest {

    private final SessionState state = new SessionState();

    private List<SessionChange> left(SessionChange... changes) {
        List.of(changes).forEach(state::apply);
        return state.changes();
    }

    private static OutgoingAccepted accepted(long sequence) {
        return new OutgoingAccepted(sequence, ApplicationMessage.of("a", "b", Qos.EXACTLY_ONCE), 1);
    }

    private static SubscriptionAdded added(String topicFilter, int identifier) {
        return new SubscriptionAdded(TopicSubscription.of(topicFilter, Qos.AT_LEAST_ONCE), identifier);
    }

    @Test
    void nothingIsLeftOfNothing() {
        assertThat(left()).isEmpty();
    }

    @Test
    void latestReservationAndLatestEndOfAConnectionHold() {
        assertThat(left(
                        new ConnectionBegun(),
                        new SequencesReserved(1),
                        new ConnectionEnded(1, 2),
                        new SequencesReserved(2)))
                .containsExactly(new SequencesReserved(2), new ConnectionEnded(1, 2));
    }

    @Test
    void replacedSubscriptionStaysAtItsPlaceAndRemovedOneComesBackLast() {
        assertThat(left(
                        added("a", 1),
                        added("b", 1),
                        added("a", 2),
                        added("c", 1),
                        new SubscriptionRemoved(TopicFilter.of("b")),
                        added("b", 3)))
                .containsExactly(added("a", 2), added("c", 1), added("b", 3));
    }

    @Test
    void incomingIdentifierIsThereUntilItIsReleased() {
        assertThat(left(new IncomingProcessed(2), new IncomingProcessed(1), new IncomingReleased(2)))
                .containsExactly(new IncomingProcessed(1));
    }

    @Test
    void releasedMessagesComeFirstInTheOrderOfTheirRelease() {
        assertThat(left(
                        accepted(1),
                        accepted(2),
                        accepted(3),
                        new OutgoingAssigned(1, 1),
                        new OutgoingAssigned(2, 2),
                        new OutgoingAssigned(3, 3),
                        new OutgoingReleased(3),
                        new OutgoingReleased(1)))
                .containsExactly(
                        accepted(3),
                        new OutgoingAssigned(3, 3),
                        new OutgoingReleased(3),
                        accepted(1),
                        new OutgoingAssigned(1, 1),
                        new OutgoingReleased(1),
                        accepted(2),
                        new OutgoingAssigned(2, 2));
    }

    @Test
    void unassignedMessageWaitsAgain() {
        assertThat(left(accepted(1), new OutgoingAssigned(1, 1), accepted(2), new OutgoingUnassigned(1)))
                .containsExactly(accepted(1), accepted(2));
    }

    @Test
    void completedMessagesAreGone() {
        assertThat(left(
                        accepted(1),
                        accepted(2),
                        accepted(3),
                        new OutgoingAssigned(1, 1),
                        new OutgoingReleased(1),
                        new OutgoingCompleted(2),
                        new OutgoingCompleted(1)))
                .containsExactly(accepted(3));
    }

    private static ReceiptKept kept(long sequence) {
        return new ReceiptKept(
                sequence,
                "order " + sequence,
                ApplicationMessage.of("a", "", Qos.EXACTLY_ONCE),
                ReceiptKept.Outcome.ACKNOWLEDGED,
                ReasonCode.SUCCESS,
                false,
                null);
    }

    @Test
    void aReceiptTakesThePlaceOfItsMessageUntilItIsAcknowledged() {
        assertThat(left(
                        new ReceiptWanted(1, "order 1"),
                        accepted(1),
                        new ReceiptWanted(2, null),
                        accepted(2),
                        new ReceiptWanted(3, "order 3"),
                        accepted(3),
                        new OutgoingAssigned(3, 3),
                        new OutgoingReleased(3),
                        kept(3),
                        kept(1)))
                .containsExactly(kept(1), new ReceiptWanted(2, null), kept(3), accepted(2));
        assertThat(left(new ReceiptAcknowledged(3), new OutgoingCompleted(2), new ReceiptAcknowledged(2)))
                .containsExactly(kept(1));
    }

    @Test
    void aReceiptOutlivesTheSessionAndTheWishForOneDoesNot() {
        assertThat(left(
                        new ReceiptWanted(1, null),
                        accepted(1),
                        new ReceiptWanted(2, null),
                        accepted(2),
                        kept(1),
                        new SessionDiscarded()))
                .containsExactly(kept(1));
    }

    @Test
    void changeOfWhatIsNotThereChangesNothing() {
        assertThat(left(
                        new OutgoingAssigned(1, 1),
                        new OutgoingUnassigned(1),
                        new OutgoingReleased(1),
                        new OutgoingCompleted(1),
                        new IncomingReleased(1),
                        new ReceiptAcknowledged(1),
                        new SubscriptionRemoved(TopicFilter.of("a"))))
                .isEmpty();
    }

    @Test
    void onlyTheReservationOutlivesTheSession() {
        assertThat(left(
                        new SequencesReserved(9),
                        new ConnectionBegun(),
                        added("a", 1),
                        new IncomingProcessed(1),
                        accepted(1),
                        new OutgoingAssigned(1, 1),
                        new OutgoingReleased(1),
                        accepted(2),
                        new SessionDiscarded()))
                .containsExactly(new SequencesReserved(9));
    }

    @Test
    void changesLeaveThemselves() {
        List<SessionChange> once = left(
                new SequencesReserved(9),
                new ConnectionBegun(),
                added("a", 1),
                new IncomingProcessed(1),
                accepted(1),
                accepted(2),
                new OutgoingAssigned(2, 1),
                new OutgoingReleased(2));
        SessionState again = new SessionState();
        once.forEach(again::apply);

        assertThat(again.changes()).isEqualTo(once);
    }

    @Test
    void unreadableEntryIsRecoveredButNeverApplied() {
        assertThatIllegalArgumentException().isThrownBy(() -> state.apply(new EntryUnreadable("an entry")));
    }
}

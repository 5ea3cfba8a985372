package io.reactivemqtt.reliability.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checks of the logs: what is as it should be passes, and each violation that is planted is found. */
class ChecksTest {

    private static final Qos ONE = Qos.AT_LEAST_ONCE;
    private static final Qos TWO = Qos.EXACTLY_ONCE;
    private static final String FIRST = Owner.name(1);
    private static final String SECOND = Owner.name(2);

    private static final Checks.Sent GOOD_SENT =
            Checks.sent(List.of(accepted(1, TWO, 1)), List.of(received(TWO, 1_000_001)));
    private static final Checks.Taken GOOD_TAKEN =
            Checks.taken(Map.of(ONE, 1L, TWO, 0L), List.of(new Checks.Handled(ONE, 1)));
    private static final Checks.Written GOOD_WRITTEN = Checks.written(List.of(append(FIRST, FIRST, 1, true)));

    private static PodLog.Accepted accepted(int owner, Qos qos, long number) {
        return new PodLog.Accepted(owner, qos, owner * Owner.IDS_OF_ONE_OWNER + number);
    }

    private static Outside.Received received(Qos qos, long id) {
        return new Outside.Received(qos, id);
    }

    private static Checks.Append append(String writer, String owner, long epoch, boolean changed) {
        return new Checks.Append(writer, owner, epoch, changed);
    }

    private static List<String> violations(
            Handling handling, Checks.Sent sent, Checks.Taken taken, Checks.Written written, List<String> complaints) {
        return new FaultReport(
                        new FaultCell(Fault.OWNER_KILLED, handling),
                        1,
                        2,
                        0,
                        sent,
                        taken,
                        written,
                        complaints,
                        Duration.ZERO)
                .violations();
    }

    private static List<String> violations(Checks.Sent sent, Checks.Taken taken, Checks.Written written) {
        return violations(Handling.ROWS, sent, taken, written, List.of());
    }

    @Test
    void logsAsTheyShouldBePass() {
        assertThat(violations(GOOD_SENT, GOOD_TAKEN, GOOD_WRITTEN)).isEmpty();
    }

    @Test
    void logsOfNothingDoNotPass() {
        Checks.Sent nothing = Checks.sent(List.of(), List.of());

        assertThat(violations(nothing, GOOD_TAKEN, GOOD_WRITTEN)).hasSize(1);
    }

    @Test
    void anAcceptedMessageThatNeverCameIsLost() {
        Checks.Sent sent = Checks.sent(
                List.of(accepted(1, ONE, 1), accepted(1, TWO, 1), accepted(1, TWO, 2)),
                List.of(received(TWO, 1_000_001), received(ONE, 1_000_001)));

        assertThat(sent.accepted()).isEqualTo(3);
        assertThat(sent.lost()).isEqualTo(1);
        assertThat(violations(sent, GOOD_TAKEN, GOOD_WRITTEN)).hasSize(1);
    }

    @Test
    void aMessageOfTheSameNumberAtTheOtherQosIsAnother() {
        Checks.Sent sent = Checks.sent(List.of(accepted(1, ONE, 1)), List.of(received(TWO, 1_000_001)));

        assertThat(sent.lost()).isEqualTo(1);
        assertThat(sent.inDoubt()).isEqualTo(1);
    }

    @Test
    void aMessageThatNobodyWasToldOfMayCome() {
        Checks.Sent sent =
                Checks.sent(List.of(accepted(1, TWO, 1)), List.of(received(TWO, 1_000_001), received(TWO, 1_000_002)));

        assertThat(sent.inDoubt()).isEqualTo(1);
        assertThat(violations(sent, GOOD_TAKEN, GOOD_WRITTEN)).isEmpty();
    }

    @Test
    void aQos2MessageThatCameTwiceIsAViolationAndAQos1MessageIsCounted() {
        Checks.Sent sent = Checks.sent(
                List.of(accepted(1, ONE, 1), accepted(1, TWO, 1)),
                List.of(
                        received(ONE, 1_000_001),
                        received(ONE, 1_000_001),
                        received(TWO, 1_000_001),
                        received(TWO, 1_000_001)));

        assertThat(sent.repeatedQos1()).isEqualTo(1);
        assertThat(sent.repeatedQos2()).isEqualTo(1);
        assertThat(violations(sent, GOOD_TAKEN, GOOD_WRITTEN)).hasSize(1);
    }

    @Test
    void aMessageThatCameFirstBehindALaterOneOfItsOwnerIsOutOfOrder() {
        Checks.Sent sent = Checks.sent(
                List.of(accepted(1, TWO, 1), accepted(1, TWO, 2)),
                List.of(received(TWO, 1_000_002), received(TWO, 1_000_001)));

        assertThat(sent.outOfOrder()).isEqualTo(1);
        assertThat(violations(sent, GOOD_TAKEN, GOOD_WRITTEN)).hasSize(1);
    }

    @Test
    void aRepeatAndWhatAnotherOwnerSentAreNotOutOfOrder() {
        Checks.Sent sent = Checks.sent(
                List.of(accepted(1, ONE, 1), accepted(1, ONE, 2), accepted(2, ONE, 1)),
                List.of(
                        received(ONE, 1_000_001),
                        received(ONE, 2_000_001),
                        received(ONE, 1_000_002),
                        received(ONE, 1_000_001)));

        assertThat(sent.outOfOrder()).isZero();
    }

    @Test
    void aMessageThatWasNeverHandledIsLost() {
        Checks.Taken taken =
                Checks.taken(Map.of(ONE, 2L, TWO, 1L), List.of(new Checks.Handled(ONE, 1), new Checks.Handled(TWO, 1)));

        assertThat(taken.lost()).isEqualTo(1);
        assertThat(violations(GOOD_SENT, taken, GOOD_WRITTEN)).hasSize(1);
    }

    @Test
    void aQos2MessageThatWasHandledAgainIsAViolationWhereTheStoresTransactionHasTheRow() {
        Checks.Handled one = new Checks.Handled(ONE, 1);
        Checks.Handled two = new Checks.Handled(TWO, 1);
        Checks.Taken taken = Checks.taken(Map.of(ONE, 1L, TWO, 1L), List.of(one, two, one, two));

        assertThat(violations(Handling.ROWS, GOOD_SENT, taken, GOOD_WRITTEN, List.of()))
                .isEmpty();
        assertThat(violations(Handling.INBOX, GOOD_SENT, taken, GOOD_WRITTEN, List.of()))
                .hasSize(1);
    }

    @Test
    void aMessageThatWasHandledFirstBehindALaterOneIsOutOfOrder() {
        Checks.Taken taken = Checks.taken(
                Map.of(TWO, 3L),
                List.of(
                        new Checks.Handled(TWO, 1),
                        new Checks.Handled(TWO, 3),
                        new Checks.Handled(TWO, 2),
                        new Checks.Handled(TWO, 3)));

        assertThat(taken.outOfOrder()).isEqualTo(1);
        assertThat(taken.repeatedQos2()).isEqualTo(1);
        assertThat(violations(GOOD_SENT, taken, GOOD_WRITTEN)).hasSize(1);
    }

    @Test
    void aWriteOfSomebodyWhoDidNotOwnTheSessionIsFound() {
        Checks.Written written = Checks.written(List.of(append(FIRST, FIRST, 1, true), append(FIRST, SECOND, 2, true)));

        assertThat(written.stale()).isEqualTo(1);
        assertThat(violations(GOOD_SENT, GOOD_TAKEN, written)).hasSize(1);
    }

    @Test
    void aWriteThatChangedNothingIsOneThatWasRefused() {
        Checks.Written written =
                Checks.written(List.of(append(SECOND, SECOND, 2, true), append(FIRST, SECOND, 2, false)));

        assertThat(written).isEqualTo(new Checks.Written(1, 0, 0, 1));
        assertThat(violations(GOOD_SENT, GOOD_TAKEN, written)).isEmpty();
    }

    @Test
    void aWriteOfAnEarlierEpochIsFound() {
        Checks.Written written =
                Checks.written(List.of(append(SECOND, SECOND, 2, true), append(FIRST, FIRST, 1, true)));

        assertThat(written.backwards()).isEqualTo(1);
        assertThat(violations(GOOD_SENT, GOOD_TAKEN, written)).hasSize(1);
    }

    @Test
    void whatDoesNotDrainIsAViolation() {
        assertThat(violations(Handling.ROWS, GOOD_SENT, GOOD_TAKEN, GOOD_WRITTEN, List.of("not drained")))
                .containsExactly("not drained");
    }
}

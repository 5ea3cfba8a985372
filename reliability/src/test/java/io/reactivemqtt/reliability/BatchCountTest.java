package io.reactivemqtt.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchCountTest {

    private final List<CommittedMessages.Row> rows = new ArrayList<>();

    @Test
    void messageThatNoProcessCommittedIsLost() {
        committed(1, 1, 1, 4);
        committed(2, 1, 6, 8);

        Tally tally = tally(8);

        assertThat(tally.arrived()).isEqualTo(7);
        assertThat(tally.lost()).isEqualTo(1);
    }

    @Test
    void lastBatchOfAKilledProcessMayComeAgain() {
        committed(1, 1, 1, 10);
        committed(1, 2, 11, 20);
        committed(2, 1, 11, 25);

        Tally tally = tally(25);

        assertThat(tally.lost()).isZero();
        assertThat(tally.repeated()).isEqualTo(10);
        assertThat(tally.mostRepeatedOfOneRun()).isEqualTo(10);
        assertThat(tally.repeatedTooLate()).isZero();
        assertThat(tally.repeatedWithoutKill()).isZero();
    }

    @Test
    void lastBatchMayComeAgainBehindAProcessThatCommittedNothing() {
        committed(1, 1, 1, 10);
        committed(3, 1, 1, 10);

        Tally tally = tally(10);

        assertThat(tally.repeatedTooLate()).isZero();
        assertThat(tally.repeatedByServer()).isZero();
    }

    @Test
    void oneMessageOfTheBatchBeforeTheLastIsTooLate() {
        committed(1, 1, 1, 10);
        committed(1, 2, 11, 20);
        committed(2, 1, 10, 20);

        assertThat(tally(20).repeatedTooLate()).isEqualTo(1);
    }

    @Test
    void earlyMessageBehindAProcessThatCommittedNothingIsTheServersAtQos2Alone() {
        committed(1, 1, 1, 10);
        committed(1, 2, 11, 20);
        committed(3, 1, 10, 10);

        assertThat(tally(20).repeatedTooLate()).isZero();
        assertThat(tally(20).repeatedByServer()).isEqualTo(1);
        assertThat(new BatchCount(rows, Qos.AT_LEAST_ONCE).tally(20).repeatedTooLate())
                .isEqualTo(1);
    }

    @Test
    void sameProcessCommitsNothingTwice() {
        committed(1, 1, 1, 10);
        committed(1, 2, 10, 12);

        assertThat(tally(12).repeatedWithoutKill()).isEqualTo(1);
    }

    @Test
    void everyRepeatOfAMessageCounts() {
        committed(1, 1, 1, 1);
        committed(1, 2, 2, 2);
        committed(2, 1, 1, 1);
        committed(3, 1, 1, 1);

        Tally tally = tally(2);

        assertThat(tally.repeated()).isEqualTo(1);
        assertThat(tally.repeatedTooLate()).isEqualTo(1);
    }

    @Test
    void theDatabaseHasWhatWasAddedInItsOrder(@TempDir Path directory) {
        Path file = directory.resolve("committed.db");
        try (CommittedMessages written = CommittedMessages.open(file);
                CommittedMessages read = CommittedMessages.open(file)) {
            assertThat(read.count()).isZero();
            written.add(2, 1, List.of(5L, 5L));
            written.add(2, 2, List.of(4L));

            assertThat(read.count()).isEqualTo(3);
            assertThat(read.all())
                    .containsExactly(
                            new CommittedMessages.Row(2, 1, 5),
                            new CommittedMessages.Row(2, 1, 5),
                            new CommittedMessages.Row(2, 2, 4));
        }
    }

    private Tally tally(long published) {
        return new BatchCount(rows, Qos.EXACTLY_ONCE).tally(published);
    }

    private void committed(int run, int batch, long first, long last) {
        LongStream.rangeClosed(first, last).forEach(id -> rows.add(new CommittedMessages.Row(run, batch, id)));
    }
}

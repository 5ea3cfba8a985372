package io.reactivemqtt.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectCountTest {

    private final List<Journal.Entry> entries = new ArrayList<>();

    @Test
    void messageThatNoProcessReceivedIsLost() {
        received(1, 1, 4);
        received(2, 6, 8);

        Tally tally = new EffectCount(entries).tally(8);

        assertThat(tally.arrived()).isEqualTo(7);
        assertThat(tally.lost()).isEqualTo(1);
    }

    @Test
    void lastMessagesOfAKilledProcessMayComeAgain() {
        received(1, 1, 100);
        received(2, 96, 200);

        Tally tally = new EffectCount(entries).tally(200);

        assertThat(tally.lost()).isZero();
        assertThat(tally.repeated()).isEqualTo(5);
        assertThat(tally.mostRepeatedOfOneRun()).isEqualTo(5);
        assertThat(tally.repeatedTooLate()).isZero();
        assertThat(tally.repeatedWithoutKill()).isZero();
    }

    @Test
    void earlyMessageThatComesAgainIsTooLate() {
        received(1, 1, 100);
        received(2, 20, 20);

        assertThat(new EffectCount(entries).tally(100).repeatedTooLate()).isEqualTo(1);
    }

    @Test
    void sameProcessReceivesNothingTwice() {
        received(1, 1, 10);
        received(1, 10, 10);

        assertThat(new EffectCount(entries).tally(10).repeatedWithoutKill()).isEqualTo(1);
    }

    private void received(int run, long first, long last) {
        for (long id = first; id <= last; id++) {
            entries.add(new Journal.Entry(run, id));
        }
    }
}

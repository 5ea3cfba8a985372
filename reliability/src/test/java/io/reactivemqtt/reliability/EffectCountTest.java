package io.reactivemqtt.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EffectCountTest {

    private final List<Journal.Entry> entries = new ArrayList<>();

    @Test
    void messageThatNoProcessReceivedIsLost() {
        received(1, 1, 4);
        received(2, 6, 8);

        Tally tally = new EffectCount(entries, Qos.EXACTLY_ONCE).tally(8);

        assertThat(tally.arrived()).isEqualTo(7);
        assertThat(tally.lost()).isEqualTo(1);
    }

    @Test
    void lastMessagesOfAKilledProcessMayComeAgain() {
        received(1, 1, 100);
        received(2, 96, 200);

        Tally tally = new EffectCount(entries, Qos.EXACTLY_ONCE).tally(200);

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

        assertThat(new EffectCount(entries, Qos.EXACTLY_ONCE).tally(100).repeatedTooLate())
                .isEqualTo(1);
    }

    @Test
    void earlyMessageThatComesAgainBehindAProcessThatReceivedNothingIsTheServers() {
        received(1, 1, 100);
        received(3, 20, 20);

        Tally tally = new EffectCount(entries, Qos.EXACTLY_ONCE).tally(100);

        assertThat(tally.repeatedTooLate()).isZero();
        assertThat(tally.repeatedByServer()).isEqualTo(1);
        assertThat(tally.repeated()).isEqualTo(1);
    }

    @Test
    void atQos1NothingButTheLastComesAgain() {
        received(1, 1, 100);
        received(3, 20, 20);

        assertThat(new EffectCount(entries, Qos.AT_LEAST_ONCE).tally(100).repeatedTooLate())
                .isEqualTo(1);
    }

    @Test
    void sameProcessReceivesNothingTwice() {
        received(1, 1, 10);
        received(1, 10, 10);

        assertThat(new EffectCount(entries, Qos.EXACTLY_ONCE).tally(10).repeatedWithoutKill())
                .isEqualTo(1);
    }

    private void received(int run, long first, long last) {
        for (long id = first; id <= last; id++) {
            entries.add(new Journal.Entry(run, id));
        }
    }
}

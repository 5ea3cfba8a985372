package io.reactivemqtt.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectLimiterTest {

    private static List<Long> millis(ConnectLimiter limiter, long nowMillis, int turns) {
        return IntStream.range(0, turns)
                .mapToObj(turn ->
                        TimeUnit.NANOSECONDS.toMillis(limiter.takeTurn(TimeUnit.MILLISECONDS.toNanos(nowMillis))))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5_000, 9_000_000_000_000L}) // whatever the clock begins with
    void aBurstBeginsAtOnceAndTheOthersOneAfterTheOther(long now) {
        ConnectLimiter limiter = ConnectLimiter.of(10, 3);
        assertThat(millis(limiter, now, 6)).containsExactly(0L, 0L, 0L, 100L, 200L, 300L);
    }

    @Test
    void theBurstComesBackWithTime() {
        ConnectLimiter limiter = ConnectLimiter.of(10, 2);
        assertThat(millis(limiter, 0, 4)).containsExactly(0L, 0L, 100L, 200L);
        assertThat(millis(limiter, 200, 1)).containsExactly(100L); // two were taken ahead
        assertThat(millis(limiter, 450, 2)).containsExactly(0L, 50L);
        assertThat(millis(limiter, 60_000, 3)).containsExactly(0L, 0L, 100L); // and no more than the burst
    }

    @Test
    void aTurnThatIsGivenBackIsTheNextOnesUnlessItIsOver() {
        ConnectLimiter limiter = ConnectLimiter.of(10, 1);
        assertThat(millis(limiter, 0, 4)).containsExactly(0L, 100L, 200L, 300L);
        limiter.giveBack(TimeUnit.MILLISECONDS.toNanos(300));
        limiter.giveBack(TimeUnit.MILLISECONDS.toNanos(100));
        limiter.giveBack(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(millis(limiter, 150, 3)).containsExactly(50L, 150L, 250L);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "-1, 1", "NaN, 1", "2000000, 1", "1, 0"})
    void whatIsOutOfRangeIsRefused(double perSecond, int burst) {
        assertThatIllegalArgumentException().isThrownBy(() -> ConnectLimiter.of(perSecond, burst));
    }
}

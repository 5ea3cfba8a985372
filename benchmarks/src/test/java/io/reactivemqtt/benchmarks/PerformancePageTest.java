package io.reactivemqtt.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.benchmarks.client.Outcome;
import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/performance.md} is what runs wrote, and a run says rightly which bars it keeps. */
class PerformancePageTest {

    private static final Path PAGE = Path.of("..", "docs", "performance.md");
    private static final Pattern BAR = Pattern.compile("(?m)^\\| .* \\| [≤≥] .* \\| (yes|\\*\\*no\\*\\*) \\|$");

    @Test
    void thePageIsTheTemplateWithWhatRunsSaw() throws IOException {
        String[] words = PerformancePage.template().split("\\{run}|\\{earlier}", -1);

        assertThat(Files.readString(PAGE))
                .as("make it anew as its first lines say")
                .startsWith(words[0])
                .contains(words[1]);
    }

    @Test
    void thePageNamesNoMachine() throws IOException {
        assertThat(Files.readString(PAGE)).doesNotContainPattern("(?<![\\w.])/(?:home|tmp|work|root|Users)/");
    }

    @Test
    void anEarlierRunStaysAsTheOneBefore(@TempDir Path directory) throws IOException {
        Path page = directory.resolve("performance.md");
        PerformancePage.write(page, 3, results(0.1), Bars.of(results(0.1)));
        PerformancePage.write(page, 4, results(0.2), Bars.of(results(0.2)));
        PerformancePage.write(page, 5, results(0.3), Bars.of(results(0.3)));

        assertThat(Files.readString(page))
                .containsSubsequence("--rounds 5", "--rounds 4")
                .doesNotContain("--rounds 3");
    }

    @Test
    void aBarHoldsOrNotAndIsNotShownIfItWasNotMeasured() {
        assertThat(verdicts(Bars.of(results(0.1)))).contains("yes").doesNotContain("**no**");
        assertThat(verdicts(Bars.of(results(5)))).contains("**no**");
        assertThat(verdicts(Bars.of(new Results()))).isEmpty();
    }

    @Test
    void whatIsMeasuredOverTlsHasARowAndBars(@TempDir Path directory) throws IOException {
        Results results = new Results();
        String workload = Workload.publish(1).over(Transport.TLS).toString();
        results.add(workload, Peer.OURS, new Outcome(1_000, 1_300_000, 1_000_000, 0, 0, 0), 1_000);
        results.add(workload, Peer.RAW_NETTY, new Outcome(1_000, 1_000_000, 1_000_000, 0, 0, 0), 1_000);
        results.add(workload, Peer.HIVEMQ_TUNED, new Outcome(1_000, 3_000_000, 1_000_000, 0, 0, 0), 1_000);
        Path page = directory.resolve("performance.md");

        PerformancePage.write(page, 3, results, Bars.of(results));

        assertThat(Files.readString(page))
                .contains("| publish QoS 1, 64 B, over TLS | 1.00 | 1.30 |")
                .contains("| publish QoS 1, 64 B, over TLS: µs of CPU | 1.30 | ≤ 1.25 | 1.25 × raw Netty | **no** |")
                .contains("| publish QoS 1, 64 B, over TLS: µs of CPU | 1.30 | ≤ 1.50 | 0.5 × HiveMQ, tuned | yes |");
    }

    @Test
    void aPeerThatLosesMessagesIsNotTheBestOne() {
        Results results = new Results();
        String workload = Workload.receive(0).toString();
        results.add(workload, Peer.HIVEMQ, new Outcome(50, 1_000, 1, 0, 0, 0), 100);
        results.add(workload, Peer.VERTX, new Outcome(100, 900_000, 1, 0, 0, 0), 100);

        assertThat(results.bestPeer(workload, Results.Figure.CPU_MICROS.place)).isEqualTo(9);
    }

    @Test
    void figuresAreMediansOfTheRounds() {
        Results results = new Results();
        for (int cpu : List.of(9_000, 1_000, 2_000)) {
            results.add("w", Peer.OURS, new Outcome(1, cpu, 1_000_000, 7, 0, 0), 1);
        }

        assertThat(results.median("w", Peer.OURS, Results.Figure.CPU_MICROS)).isEqualTo(2);
        assertThat(results.median("w", Peer.OURS, Results.Figure.PER_SECOND)).isEqualTo(1_000);
        assertThat(results.median("w", Peer.IDEAL, Results.Figure.CPU_MICROS)).isNaN();
    }

    private static List<String> verdicts(Bars bars) {
        return BAR.matcher(bars.markdown())
                .results()
                .map(MatchResult::group)
                .map(line -> line.contains("**no**") ? "**no**" : "yes")
                .toList();
    }

    /** Ours takes so many microseconds where the best peer takes 1. */
    private static Results results(double micros) {
        Results results = new Results();
        String workload = Workload.publish(1).toString();
        results.add(workload, Peer.OURS, new Outcome(1_000, (long) (micros * 1e6), 1_000_000, 100_000, 0, 0), 1_000);
        results.add(workload, Peer.VERTX, new Outcome(1_000, 1_000_000, 1_000_000, 0, 0, 0), 1_000);
        return results;
    }
}

package io.reactivemqtt.reliability.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.reliability.ReportPage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cells and their rows. */
class FaultTest {

    private static FaultReport report(Fault fault) {
        return new FaultReport(
                new FaultCell(fault, Handling.ROWS),
                1_234,
                5,
                0,
                Checks.sent(List.of(), List.of()),
                Checks.taken(Map.of(), List.of()),
                Checks.written(List.of()),
                List.of(),
                Duration.ofSeconds(6));
    }

    @Test
    void everyFaultHasAWordAndATrouble() {
        assertThat(FaultCell.all())
                .extracting(FaultCell::name)
                .doesNotHaveDuplicates()
                .contains("owner-killed-inbox");
        assertThat(Fault.values())
                .allSatisfy(fault -> assertThat(fault.newTrouble()).isNotNull());
    }

    @Test
    void aRowHasAsManyColumnsAsTheHead() {
        ReportPage.Rows rows = FaultTable.markdown(List.of(report(Fault.DISK_FULL)));

        for (String line : rows.head().lines().toList()) {
            assertThat(rows.rows().get(0).chars().filter(each -> each == '|').count())
                    .isEqualTo(line.chars().filter(each -> each == '|').count());
        }
        assertThat(rows.rows().get(0)).startsWith("| disk of the database full | 1,234 | 5 |");
    }

    @Test
    void aRunReplacesTheRowsOfItsFaultsOnThePageAndLeavesOthers() {
        String facts = "- `--faults 7`, commit 1234567890\n- mosquitto; PostgreSQL\n";
        String first = ReportPage.withFaults(
                facts, FaultTable.markdown(List.of(report(Fault.DISK_FULL), report(Fault.DISK_SLOW))), "");

        String second = ReportPage.withFaults(facts, FaultTable.markdown(List.of(report(Fault.DISK_FULL))), first);

        assertThat(second.lines().filter(line -> line.startsWith("| disk of the database full")))
                .hasSize(1);
        assertThat(second.lines().filter(line -> line.startsWith("| disk of the database slow")))
                .hasSize(1);
    }
}

package io.reactivemqtt.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.testsupport.FiguresOnPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/reliability.md} is what the harness wrote, and what stands in it keeps the promises. */
class ReportPageTest {

    private static final Path PAGE = Path.of("..", "docs", "reliability.md");
    private static final String FACTS = "- `--kills 7`, commit 1234567890\n- mosquitto; JDK 17\n";
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| ((?:sender|receiver|batch receiver), QoS \\d, MQTT \\S+) \\|(.*)\\|$");

    @Test
    void thePageIsTheTemplateWithWhatRunsSaw() throws IOException {
        String[] words = ReportPage.template().split("\\{(?:runs|faults)}", -1);
        String page = FiguresOnPage.without(Files.readString(PAGE));

        assertThat(page)
                .as("make it anew as its first lines say")
                .startsWith(words[0])
                .contains(words[1])
                .endsWith(words[2]);
    }

    @Test
    void thePageShowsAllCellsAndNoBrokenPromise() throws IOException {
        List<String[]> rows = ROW.matcher(Files.readString(PAGE))
                .results()
                .map(row -> (row.group(1) + "|" + row.group(2)).split("\\s*\\|\\s*", -1))
                .toList();

        assertThat(rows)
                .extracting(row -> row[0])
                .containsExactlyInAnyOrderElementsOf(
                        Cell.all().stream().map(Cell::words).toList());
        assertThat(rows).allSatisfy(row -> assertThat(row[4]).isEqualTo("**0**"));
        assertThat(rows)
                .filteredOn(row -> row[0].startsWith("sender, QoS 2"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row[5]).isEqualTo("**0**"));
    }

    @Test
    void aRunReplacesTheRowsOfItsCellsAndLeavesOthersAsTheyAre() {
        CellReport sender = report(Cell.Direction.SENDER, 7);
        CellReport receiver = report(Cell.Direction.RECEIVER, 7);
        CellReport again = report(Cell.Direction.RECEIVER, 9);

        String both = ReportPage.with(FACTS, List.of(sender, receiver), "");
        String page = ReportPage.with(FACTS, List.of(again), both);

        assertThat(ROW.matcher(page)
                        .results()
                        .map(row -> row.group(1) + row.group(2).substring(0, 4)))
                .containsExactly("sender, QoS 2, MQTT 5.0 7 |", "receiver, QoS 2, MQTT 5.0 9 |");
        assertThat(page.split(FACTS, -1)).hasSize(3);
        assertThat(ReportPage.with(FACTS, List.of(sender, receiver), page)).isEqualTo(both);
    }

    @Test
    void rowsOfAnotherStoreStandBesideThoseOfTheFirst() {
        CellReport file = report(Cell.Direction.SENDER, 5);
        CellReport database = new CellReport(
                file.cell(), Store.words(PostgreSqlSetup.class), 6, file.tally(), List.of(), Duration.ZERO);

        String page = ReportPage.with(FACTS, List.of(database), ReportPage.with(FACTS, List.of(file), ""));

        assertThat(page)
                .contains("sender, QoS 2, MQTT 5.0 | 5 |")
                .contains("sender, QoS 2, MQTT 5.0, PostgreSQL | 6 |");
    }

    @Test
    void killsAndFaultsLeaveEachOthersTablesAsTheyAre() {
        String kills = ReportPage.with(FACTS, List.of(report(Cell.Direction.SENDER, 7)), "");
        ReportPage.Rows faults = new ReportPage.Rows("| fault | faults |\n|---|--:|\n", List.of("| disk full | 3 |"));

        String both = ReportPage.withFaults(FACTS.replace("--kills", "--faults"), faults, kills);
        String again = ReportPage.with(FACTS, List.of(report(Cell.Direction.SENDER, 8)), both);

        assertThat(both).contains("sender, QoS 2, MQTT 5.0 | 7 |").contains("| disk full | 3 |");
        assertThat(again).contains("sender, QoS 2, MQTT 5.0 | 8 |").contains("| disk full | 3 |");
    }

    @Test
    void whatOtherCommandsWroteStays() {
        String name = "<!-- figures: simulation -->\n";
        assertThat(ReportPage.template()).contains(name);
        String page = ReportPage.with(FACTS, List.of(report(Cell.Direction.SENDER, 7)), "")
                .replace(name, name + "\n1,000 steps\n\n");

        assertThat(ReportPage.with(FACTS, List.of(report(Cell.Direction.SENDER, 7)), page))
                .isEqualTo(page);
    }

    private static CellReport report(Cell.Direction direction, int kills) {
        return new CellReport(
                new Cell(direction, Qos.EXACTLY_ONCE, ProtocolVersion.MQTT_5_0),
                "",
                kills,
                new Tally(1, 1, 0, 0, 0, 0, 0, 0, 0),
                List.of(),
                Duration.ZERO);
    }

    @Test
    void thePageNamesNoMachine() throws IOException {
        Matcher path =
                Pattern.compile("(?<![\\w.])/(?:home|tmp|work|root|Users)/").matcher(Files.readString(PAGE));

        assertThat(path.find()).isFalse();
    }
}

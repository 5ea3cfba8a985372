package io.reactivemqtt.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/reliability.md} is what the harness wrote, and what stands in it keeps the promises. */
class ReportPageTest {

    private static final Path PAGE = Path.of("..", "docs", "reliability.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| ((?:sender|receiver), QoS \\d, MQTT \\S+) \\|(.*)\\|$");

    @Test
    void thePageIsTheTemplateWithWhatOneRunSaw() throws IOException {
        String[] words = ReportPage.template().split("\\{facts}|\\{table}", -1);
        String page = Files.readString(PAGE);

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
                .containsExactlyElementsOf(Cell.all().stream().map(Cell::words).toList());
        assertThat(rows).allSatisfy(row -> assertThat(row[4]).isEqualTo("**0**"));
        assertThat(rows)
                .filteredOn(row -> row[0].startsWith("sender, QoS 2"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(row[5]).isEqualTo("**0**"));
    }

    @Test
    void thePageNamesNoMachine() throws IOException {
        Matcher path =
                Pattern.compile("(?<![\\w.])/(?:home|tmp|work|root|Users)/").matcher(Files.readString(PAGE));

        assertThat(path.find()).isFalse();
    }
}

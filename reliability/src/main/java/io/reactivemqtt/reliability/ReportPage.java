package io.reactivemqtt.reliability;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The page about reliability: words from a template, and what runs of the harness saw. */
final class ReportPage {

    private static final String TEMPLATE = "reliability.md";

    /** The facts of a run with the head of its table, and the rows. */
    private static final Pattern RUN =
            Pattern.compile("(?m)^(- `--kills .*\n- .*\n\n\\| killed .*\n\\|---.*\n)((?:\\|.*\n)+)");

    private ReportPage() {}

    /**
     * Returns the page with what one run saw, behind the rows of other cells that were there before.
     *
     * @param facts what it was run on: two lines of a list
     * @param before the page until now; empty if there is none
     */
    static String with(String facts, List<CellReport> reports, String before) {
        StringBuilder runs = new StringBuilder();
        for (MatchResult run : RUN.matcher(before).results().toList()) {
            String others = run.group(2)
                    .lines()
                    .filter(row -> reports.stream().noneMatch(report -> ReportTable.isRowOf(report, row)))
                    .map(row -> row + "\n")
                    .collect(joining());
            if (!others.isEmpty()) {
                runs.append(run.group(1)).append(others).append('\n');
            }
        }
        runs.append(facts.strip())
                .append("\n\n")
                .append(ReportTable.markdown(reports).strip());
        return template().replace("{runs}", runs);
    }

    /** Returns the words, with {@code {runs}} between them. */
    static String template() {
        try (InputStream resource = Objects.requireNonNull(ReportPage.class.getResourceAsStream(TEMPLATE))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

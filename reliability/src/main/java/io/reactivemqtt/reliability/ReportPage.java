package io.reactivemqtt.reliability;

import static java.util.stream.Collectors.joining;

import io.reactivemqtt.testsupport.FiguresOnPage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The page about reliability: words from a template, and what runs of the harnesses saw. */
public final class ReportPage {

    private static final String TEMPLATE = "reliability.md";

    /** The facts of a run with the head of its table, and the rows. */
    private static final String RUN = "(?m)^(- `--%s .*\n- .*\n\n\\| .*\n\\|---.*\n)((?:\\|.*\n)+)";

    private static final Pattern KILLS = Pattern.compile(RUN.formatted("kills"));
    private static final Pattern FAULTS = Pattern.compile(RUN.formatted("faults"));

    private ReportPage() {}

    /**
     * A table.
     *
     * @param head its first two lines
     * @param rows the others, each with its name first
     */
    public record Rows(String head, List<String> rows) {

        private boolean have(String name) {
            return rows.stream().anyMatch(row -> nameOf(row).equals(name));
        }
    }

    private static String nameOf(String row) {
        return row.split("\\|", -1)[1].strip();
    }

    /**
     * Returns the page with what one run of kills saw, behind the rows of other cells that were there before.
     *
     * @param facts what it was run on: two lines of a list
     * @param before the page until now; empty if there is none
     */
    static String with(String facts, List<CellReport> reports, String before) {
        return page(
                with(KILLS, facts, ReportTable.markdown(reports), before),
                runs(FAULTS, before, new Rows("", List.of())),
                before);
    }

    /** Returns the page with what one run of faults saw, as {@link #with} does for kills. */
    public static String withFaults(String facts, Rows rows, String before) {
        return page(runs(KILLS, before, new Rows("", List.of())), with(FAULTS, facts, rows, before), before);
    }

    private static String page(String kills, String faults, String before) {
        String words = template().replace("{runs}", kills.strip()).replace("{faults}", faults.strip());
        return FiguresOnPage.moved(before, words);
    }

    private static String with(Pattern runs, String facts, Rows rows, String before) {
        return runs(runs, before, rows) + facts.strip() + "\n\n" + rows.head + String.join("\n", rows.rows) + "\n";
    }

    /** Returns what the page has of such runs, without the rows that are made anew. */
    private static String runs(Pattern kind, String before, Rows anew) {
        StringBuilder runs = new StringBuilder();
        for (MatchResult run : kind.matcher(before).results().toList()) {
            String others = run.group(2)
                    .lines()
                    .filter(row -> !anew.have(nameOf(row)))
                    .map(row -> row + "\n")
                    .collect(joining());
            if (!others.isEmpty()) {
                runs.append(run.group(1)).append(others).append('\n');
            }
        }
        return runs.toString();
    }

    /** Returns the words, with {@code {runs}} and {@code {faults}} between them. */
    static String template() {
        try (InputStream resource = Objects.requireNonNull(ReportPage.class.getResourceAsStream(TEMPLATE))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

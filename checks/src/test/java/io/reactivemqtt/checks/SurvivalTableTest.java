package io.reactivemqtt.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.testsupport.FiguresOnPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The table in README of what survives what is the sum of what the runs on {@code docs/reliability.md} have seen. */
class SurvivalTableTest {

    private static final Path README = Path.of("..", "README.md");
    private static final Path PAGE = Path.of("..", "docs", "reliability.md");
    private static final String MEND = "mvn -B -ntp test -pl checks -Dtest=SurvivalTableTest -Ddocumentation.write";

    /** Some rows of a page, whose cells are numbers as people write them. */
    private record Rows(List<String> names, List<List<String>> cells) {

        /** Returns those of all tables with such columns. */
        static Rows under(Predicate<List<String>> head, String page) {
            List<String> names = new ArrayList<>();
            List<List<String>> rows = new ArrayList<>();
            List<String> columns = List.of();
            for (String line : page.lines().toList()) {
                List<String> cells = line.startsWith("|") ? cells(line) : List.of();
                if (cells.isEmpty()) {
                    columns = List.of();
                } else if (columns.isEmpty()) {
                    columns = cells;
                } else if (head.test(columns) && !cells.get(0).startsWith("---")) {
                    if (names.isEmpty()) {
                        names.addAll(columns);
                    }
                    rows.add(cells);
                }
            }
            return new Rows(names, rows);
        }

        private static List<String> cells(String line) {
            return List.of(line.substring(1, line.lastIndexOf('|')).split("\\|", -1)).stream()
                    .map(String::strip)
                    .toList();
        }

        Rows of(Predicate<String> name) {
            return new Rows(
                    names, cells.stream().filter(row -> name.test(row.get(0))).toList());
        }

        long sum(int column) {
            return cells.stream().mapToLong(row -> number(row.get(column))).sum();
        }

        long sum(String column) {
            assertThat(names).contains(column);
            return sum(names.indexOf(column));
        }

        private static long number(String cell) {
            String digits = cell.replaceAll("[^0-9]", "");
            return digits.isEmpty() ? 0 : Long.parseLong(digits);
        }
    }

    @Test
    void theTableInReadmeIsWhatTheRunsHaveSeen() throws IOException {
        String readme = Files.readString(README);
        String made = FiguresOnPage.with(readme, "survives", "\n" + table(Files.readString(PAGE)) + "\n");

        if (System.getProperty("documentation.write") != null) {
            Files.writeString(README, made);
        } else {
            assertThat(readme)
                    .as("is not what the runs have seen; mend it by: " + MEND)
                    .isEqualTo(made);
        }
    }

    private static String table(String page) {
        Rows killed = Rows.under(columns -> columns.contains("kills"), page);
        Rows faults = Rows.under(columns -> columns.contains("faults"), page);
        Rows power = Rows.under(columns -> columns.contains("cut points"), page);
        Rows flapping = Rows.under(columns -> columns.get(0).endsWith(" cuts"), page);
        Rows simulated = Rows.under(columns -> columns.contains("promises broken"), page);
        Rows fuzzed =
                Rows.under(columns -> columns.contains("coverage edges"), page).of(name -> !name.equals("all"));
        StringBuilder table = new StringBuilder("""
                | what fails | tried | lost | repeated at QoS 2 |
                |---|--:|--:|--:|
                """);
        row(
                table,
                "the process is killed, while it sends or receives, over SQLite, PostgreSQL or Redis",
                "%,d kills".formatted(killed.sum("kills")),
                killed.sum("lost"),
                "%d sent"
                        .formatted(killed.of(name -> name.startsWith("sender, QoS 2"))
                                .sum("repeated")));
        row(
                table,
                "the power, under `SqliteSessionStore`",
                "%,d moments, %,d disks".formatted(power.sum("cut points"), power.sum("disks rebuilt")),
                power.sum("lost"),
                "–");
        row(
                table,
                "all connections, every 0.2 to 5 s, for an hour",
                flapping.names().isEmpty() ? "–" : flapping.names().get(0),
                flapping.sum(3),
                Long.toString(flapping.of(name -> name.endsWith("QoS 2")).sum(4)));
        row(
                table,
                "database, Server, network, disk, clock or owner, around three pods",
                "%,d faults".formatted(faults.sum("faults")),
                faults.sum("lost") + faults.sum(10),
                "%d sent".formatted(faults.sum("repeated QoS 2")));
        row(
                table,
                "all of it at random, with models of Server, network, store and clocks",
                "%,d steps".formatted(simulated.sum(1)),
                simulated.sum(5),
                Long.toString(simulated.sum(5)));
        table.append("\nWhat reads bytes of others was given %,d inputs by a fuzzer, without a finding left open.\n"
                .formatted(fuzzed.sum("executions")));
        assertThat(fuzzed.sum("findings")).isZero();
        return table.toString();
    }

    private static void row(StringBuilder table, String fails, String tried, long lost, String repeated) {
        table.append(String.format(Locale.ROOT, "| %s | %s | **%d** | %s |%n", fails, tried, lost, repeated));
    }
}

package io.reactivemqtt.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What all runs of one target have come to, by their logs: those of different seeds go on with what was found before, and their
 * executions add up.
 *
 * @param seeds of the runs
 * @param edges that the runs have reached, of those that are watched
 * @param corpus how many inputs reach them
 */
record Figures(
        String title, List<Long> seeds, long executions, long seconds, long edges, long corpus, List<Path> findings) {

    private static final Pattern EXECUTIONS = Pattern.compile("(?m)^stat::number_of_executed_units: +(\\d+)");
    private static final Pattern RATE = Pattern.compile("(?m)^stat::average_exec_per_sec: +(\\d+)");
    private static final Pattern EDGES = Pattern.compile("(?m)^#\\d+\\s+\\w+\\s+cov: (\\d+) ft: \\d+ corp: (\\d+)/");
    private static final Pattern NAME = Pattern.compile("jazzer-(\\d+)\\.log");

    /** Returns the log of a run. */
    static Path log(Path directory, long seed) {
        return directory.resolve("jazzer-" + seed + ".log");
    }

    /** Returns where a run leaves inputs that break a promise. */
    static Path findings(Path directory) {
        return directory.resolve("findings");
    }

    /** Reads the logs in the directory of a target; one that has not come to its end has no executions. */
    static Figures of(Path directory) throws IOException {
        List<Long> seeds = files(directory).stream()
                .map(file -> NAME.matcher(file.getFileName().toString()))
                .flatMap(matcher -> matcher.results().map(result -> Long.parseLong(result.group(1))))
                .sorted()
                .toList();
        long executions = 0;
        long seconds = 0;
        long edges = 0;
        long corpus = 0;
        for (long seed : seeds) {
            String log = Files.readString(log(directory, seed), StandardCharsets.ISO_8859_1);
            long here = last(EXECUTIONS, log, 1);
            executions += here;
            seconds += here / Math.max(1, last(RATE, log, 1));
            edges = Math.max(edges, last(EDGES, log, 1));
            corpus = Math.max(corpus, last(EDGES, log, 2));
        }
        List<Path> findings = files(findings(directory)).stream()
                .filter(file -> !file.toString().endsWith(".java"))
                .toList();
        return new Figures(directory.getFileName().toString(), seeds, executions, seconds, edges, corpus, findings);
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    private static long last(Pattern pattern, String text, int group) {
        List<MatchResult> all = pattern.matcher(text).results().toList();
        return all.isEmpty() ? 0 : Long.parseLong(all.get(all.size() - 1).group(group));
    }

    /** Returns a line of each, and one of all. */
    static List<String> table(List<Figures> all) {
        Stream<String> head = Stream.of(
                "| target | seeds | executions | executions/s | coverage edges | corpus | findings |",
                "|---|---|--:|--:|--:|--:|--:|");
        long executions = all.stream().mapToLong(Figures::executions).sum();
        Stream<String> sum = Stream.of(String.format(Locale.ROOT, "| all | | %,d | | | | |", executions));
        return Stream.of(head, all.stream().map(Figures::row), sum)
                .flatMap(lines -> lines)
                .toList();
    }

    private String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,d | %,d | %,d | %,d | %s |",
                title,
                seeds.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                executions,
                executions / Math.max(1, seconds),
                edges,
                corpus,
                findings.isEmpty() ? "**0**" : findings.size());
    }
}

package io.reactivemqtt.fuzz;

import io.reactivemqtt.fuzz.JazzerRun.Outcome;
import io.reactivemqtt.testsupport.FiguresOnPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Runs the targets, each in a JVM of its own, and writes what they came to; from the directory of the repository. */
public final class FuzzHarness {

    private static final Path CORPUS = Path.of("fuzz/src/test/resources/io/reactivemqtt/fuzz");
    private static final Path WORK = Path.of("fuzz/target/fuzz");
    private static final String FIGURES = "fuzz";

    private final long executions;
    private final long seed;
    private final Path corpus;
    private final Path work;

    /**
     * Prepares runs.
     *
     * @param executions over all targets
     * @param corpus has a directory for each target
     */
    FuzzHarness(long executions, long seed, Path corpus, Path work) {
        this.executions = executions;
        this.seed = seed;
        this.corpus = corpus.toAbsolutePath();
        this.work = work.toAbsolutePath();
    }

    /**
     * Takes {@code --executions=N}, over all targets; {@code --parallel=N}; {@code --seed=N}; {@code --targets=PREFIX}; and {@code
     * --write=PAGE}, which only a run of all targets writes.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options = new HashMap<>();
        Arrays.stream(arguments)
                .map(argument -> argument.split("=", 2))
                .forEach(option -> options.put(option[0], option.length < 2 ? "" : option[1]));
        long executions = Long.parseLong(options.getOrDefault("--executions", "1000000"));
        long seed = Long.parseLong(options.getOrDefault("--seed", "1"));
        String prefix = options.getOrDefault("--targets", "");
        List<Target> targets = Arrays.stream(Target.values())
                .filter(target -> target.title().startsWith(prefix))
                .toList();
        FuzzHarness harness = new FuzzHarness(executions, seed, CORPUS, WORK);
        List<Outcome> outcomes = harness.run(targets, Integer.parseInt(options.getOrDefault("--parallel", "2")));
        List<String> table = table(outcomes);
        table.forEach(System.out::println);
        List<String> wrong = harness.wrong(outcomes);
        wrong.forEach(System.out::println);
        String page = options.getOrDefault("--write", "");
        if (!page.isEmpty() && targets.size() == Target.values().length) {
            FiguresOnPage.write(Path.of(page), FIGURES, "-Dexecutions=" + executions + " -Dseed=" + seed, table);
        }
        if (!wrong.isEmpty()) {
            System.exit(1);
        }
    }

    /** Runs {@code targets}, so many at once. */
    List<Outcome> run(List<Target> targets, int parallel) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> future : threads.invokeAll(targets.stream()
                    .map(target -> (Callable<Outcome>) () -> run(target))
                    .toList())) {
                outcomes.add(future.get());
            }
            return outcomes;
        } catch (ExecutionException failed) {
            throw new UncheckedIOException(new IOException(failed.getCause()));
        } finally {
            threads.shutdownNow();
        }
    }

    private Outcome run(Target target) throws IOException, InterruptedException {
        return new JazzerRun(target.title(), target.type(), target.longestInput(), work)
                .run(target.partOf(executions), seed, corpus.resolve(target.title()));
    }

    /** Returns a line for each target that has found something, or has not run to its end. */
    List<String> wrong(List<Outcome> outcomes) {
        Map<String, Long> wanted = Arrays.stream(Target.values())
                .collect(Collectors.toMap(Target::title, target -> target.partOf(executions)));
        return outcomes.stream()
                .filter(outcome -> !outcome.isWhole(wanted.getOrDefault(outcome.title(), 0L)))
                .map(outcome -> outcome.title() + " fails after " + outcome.executions() + " executions, by "
                        + outcome.findings() + "; " + outcome.log() + " says how")
                .toList();
    }

    private static List<String> table(List<Outcome> outcomes) {
        List<String> lines = new ArrayList<>();
        lines.add("| target | executions | executions/s | coverage edges | corpus | findings |");
        lines.add("|---|--:|--:|--:|--:|--:|");
        for (Outcome each : outcomes) {
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,.0f | %,d | %,d | %s |",
                    each.title(),
                    each.executions(),
                    each.executions() / each.seconds(),
                    each.edges(),
                    each.corpus(),
                    each.findings().isEmpty() ? "**0**" : each.findings().size()));
        }
        long all = outcomes.stream().mapToLong(Outcome::executions).sum();
        lines.add(String.format(Locale.ROOT, "| all | %,d | | | | |", all));
        return lines;
    }
}

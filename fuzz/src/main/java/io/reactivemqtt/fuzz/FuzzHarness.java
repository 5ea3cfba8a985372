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
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
     * Takes {@code --executions=N}, over all targets, and 0 to run nothing; {@code --parallel=N}; {@code --seed=N}; {@code
     * --targets=PREFIX}; and {@code --write=PAGE}, for what all runs have come to since the last {@code mvn clean}.
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
        List<Outcome> outcomes = executions == 0
                ? List.of()
                : harness.run(targets, Integer.parseInt(options.getOrDefault("--parallel", "2")));
        List<String> wrong = wrong(outcomes);
        wrong.forEach(System.out::println);
        List<Figures> figures = harness.figures();
        List<String> table = Figures.table(figures);
        table.forEach(System.out::println);
        String page = options.getOrDefault("--write", "");
        if (!page.isEmpty()) {
            FiguresOnPage.write(Path.of(page), FIGURES, "-Pfuzz", table);
        }
        if (!wrong.isEmpty()
                || figures.stream().anyMatch(each -> !each.findings().isEmpty())) {
            System.exit(1);
        }
    }

    /** Returns what all runs have come to, this one and those before it. */
    private List<Figures> figures() throws IOException {
        List<Figures> figures = new ArrayList<>();
        for (Target target : Target.values()) {
            figures.add(Figures.of(work.resolve(target.title())));
        }
        return figures;
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
    static List<String> wrong(List<Outcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> !outcome.wrong().isEmpty())
                .map(outcome -> outcome.title() + " has " + outcome.wrong() + "; " + outcome.log() + " says more")
                .toList();
    }
}

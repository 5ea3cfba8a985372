package io.reactivemqtt.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One target in a JVM of its own, to which Jazzer gives what it finds. */
final class JazzerRun {

    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

    /** What the coverage is of: the code that is fuzzed, not the code that looks at it. */
    private static final String INCLUDED =
            "io.reactivemqtt.**:tools.jackson.core.**:io.netty.handler.codec.http.websocketx.**";

    private static final String EXCLUDED =
            "io.reactivemqtt.fuzz.*:io.reactivemqtt.engine.transport.netty.WebSocketTarget"
                    + ":io.reactivemqtt.engine.transport.netty.PlainFrames:io.reactivemqtt.engine.transport.netty.Heard"
                    + ":io.reactivemqtt.store.SnapshotTarget:io.reactivemqtt.store.StoredFormTarget";

    private static final int STACK = 6;
    private static final int LONGEST_SECONDS = 300;

    private static final Pattern EXECUTIONS = Pattern.compile("(?m)^stat::number_of_executed_units: (\\d+)");
    private static final Pattern EDGES = Pattern.compile("(?m)^#\\d+\\s+\\w+\\s+cov: (\\d+) ft: \\d+ corp: (\\d+)/");

    private final String title;
    private final Class<?> target;
    private final int longestInput;
    private final Path directory;
    private final Path log;

    /** What a run has come to. */
    record Outcome(
            String title, long executions, double seconds, long edges, long corpus, List<Path> findings, Path log) {
        boolean isWhole(long wanted) {
            return findings.isEmpty() && executions >= wanted;
        }
    }

    /** Works in a directory of its own under {@code work}. */
    JazzerRun(String title, Class<?> target, int longestInput, Path work) {
        this.title = title;
        this.target = target;
        this.longestInput = longestInput;
        this.directory = work.resolve(title);
        this.log = directory.resolve("jazzer.log");
    }

    /**
     * Runs it to its end.
     *
     * @param corpus what it begins with, and does not change
     */
    Outcome run(long executions, long seed, Path corpus) throws IOException, InterruptedException {
        Path found = Files.createDirectories(directory.resolve("corpus"));
        Path findings = Files.createDirectories(directory.resolve("findings"));
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command(executions, seed, List.of(found, corpus), findings))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread end = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        List<Path> files = files(findings);
        return new Outcome(
                title,
                last(EXECUTIONS, text, 1).orElse(0),
                seconds,
                last(EDGES, text, 1).orElse(0),
                last(EDGES, text, 2).orElse(0),
                status != 0 && files.isEmpty() ? List.of(log) : files,
                log);
    }

    private List<String> command(long executions, long seed, List<Path> corpora, Path findings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "-XX:MaxJavaStackTraceDepth=" + STACK, // nearly all that is refused is thrown
                "-Dio.netty.leakDetection.level=disabled", // each target looks itself
                "-classpath",
                System.getProperty("java.class.path"),
                JAZZER,
                "--target_class=" + target.getName(),
                "--instrumentation_includes=" + INCLUDED,
                "--instrumentation_excludes=" + EXCLUDED,
                "--custom_hook_includes=io.reactivemqtt.**:tools.jackson.core.**",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-runs=" + executions,
                "-seed=" + seed,
                "-max_len=" + longestInput,
                "-timeout=" + LONGEST_SECONDS,
                "-report_slow_units=" + LONGEST_SECONDS, // others may have the machine
                "-rss_limit_mb=0", // the heap is bounded
                "-print_final_stats=1"));
        corpora.forEach(corpus -> command.add(corpus.toString()));
        return command;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static OptionalLong last(Pattern pattern, String text, int group) {
        List<MatchResult> all = pattern.matcher(text).results().toList();
        return all.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(all.get(all.size() - 1).group(group)));
    }
}

package io.reactivemqtt.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

    private final String title;
    private final Class<?> target;
    private final int longestInput;
    private final Path directory;

    /** What a run has come to: {@code wrong} are inputs that break a promise, or the log if it has none and still not ended well. */
    record Outcome(String title, long executions, long edges, List<Path> wrong, Path log) {}

    /** Works in a directory of its own under {@code work}. */
    JazzerRun(String title, Class<?> target, int longestInput, Path work) {
        this.title = title;
        this.target = target;
        this.longestInput = longestInput;
        this.directory = work.resolve(title);
    }

    /**
     * Runs it to its end.
     *
     * @param seed of a run that was not before; it goes on with what that has found
     * @param corpus what it begins with, too, and does not change
     */
    Outcome run(long executions, long seed, Path corpus) throws IOException, InterruptedException {
        Path found = Files.createDirectories(directory.resolve("corpus"));
        Path findings = Files.createDirectories(Figures.findings(directory));
        Path log = Figures.log(directory, seed);
        Process process = new ProcessBuilder(command(executions, seed, List.of(found, corpus), findings))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread end = new Thread(process::destroyForcibly); // it takes any other end for a finding
        Runtime.getRuntime().addShutdownHook(end);
        int status = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(end);
        Figures figures = Figures.of(directory);
        List<Path> wrong = status != 0 && figures.findings().isEmpty() ? List.of(log) : figures.findings();
        return new Outcome(title, figures.executions(), figures.edges(), wrong, log);
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
}

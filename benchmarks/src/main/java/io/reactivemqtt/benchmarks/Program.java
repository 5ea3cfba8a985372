package io.reactivemqtt.benchmarks;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A Java program in a process of its own that answers each line with a line. It ends with its input, so with this process too. */
final class Program implements AutoCloseable {

    /** The same for all: no collector that works beside the client on another core, and room for young objects. */
    private static final List<String> JVM =
            List.of("-XX:+UseSerialGC", "-Xms768m", "-Xmx3g", "-Xmn512m", "-Djdk.attach.allowAttachSelf=false");

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;

    private Program(Process process) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.US_ASCII);
        this.in = new PrintWriter(process.outputWriter(StandardCharsets.US_ASCII), true);
    }

    /**
     * Starts {@code main} on one core alone, where the system can do that.
     *
     * @param errors where its standard error goes
     */
    static Program start(int core, Path errors, Class<?> main, String... arguments) throws IOException {
        return start(core, errors, List.of(), System.getProperty("java.class.path"), main, arguments);
    }

    /** Starts a class of that name from {@code classPath}, which may be that of another build, in a JVM with {@code options}. */
    static Program start(
            int core, Path errors, List<String> options, String classPath, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        if (canPin()) {
            command.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(List.of(arguments));
        return new Program(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                .start());
    }

    /** Tells whether a program can have a core of its own. */
    static boolean canPin() {
        return Runtime.getRuntime().availableProcessors() > 1 && isOnPath("taskset");
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Stops it where it is, so that no timer and no compiler of it disturbs another one, if this system can. */
    void pause() throws IOException {
        signal("STOP");
    }

    /** Lets it go on. */
    void resume() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        if (isOnPath("kill")) {
            try {
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    /** Says {@code line} and returns the answer. */
    String ask(String line) throws IOException {
        in.println(line);
        return hear();
    }

    /** Returns the next line that it says. */
    String hear() throws IOException {
        try {
            return CompletableFuture.supplyAsync(this::readLine)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .orElseThrow(() -> new EOFException("the process has ended"));
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("the process does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Optional<String> readLine() {
        try {
            return Optional.ofNullable(out.readLine());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Ends it as it ends itself, and waits for that. */
    void finish() throws IOException {
        in.close();
        awaitEnd(process);
    }

    /** Waits until {@code ending} has ended, but not for ever. */
    static void awaitEnd(Process ending) throws IOException {
        try {
            if (!ending.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the process does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        in.close();
        process.destroyForcibly();
    }
}

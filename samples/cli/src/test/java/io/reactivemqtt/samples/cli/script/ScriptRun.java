package io.reactivemqtt.samples.cli.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.samples.cli.ReactiveMqttCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A script with the test at both ends, in this JVM or in a process of its own. Commands are written with ' for ". Whatever is
 * waited for comes within ten seconds.
 */
final class ScriptRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final OutputStream commands;
    private final @Nullable Process process;
    private final CompletableFuture<Void> ended;
    private final List<JsonNode> lines = new ArrayList<>();
    private int lastId;

    private ScriptRun() {
        try {
            PipedOutputStream pipe = new PipedOutputStream();
            PipedInputStream in = new PipedInputStream(pipe, 1 << 16);
            commands = pipe;
            process = null;
            ended = inBackground(() -> Script.run(in, new Collector()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ScriptRun(Process process) {
        this.process = process;
        commands = process.getOutputStream();
        ended = inBackground(() -> {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    received(line);
                }
            }
        });
    }

    /** Starts one in this JVM. */
    static ScriptRun start() {
        return new ScriptRun();
    }

    /** Starts one as people do, in a process of its own. */
    static ScriptRun startProcess() throws IOException {
        return new ScriptRun(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReactiveMqttCommand.class.getName(),
                        "script")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Returns the fields of {@code new} that name a client and a Server. */
    static String newClient(String name, URI server) {
        return "'op':'new','client':'" + name + "','host':'" + server.getHost() + "','port':" + server.getPort();
    }

    // ---- commands and answers

    /** Sends a line as it is. */
    void sendLine(String line) {
        try {
            commands.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends the fields of a command, and returns the id that it got. */
    int send(String fields) {
        int id = ++lastId;
        sendLine(("{'id':" + id + "," + fields + "}").replace('\'', '"'));
        return id;
    }

    /** Waits for the answer to a command. */
    JsonNode answer(int id) {
        return await("the answer to " + id, line -> line.path("id").asInt(0) == id);
    }

    /** Sends a command, waits for its answer, which must be good, and returns the result. */
    JsonNode call(String fields) {
        JsonNode answer = answer(send(fields));
        assertThat(answer.path("ok").asBoolean()).as(answer.toString()).isTrue();
        return answer.path("result");
    }

    /** Sends a command, waits for its answer, which must not be good, and returns the error. */
    JsonNode fail(String fields) {
        JsonNode answer = answer(send(fields));
        assertThat(answer.path("ok").asBoolean(true)).as(answer.toString()).isFalse();
        return answer.path("error");
    }

    /** Returns how many answers there were to each command that was sent, in their order. */
    List<Long> answersToEach() {
        synchronized (lines) {
            return IntStream.rangeClosed(1, lastId)
                    .mapToObj(id -> lines.stream()
                            .filter(line -> line.path("id").asInt(0) == id)
                            .count())
                    .toList();
        }
    }

    // ---- events

    /** Waits until there are so many messages of a client, and returns all that there are. */
    List<JsonNode> messages(String client, int atLeast) {
        Predicate<JsonNode> message = line -> line.path("ev").asString("").equals("message")
                && line.path("client").asString("").equals(client);
        synchronized (lines) {
            awaitInLock(
                    atLeast + " messages", () -> lines.stream().filter(message).count() >= atLeast);
            return lines.stream().filter(message).toList();
        }
    }

    /** Waits for an event with this type. */
    JsonNode event(String event) {
        return await(event, line -> line.path("ev").asString("").equals(event));
    }

    /** Waits until there are so many events of this type and this text, and returns all that there are. */
    List<JsonNode> events(String event, String text, int atLeast) {
        Predicate<JsonNode> wanted = line -> line.path("ev").asString("").equals(event)
                && line.path("text").asString("").equals(text);
        synchronized (lines) {
            awaitInLock(
                    atLeast + " " + event + " " + text,
                    () -> lines.stream().filter(wanted).count() >= atLeast);
            return lines.stream().filter(wanted).toList();
        }
    }

    /** Returns the events of these types so far, each with its text, in their order. */
    List<String> told(String... types) {
        synchronized (lines) {
            return lines.stream()
                    .filter(line -> List.of(types).contains(line.path("ev").asString("")))
                    .map(line ->
                            line.path("ev").asString() + " " + line.path("text").asString(""))
                    .toList();
        }
    }

    /** Waits for a line. */
    JsonNode await(String what, Predicate<JsonNode> line) {
        synchronized (lines) {
            awaitInLock(what, () -> lines.stream().anyMatch(line));
            return lines.stream().filter(line).findFirst().orElseThrow();
        }
    }

    /** Returns all that was said. */
    String output() {
        synchronized (lines) {
            return lines.toString();
        }
    }

    private void awaitInLock(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("Expected " + what + ", but there came only:\n" + lines);
                }
                lines.wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void received(String line) {
        synchronized (lines) {
            lines.add(MAPPER.readTree(line));
            lines.notifyAll();
        }
    }

    // ---- the end

    /** Ends the input, and waits until the script has ended. */
    void end() {
        try {
            commands.close();
        } catch (IOException gone) {
            assertThat(process).as("only a process can be gone").isNotNull();
        }
        awaitEnd();
    }

    /** Waits until the script has ended by itself. */
    void awaitEnd() {
        ended.orTimeout(30, TimeUnit.SECONDS).join();
    }

    /** Waits until the process has ended, and returns its exit status. */
    int exitStatus() throws InterruptedException {
        if (process == null) {
            throw new IllegalStateException("it is in this JVM");
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process == null) {
            end();
        } else {
            process.destroyForcibly();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> inBackground(Work work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (IOException | RuntimeException failure) {
                        done.completeExceptionally(failure);
                    }
                },
                "script");
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    /** The output of a script in this JVM: every write is one whole line. */
    private final class Collector extends OutputStream {
        @Override
        public void write(int b) {
            throw new AssertionError("a line is written at once");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            String line = new String(bytes, offset, length, StandardCharsets.UTF_8);
            assertThat(line).endsWith("\n").hasLineCount(1);
            received(line);
        }
    }
}

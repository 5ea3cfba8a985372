package io.reactivemqtt.reliability;

import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The parent's side of a {@link Child}. One that ends in another way than its parent wants is an error. */
final class ChildProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final List<Cell> cells;
    private final Path temporary;
    private final Path errors;
    private final Thread reader;
    private final Map<String, CompletableFuture<Boolean>> said = new ConcurrentHashMap<>();
    private final List<Complaint> complaints = new CopyOnWriteArrayList<>();

    /**
     * What a client said that should not happen.
     *
     * @param cell the name of the client's cell
     * @param words what it was
     */
    record Complaint(String cell, String words) {}

    private ChildProcess(Process process, List<Cell> cells, Path temporary, Path errors) {
        this.process = process;
        this.cells = cells;
        this.temporary = temporary;
        this.errors = errors;
        this.reader = new Thread(this::read, "child-output");
        reader.setDaemon(true);
        reader.start();
    }

    static ChildProcess start(ChildOrder order) {
        return start(ChildJvm.command(), order);
    }

    /** Starts it with a command to which only its arguments are added. */
    static ChildProcess start(List<String> java, ChildOrder order) {
        List<String> command = new ArrayList<>(java);
        Path temporary =
                order.directory().resolve("temporary"); // for native libraries, which a killed process leaves there
        command.add(1, "-Djava.io.tmpdir=" + temporary);
        String database = System.getProperty(Store.PORT);
        if (database != null) {
            command.add(1, "-D" + Store.PORT + "=" + database);
        }
        command.addAll(order.arguments());
        Path errors = order.directory().resolve("errors-" + order.run());
        try {
            Files.createDirectories(temporary);
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            return new ChildProcess(process, order.cells(), temporary, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(Child.COMPLAINT)) {
                    complaints.add(complaint(line.substring(Child.COMPLAINT.length())));
                }
                heard(line).complete(true);
            }
        } catch (IOException e) {
            return; // killed
        } finally {
            said.values().forEach(word -> word.complete(false));
        }
    }

    private static Complaint complaint(String line) {
        int space = line.indexOf(' ');
        return new Complaint(line.substring(0, space), line.substring(space + 1));
    }

    private CompletableFuture<Boolean> heard(String line) {
        return said.computeIfAbsent(line, key -> new CompletableFuture<>());
    }

    /** Waits until each of its clients has said that it works. */
    void awaitWork() throws InterruptedException {
        for (Cell cell : cells) {
            await(Child.works(cell));
        }
    }

    /** Waits until it has said {@code word}. */
    void await(String word) throws InterruptedException {
        try {
            if (!heard(word).get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw failure("ended before it said \"" + word + "\"");
            }
        } catch (TimeoutException e) {
            throw failure("did not say \"" + word + "\"");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets it work and then kills it, with no chance for it to do anything about it. */
    void killAfter(Duration time) throws InterruptedException {
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            throw failure("ended by itself");
        }
        process.destroyForcibly().waitFor();
        reader.join();
        clean();
    }

    /** Lets it finish what it has begun and end. */
    void end() throws InterruptedException {
        try {
            process.outputWriter(StandardCharsets.US_ASCII)
                    .append(Child.END)
                    .append('\n')
                    .flush();
        } catch (IOException e) {
            throw failure("does not listen");
        }
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw failure("did not come to rest");
        }
        if (process.exitValue() != 0) {
            throw failure("failed at the end");
        }
        reader.join();
        clean();
    }

    /** Returns what its clients said that should not happen. */
    List<Complaint> complaints() {
        return complaints;
    }

    /** Kills it if it still lives. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void clean() {
        TemporaryDirectory.delete(temporary);
        try {
            if (complaints.isEmpty() && !GroupRun.isTraced()) {
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IllegalStateException failure(String what) {
        String words;
        try {
            words = Files.readString(errors);
        } catch (IOException e) {
            words = "(" + e + ")";
        }
        return new IllegalStateException("process " + process.pid() + " " + what + ":\n" + words);
    }
}

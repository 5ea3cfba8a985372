package io.reactivemqtt.samples.cli.script;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedTransferQueue;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The output: one JSON object on each line, in the order in which they were handed in, by a thread of its own.
 *
 * <p>So a reader that is slow stops no client's event loop. Thread-safe; handing a line in never blocks.
 */
final class Lines implements AutoCloseable {

    /** A line, and what happens once the reader can have it. */
    private record Line(ObjectNode json, Runnable written) {}

    private static final Line END = new Line(JsonNodeFactory.instance.objectNode(), () -> {});

    private final OutputStream out;
    private final LinkedTransferQueue<Line> waiting = new LinkedTransferQueue<>();
    private final Thread writer = new Thread(this::writeAll, "script-output");

    Lines(OutputStream out) {
        this.out = out;
        writer.setDaemon(true);
        writer.start();
    }

    void write(ObjectNode json) {
        write(json, () -> {});
    }

    /** Writes a line, then runs {@code written} on the writing thread; never runs it if the line could not be written. */
    void write(ObjectNode json, Runnable written) {
        waiting.put(new Line(json, written));
    }

    /** Waits until all is written. */
    @Override
    public void close() {
        waiting.put(END);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeAll() {
        try {
            boolean read = true;
            for (Line line = waiting.take(); !line.equals(END); line = waiting.take()) {
                read = read && write(line);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether there is still somebody who reads. */
    private boolean write(Line line) {
        try {
            out.write((line.json + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException nobodyReads) {
            System.err.println("script: the output cannot be written: " + nobodyReads.getMessage());
            return false;
        }
        line.written.run();
        return true;
    }
}

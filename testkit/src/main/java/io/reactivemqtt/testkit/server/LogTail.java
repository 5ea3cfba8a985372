package io.reactivemqtt.testkit.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/** Reads a process's output to its end on a thread of its own and keeps the last lines. */
final class LogTail {

    private static final int LINES_KEPT = 200;

    private final ArrayDeque<String> lines = new ArrayDeque<>();

    /** Starts reading; {@code onLine} hears every line, on the reading thread, and {@code onEnd} that there are no more. */
    static LogTail of(InputStream output, Consumer<String> onLine, Runnable onEnd) {
        LogTail log = new LogTail();
        Thread reader = new Thread(() -> log.read(output, onLine, onEnd), "server-log");
        reader.setDaemon(true);
        reader.start();
        return log;
    }

    private void read(InputStream output, Consumer<String> onLine, Runnable onEnd) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
                onLine.accept(line);
            }
        } catch (IOException e) {
            keep("(the output ended with " + e + ")");
        } finally {
            onEnd.run();
        }
    }

    private synchronized void keep(String line) {
        if (lines.size() == LINES_KEPT) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    /** Returns the last lines. */
    synchronized String text() {
        return String.join(System.lineSeparator(), lines);
    }
}

package io.reactivemqtt.testsupport;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.util.Loggers;

/**
 * Writes what every logger of this JVM says, at its finest, to a file: the loggers of {@code java.util.logging}, {@link System.Logger},
 * Netty and, where it is there, Reactor. Consoles show nothing of what the client's own loggers say.
 *
 * <p>Any thread may log, an event loop too: a thread of this writes.
 */
final class Transcript extends Handler {

    private static final long NAP_NANOS = 50_000_000;

    /** By which newer JDKs tell of programs that tests start, such as a proxy with the password that it shall ask for. */
    private static final String STARTED_BY_TESTS = "java.lang.ProcessBuilder";

    private final Logger root = Logger.getLogger("");
    private final @Nullable Level levelBefore = root.getLevel();
    private final List<Handler> consoles = Stream.of(root.getHandlers())
            .filter(ConsoleHandler.class::isInstance)
            .toList();
    private final Formatter formatter = new SimpleFormatter();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final BufferedWriter file;
    private final Thread writer = new Thread(this::write, "transcript");
    private volatile boolean ends;
    private volatile @Nullable IOException failure;

    private Transcript(Path path) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        file = Files.newBufferedWriter(path);
    }

    /** Begins one at {@code path}, in place of what is there; loggers of Reactor and Netty that are made from now on are in it. */
    static Transcript begin(Path path) throws IOException {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        try {
            Loggers.useJdkLoggers();
        } catch (NoClassDefFoundError e) {
            // then nobody logs with it
        }
        Transcript transcript = new Transcript(path);
        transcript.setLevel(Level.ALL);
        for (Handler console : transcript.consoles) {
            console.setFilter(line -> !String.valueOf(line.getLoggerName()).startsWith("io.reactivemqtt."));
        }
        transcript.root.addHandler(transcript);
        transcript.root.setLevel(Level.ALL);
        transcript.writer.setDaemon(true);
        transcript.writer.start();
        return transcript;
    }

    @Override
    public void publish(LogRecord line) {
        if (STARTED_BY_TESTS.equals(line.getLoggerName())) {
            return;
        }
        StringWriter text = new StringWriter()
                .append(line.getLoggerName() + " " + line.getLevel() + ": " + formatter.formatMessage(line) + "\n");
        if (line.getThrown() != null) {
            line.getThrown().printStackTrace(new PrintWriter(text));
        }
        lines.add(text.toString());
    }

    private void write() {
        try (file) {
            while (true) {
                boolean last = ends;
                for (String line = lines.poll(); line != null; line = lines.poll()) {
                    file.write(line);
                }
                if (last) {
                    return;
                }
                file.flush();
                LockSupport.parkNanos(NAP_NANOS);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    @Override
    public void flush() {}

    /** Ends it: what was logged before is in the file. */
    @Override
    public void close() {
        root.removeHandler(this);
        root.setLevel(levelBefore);
        consoles.forEach(console -> console.setFilter(null));
        ends = true;
        LockSupport.unpark(writer);
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then the file is not whole
        }
        IOException thrown = failure;
        if (thrown != null) {
            throw new UncheckedIOException(thrown);
        }
    }
}

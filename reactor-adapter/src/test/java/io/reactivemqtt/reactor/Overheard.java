package io.reactivemqtt.reactor;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.reactivemqtt.testsupport.Canaries;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import reactor.util.Loggers;

/**
 * All that a listener in this JVM can hear: every logger at its finest, both standard streams, and what a test shows it. In a JVM of
 * its own, for loggers that are there already write elsewhere.
 */
final class Overheard extends Handler implements AutoCloseable {

    static {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        Loggers.useJdkLoggers();
    }

    private final Logger root = Logger.getLogger("");
    private final @Nullable Level levelBefore = root.getLevel();
    private final List<Handler> handlersBefore = List.of(root.getHandlers());
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final SimpleFormatter formatter = new SimpleFormatter();

    @SuppressWarnings("SystemOut") // what is written there is what this is about
    private Overheard() {
        handlersBefore.forEach(root::removeHandler); // which would write all of it to a report
        root.addHandler(this);
        root.setLevel(Level.ALL);
        setLevel(Level.ALL);
        System.setOut(listening("standard output"));
        System.setErr(listening("standard error"));
    }

    static Overheard begin() {
        return new Overheard();
    }

    private PrintStream listening(String name) {
        return new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void write(byte[] bytes, int offset, int length) {
                heard.add(name + ": " + new String(bytes, offset, length, StandardCharsets.UTF_8));
            }
        };
    }

    @Override
    public void publish(LogRecord line) {
        String thrown = line.getThrown() == null ? "" : "\n" + traceOf(line.getThrown());
        heard.add(line.getLoggerName() + " " + line.getLevel() + ": " + formatter.formatMessage(line) + thrown);
    }

    @Override
    public void flush() {}

    /** Adds what {@code thing} says of itself; of a failure, all of it with its causes, and of options, those in them too. */
    void look(@Nullable Object thing) {
        if (thing instanceof Throwable failure) {
            heard.add("thrown: " + traceOf(failure));
            return;
        }
        heard.add("shown: " + thing);
        if (thing != null && thing.getClass().getName().startsWith("io.reactivemqtt.client.")) {
            for (Method method : thing.getClass().getMethods()) {
                if (isPartOfOptions(method)) {
                    look(valueOf(method, thing));
                }
            }
        }
    }

    /** Not text and bytes, which somebody has to ask for by name. */
    private static boolean isPartOfOptions(Method method) {
        return method.getParameterCount() == 0
                && !Modifier.isStatic(method.getModifiers())
                && !method.getName().equals("mutate")
                && !method.getReturnType().isEnum()
                && (method.getReturnType().getName().startsWith("io.reactivemqtt.client.")
                        || method.getReturnType().getName().equals("io.reactivemqtt.Will")
                        || Throwable.class.isAssignableFrom(method.getReturnType()));
    }

    private static @Nullable Object valueOf(Method method, Object of) {
        try {
            method.setAccessible(true); // of a class that is not public
            return method.invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static String traceOf(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    List<String> lines() {
        return List.copyOf(heard);
    }

    /** Returns each place where a canary, or one of {@code others}, was heard. */
    List<String> canaries(String... others) {
        return lines().stream()
                .flatMap(line -> Canaries.in(line, others).stream())
                .toList();
    }

    @Override
    public void close() {
        System.setOut(out);
        System.setErr(err);
        root.removeHandler(this);
        root.setLevel(levelBefore);
        handlersBefore.forEach(root::addHandler);
    }
}

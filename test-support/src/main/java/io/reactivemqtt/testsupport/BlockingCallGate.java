package io.reactivemqtt.testsupport;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails a test run in which an event loop was blocked, even where somebody caught the error that BlockHound threw there.
 *
 * <p>JUnit finds it by itself wherever this module is on the class path. It hears of blocking calls where
 * {@code blockhound-junit-platform} is there, too, and the JVM runs with {@code -XX:+AllowRedefinitionToAddDeleteMethods}. The
 * embedded Servers may block their own threads.
 */
public final class BlockingCallGate implements LauncherSessionListener {

    private static final List<String> CALLS = new ArrayList<>();

    /** JUnit makes one. */
    public BlockingCallGate() {}

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        failOn(takeCalls(call -> true));
    }

    static void failOn(List<String> calls) {
        if (!calls.isEmpty()) {
            throw new AssertionError(calls.size() + " blocking call(s) on an event loop:\n" + String.join("\n", calls));
        }
    }

    static void add(String call) {
        synchronized (CALLS) {
            CALLS.add(call);
        }
    }

    /** Takes off the record, and returns, what {@code wanted} accepts. */
    static List<String> takeCalls(Predicate<String> wanted) {
        synchronized (CALLS) {
            List<String> taken = CALLS.stream().filter(wanted).toList();
            CALLS.removeAll(taken);
            return taken;
        }
    }
}

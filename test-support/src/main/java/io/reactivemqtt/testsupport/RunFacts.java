package io.reactivemqtt.testsupport;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What a reader needs to run the same again; nothing that tells one machine from another of its kind. */
public final class RunFacts {

    private static final long GIBIBYTE = 1L << 30;
    private static final long GIT_SECONDS = 10;

    private RunFacts() {}

    /** Returns the Java, the operating system, the cores and the memory, in one line. */
    public static String machine() {
        return "JDK " + Runtime.version() + "; " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                + "; " + Runtime.getRuntime().availableProcessors() + " cores, " + memoryGibibytes() + " GiB of memory";
    }

    private static long memoryGibibytes() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? Math.round((double) system.getTotalMemorySize() / GIBIBYTE)
                : 0;
    }

    /** Returns the commit of the working directory, or {@code unknown}. */
    public static String commit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "--short=10", "HEAD")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return git.waitFor(GIT_SECONDS, TimeUnit.SECONDS) && git.exitValue() == 0 ? answer : "unknown";
        } catch (IOException e) {
            return "unknown"; // no git here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}

package io.reactivemqtt.benchmarks.client;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What this process has used since it started, or in between.
 *
 * @param cpuNanos of all its threads, those of the JVM too, but not those that compile: a program that runs for long has done that
 * @param wallNanos on the clock
 * @param heapBytes allocated by the threads that still live
 * @param contextSwitches of the threads that still live; Linux only
 * @param writes system calls that write; Linux only, without those that AWS's native code makes
 */
record Cost(long cpuNanos, long wallNanos, long heapBytes, long contextSwitches, long writes) {

    /** Threads of the just-in-time compilers, by their names in {@code stat}. */
    private static final Pattern COMPILER = Pattern.compile("\\(C[12] Compiler");

    private static final long NANOS_OF_A_TICK = 10_000_000;

    // behind the name of the thread
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Returns what was used so far. */
    static Cost now() {
        long heapBytes = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            heapBytes += Math.max(0, bytes);
        }
        return new Cost(
                SYSTEM.getProcessCpuTime() - compilerNanos(),
                System.nanoTime(),
                heapBytes,
                allContextSwitches(),
                number(lines(Path.of("/proc/self/io")), "syscw:"));
    }

    /** Returns what was used since {@code earlier}. */
    Cost since(Cost earlier) {
        return new Cost(
                cpuNanos - earlier.cpuNanos,
                wallNanos - earlier.wallNanos,
                heapBytes - earlier.heapBytes,
                contextSwitches - earlier.contextSwitches,
                writes - earlier.writes);
    }

    /** Returns the memory of this process that is in use, as the operating system counts it. */
    static long residentBytes() {
        return number(lines(Path.of("/proc/self/status")), "VmRSS:") * 1024;
    }

    private static long allContextSwitches() {
        return sumOfThreads(task -> {
            List<String> status = lines(task.resolve("status"));
            return number(status, "voluntary_ctxt_switches:") + number(status, "nonvoluntary_ctxt_switches:");
        });
    }

    private static long compilerNanos() {
        return sumOfThreads(task -> {
            List<String> stat = lines(task.resolve("stat"));
            if (stat.isEmpty() || !COMPILER.matcher(stat.get(0)).find()) {
                return 0;
            }
            String line = stat.get(0);
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) * NANOS_OF_A_TICK;
        });
    }

    private static long sumOfThreads(ToLongFunction<Path> figure) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.mapToLong(figure).sum();
        } catch (IOException e) {
            return 0; // another system than Linux
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // a thread that has just ended, or another system than Linux
        }
    }

    private static long number(List<String> lines, String name) {
        for (String line : lines) {
            if (line.startsWith(name)) {
                return Long.parseLong(
                        line.substring(name.length()).replace("kB", "").strip());
            }
        }
        return 0;
    }
}

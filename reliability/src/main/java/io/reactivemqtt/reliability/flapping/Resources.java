package io.reactivemqtt.reliability.flapping;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What the process has.
 *
 * @param heapKib of the heap, in KiB, after a collection
 * @param threads how many are alive
 * @param descriptors how many files and sockets are open
 */
record Resources(long heapKib, int threads, long descriptors) {

    private static final int COLLECTIONS = 3;
    private static final int KIB = 1024;

    /** A heap is never the same twice: classes are loaded, and caches of the JDK fill. */
    private static final double HEAP_MAY_GROW = 1.1;

    static Resources ofThisProcess() throws IOException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc(); // weak references go one after the other
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return new Resources(heap / KIB, ManagementFactory.getThreadMXBean().getThreadCount(), descriptors.count());
        }
    }

    boolean isNoMoreThan(Resources before) {
        return heapKib <= before.heapKib * HEAP_MAY_GROW
                && threads <= before.threads
                && descriptors <= before.descriptors;
    }

    /** Returns a row of a table. */
    String row(String when) {
        return String.format("| %s | %,d | %d | %d |", when, heapKib, threads, descriptors);
    }
}

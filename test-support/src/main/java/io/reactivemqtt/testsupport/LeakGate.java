package io.reactivemqtt.testsupport;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails a test run in which one of Netty's buffers was lost, where Netty alone would only log it.
 *
 * <p>JUnit finds it by itself wherever this module is on the class path. How many buffers are watched is Netty's setting:
 * {@code -Dio.netty.leakDetection.level=paranoid} watches all. What the embedded Servers and two other libraries lose is theirs and not counted.
 */
public final class LeakGate implements LauncherSessionListener {

    private static final int COLLECTIONS = 3;
    private static final long COLLECTION_MILLIS = 500;

    private static final Recorder RECORDER = new Recorder();

    /** JUnit makes one. */
    public LeakGate() {}

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(RECORDER); // before the first buffer is made
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        failOn(takeLeaks(leak -> true));
    }

    /**
     * Fails if there is a leak.
     *
     * @throws AssertionError with all of them
     */
    static void failOn(List<String> leaks) {
        if (!leaks.isEmpty()) {
            throw new AssertionError(
                    leaks.size() + " buffer(s) of Netty were never released:\n" + String.join("\n", leaks));
        }
    }

    /** Takes off the record, and returns, what was lost until now and {@code wanted} accepts. */
    static List<String> takeLeaks(Predicate<String> wanted) {
        if (!RECORDER.hasDetectors()) {
            return List.of(); // nobody made a buffer
        }
        for (int collection = 0; collection < COLLECTIONS; collection++) {
            collectGarbage();
            UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release(); // Netty looks for leaks when it makes a buffer
        }
        return RECORDER.take(wanted);
    }

    /** Returns when the collector has found what nobody holds, or has been given time enough to. */
    private static void collectGarbage() {
        ReferenceQueue<Object> found = new ReferenceQueue<>();
        PhantomReference<Object> canary = new PhantomReference<>(new Object(), found);
        System.gc();
        try {
            found.remove(COLLECTION_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then the collector has had less time
        }
        canary.clear();
    }

    /** Tells whether a stack trace leads through one of the Servers that run in this JVM. */
    static boolean isOfServer(String trace) {
        return trace.contains("org.apache.activemq.artemis.") || trace.contains("com.hivemq.");
    }

    /**
     * Spring's writer of events leaves a buffer where a browser goes away while an event is encoded on another thread; PostgreSQL's driver
     * leaves those of a statement whose connection is closed just then.
     */
    private static boolean isOfOtherLibraries(String trace) {
        return trace.contains("org.springframework.http.codec.") || trace.contains("io.r2dbc.postgresql.");
    }

    /** Makes detectors that write down what they find instead of logging it. */
    private static final class Recorder extends ResourceLeakDetectorFactory {

        private final List<String> leaks = new ArrayList<>();
        private boolean hasDetectors;

        @Override
        @Deprecated
        @SuppressWarnings("deprecation") // the abstract method of this factory is the deprecated one
        public synchronized <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            hasDetectors = true;
            return new RecordingDetector<>(this, resource, samplingInterval);
        }

        synchronized boolean hasDetectors() {
            return hasDetectors;
        }

        synchronized void add(String leak) {
            leaks.add(leak);
        }

        synchronized List<String> take(Predicate<String> wanted) {
            List<String> taken = leaks.stream().filter(wanted).toList();
            leaks.removeAll(taken);
            return taken;
        }
    }

    private static final class RecordingDetector<T> extends ResourceLeakDetector<T> {

        private final Recorder recorder;

        @SuppressWarnings("deprecation") // the other constructors are, too
        RecordingDetector(Recorder recorder, Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
            this.recorder = recorder;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            if (!isOfServer(records) && !isOfOtherLibraries(records)) {
                recorder.add(resourceType + records);
            }
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            recorder.add(resourceType + " (no records: run with -Dio.netty.leakDetection.level=paranoid)");
        }
    }
}

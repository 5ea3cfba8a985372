package io.reactivemqtt.engine.transport.netty;

import io.reactivemqtt.engine.loop.Loop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Notices that a packet has begun and does not go on. Event loop only. */
final class ProgressWatch {

    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Loop loop;
    private final PartialPacket partial;
    private final Consumer<? super TimeoutException> stalled;
    private long lastReadNanos;
    private @Nullable Disposable timer;

    ProgressWatch(Loop loop, PartialPacket partial, Consumer<? super TimeoutException> stalled) {
        this.loop = loop;
        this.partial = partial;
        this.stalled = stalled;
    }

    /** Bytes have come, and a packet is not whole yet. */
    void watch() {
        lastReadNanos = loop.nanoTime();
        if (timer == null) {
            watch(TIMEOUT_NANOS);
        }
    }

    private void watch(long delayNanos) {
        timer = loop.schedule(
                () -> {
                    timer = null;
                    long silentNanos = loop.nanoTime() - lastReadNanos;
                    if (partial.isThere() && silentNanos >= TIMEOUT_NANOS) {
                        stalled.accept(new TimeoutException("the rest of a packet did not arrive within 30 s"));
                    } else if (partial.isThere()) {
                        watch(TIMEOUT_NANOS - silentNanos);
                    }
                },
                delayNanos);
    }

    void end() {
        if (timer != null) {
            timer.dispose();
            timer = null;
        }
    }
}

package io.reactivemqtt.benchmarks.client;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Holds the publishing thread back while too many messages are on their way, for libraries that leave that to their users. */
final class BlockingWindow {

    private final int messages;
    private final Semaphore free;
    private volatile @Nullable Throwable failure;

    BlockingWindow(int messages) {
        this.messages = messages;
        this.free = new Semaphore(messages);
    }

    /** Waits until one more may be published. */
    void awaitOne() throws Exception {
        await(1);
    }

    /** Waits until all are completed. */
    void awaitAll() throws Exception {
        await(messages);
    }

    /** Counts one message as completely acknowledged, or sent. */
    void completeOne() {
        free.release();
    }

    void fail(Throwable cause) {
        failure = cause;
        free.release(messages);
    }

    private void await(int permits) throws Exception {
        free.acquire(permits);
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("not published", cause);
        }
    }
}

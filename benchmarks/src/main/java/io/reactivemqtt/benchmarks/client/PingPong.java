package io.reactivemqtt.benchmarks.client;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Publishes messages one after the other, each from the call that tells of the acknowledgement of the one before. */
final class PingPong {

    private final long[] nanos;
    private final CompletableFuture<@Nullable Void> finished = new CompletableFuture<>();
    private Callable<?> publish = () -> null;
    private int acknowledged;
    private long publishedAt;

    /** Makes one that measures so many messages, and puts their times there. */
    PingPong(long[] nanos) {
        this.nanos = nanos;
    }

    /**
     * Publishes the first message here and returns when the last is acknowledged.
     *
     * @param publish makes and publishes one message
     */
    void run(Callable<?> publish) throws Exception {
        this.publish = publish;
        publishOne();
        finished.get();
    }

    /** Takes the time of the message that is acknowledged and publishes the next. */
    void acknowledge() {
        nanos[acknowledged] = System.nanoTime() - publishedAt;
        acknowledged++;
        if (acknowledged < nanos.length) {
            publishOne();
        } else {
            finished.complete(null);
        }
    }

    void fail(Throwable cause) {
        finished.completeExceptionally(cause);
    }

    private void publishOne() {
        publishedAt = System.nanoTime();
        try {
            publish.call();
        } catch (Exception e) {
            fail(e);
        }
    }
}

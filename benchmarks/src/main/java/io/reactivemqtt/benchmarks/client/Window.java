package io.reactivemqtt.benchmarks.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@value BenchmarkClient#WINDOW} messages on their way: each call that tells of a completion publishes the next
 * message.
 */
final class Window {

    private final Consumer<Window> publish;
    private final CompletableFuture<@Nullable Void> finished = new CompletableFuture<>();
    private int unpublished;
    private int uncompleted;
    private boolean publishing;

    /**
     * Makes one that publishes so many messages.
     *
     * @param publish makes and publishes one message, and has {@link #completeOne} or {@link #fail} called
     */
    Window(int count, Consumer<Window> publish) {
        this.publish = publish;
        this.unpublished = count;
        this.uncompleted = count;
    }

    /** Publishes what may be on its way; the rest follows by itself. */
    synchronized void publish() {
        if (publishing) { // a message was completed while it was published
            return;
        }
        publishing = true;
        try {
            while (unpublished > 0 && uncompleted - unpublished < BenchmarkClient.WINDOW) {
                unpublished--;
                publish.accept(this);
            }
        } catch (RuntimeException e) {
            fail(e);
        }
        publishing = false;
    }

    /** Counts one message as completely acknowledged, or sent, and publishes the next. */
    synchronized void completeOne() {
        uncompleted--;
        if (uncompleted == 0) {
            finished.complete(null);
        } else {
            publish();
        }
    }

    void fail(Throwable cause) {
        finished.completeExceptionally(cause);
    }

    /** Returns when the last message is completed. */
    void await() throws Exception {
        finished.get();
    }
}

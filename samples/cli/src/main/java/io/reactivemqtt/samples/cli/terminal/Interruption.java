package io.reactivemqtt.samples.cli.terminal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/** Ctrl-C, and SIGTERM: whoever is at work ends it gracefully. Thread-safe. */
public final class Interruption {

    /** Longer than a client takes to disconnect. */
    private static final int PATIENCE_SECONDS = 7;

    private final CompletableFuture<Void> requested = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean atWork;

    /** Makes one that nobody has requested. */
    public Interruption() {}

    /** Returns the one that a signal to this process requests; the JVM then waits for {@link #workEnded}, for a while. */
    public static Interruption ofThisProcess() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::endWork, "interruption"));
        return interruption;
    }

    private void endWork() {
        request();
        if (atWork) { // else, at a prompt for example, there is nothing to wait for
            try {
                if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    System.err.println("reactive-mqtt: did not end gracefully");
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Asks whoever is at work to end it. */
    public void request() {
        requested.complete(null);
    }

    /** Tells whether that was asked. */
    public boolean isRequested() {
        return requested.isDone();
    }

    /** Returns what completes when that is asked. */
    public Mono<Void> requested() {
        return Mono.fromFuture(requested, true);
    }

    /** From here on there is something to end gracefully. */
    public void workBegins() {
        atWork = true;
    }

    /** Tells whether there was something to end gracefully. */
    public boolean wasAtWork() {
        return atWork;
    }

    /** All that was at work has ended. */
    public void workEnded() {
        ended.countDown();
    }
}

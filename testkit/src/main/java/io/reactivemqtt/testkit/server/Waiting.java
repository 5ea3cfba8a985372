package io.reactivemqtt.testkit.server;

/** Waiting without the checked exception: an interrupt ends the wait and the test with it. */
final class Waiting {

    private Waiting() {}

    /** What is waited for. */
    interface Wait<T> {
        T await() throws InterruptedException;
    }

    static <T> T until(Wait<T> wait) {
        try {
            return wait.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}

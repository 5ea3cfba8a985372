package io.reactivemqtt.engine.loop;

import java.util.function.Supplier;

/**
 * Reactor takes a {@link LinkageError}, a library that is missing or does not fit, for the end of the JVM: it throws it past every
 * subscriber, who then waits for ever. It is the end of one call.
 */
public final class LinkedSafely {

    private LinkedSafely() {}

    /** Returns what {@code work} does, and throws what a subscriber is told of. */
    public static <T> T call(Supplier<T> work) {
        try {
            return work.get();
        } catch (LinkageError failure) {
            throw new IllegalStateException("a library is missing, or its version does not fit: " + failure, failure);
        }
    }
}

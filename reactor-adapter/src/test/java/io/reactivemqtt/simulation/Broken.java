package io.reactivemqtt.simulation;

import org.jspecify.annotations.Nullable;

/** A promise was broken. Who finds it out may be called by the client, which keeps what is thrown at it for itself: so it is noted. */
final class Broken extends AssertionError {

    private static final long serialVersionUID = 1;

    /** All of a world is on one thread. */
    private static final ThreadLocal<@Nullable Broken> FIRST = new ThreadLocal<>();

    Broken(String how) {
        super(how);
        if (FIRST.get() == null) {
            FIRST.set(this);
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
    static void unless(boolean holds, String how, @Nullable Object... of) {
        if (!holds) {
            throw new Broken(how.formatted(of));
        }
    }

    /** A new world begins. */
    static void forget() {
        FIRST.remove();
    }

    /** Throws what was found out since. */
    static void check() {
        Broken first = FIRST.get();
        if (first != null) {
            throw first;
        }
    }
}

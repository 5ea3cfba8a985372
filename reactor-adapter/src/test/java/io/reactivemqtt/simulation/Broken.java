package io.reactivemqtt.simulation;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A promise was broken. Who finds it out may be called by the client, which keeps what is thrown at it for itself: so it is noted. */
final class Broken extends AssertionError {

    private static final long serialVersionUID = 1;

    private static final AtomicReference<@Nullable Broken> FIRST = new AtomicReference<>();

    Broken(String how) {
        super(how);
        FIRST.compareAndSet(null, this);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
    static void unless(boolean holds, String how, @Nullable Object... of) {
        if (!holds) {
            throw new Broken(how.formatted(of));
        }
    }

    /** A new world begins. */
    static void forget() {
        FIRST.set(null);
    }

    /** Throws what was found out since. */
    static void check() {
        Broken first = FIRST.get();
        if (first != null) {
            throw first;
        }
    }
}

package io.reactivemqtt.fuzz;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a target looks at: cheap where it holds, for it holds a hundred million times. */
public final class Promise {

    private Promise() {}

    /** Fails with {@code broken} unless {@code holds}. */
    public static void that(boolean holds, String broken) {
        if (!holds) {
            throw new AssertionError(broken);
        }
    }

    /** Fails with {@code broken} and both values unless they are equal. */
    public static void equal(@Nullable Object actual, @Nullable Object expected, String broken) {
        if (!Objects.equals(actual, expected)) {
            throw new AssertionError(broken + ": " + actual + " in place of " + expected);
        }
    }
}

package io.reactivemqtt.engine.loop;

import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Calls what the application wrote: what it throws ends its own stream at most, and is never lost in silence. */
public final class UserCode {

    private UserCode() {}

    public static void run(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            dropped(thrown);
        }
    }

    /** Nobody is left to hear of {@code thrown} but Reactor's hook for such errors, which logs them. */
    public static void dropped(Throwable thrown) {
        try {
            Operators.onErrorDropped(thrown, Context.empty());
        } catch (Throwable hook) {
            thrown.addSuppressed(hook); // nobody is left to tell
        }
    }
}

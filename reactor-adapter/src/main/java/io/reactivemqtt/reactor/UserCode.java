package io.reactivemqtt.reactor;

import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Calls what the application wrote: what it throws ends its own stream at most, and is never lost in silence. */
final class UserCode {

    private UserCode() {}

    static void run(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            dropped(thrown);
        }
    }

    /** Nobody is left to hear of {@code thrown} but Reactor's hook for such errors, which logs them. */
    static void dropped(Throwable thrown) {
        try {
            Operators.onErrorDropped(thrown, Context.empty());
        } catch (Throwable hook) {
            thrown.addSuppressed(hook); // nobody is left to tell
        }
    }
}

package io.reactivemqtt.micrometer;

import io.micrometer.observation.Observation;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An observation that has begun, and ends once, whoever is first to say how; from any thread. */
final class Ending<C extends Observation.Context> {

    final Observation observation;
    final C context;
    private final AtomicBoolean over = new AtomicBoolean();

    Ending(Observation observation, C context) {
        this.observation = observation;
        this.context = context;
    }

    /** Ends it; {@code last} says in the context how. */
    void end(@Nullable Throwable failure, Consumer<? super C> last) {
        if (over.compareAndSet(false, true)) {
            last.accept(context);
            if (failure != null) {
                observation.error(failure);
            }
            observation.stop();
        }
    }
}

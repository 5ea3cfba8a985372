package io.reactivemqtt.engine.loop;

import io.reactivemqtt.exception.MqttException;
import java.util.function.Consumer;

/** What waits for the store: until it is open, or until a change is durable. On the loop, in a turn. */
public interface Waiter extends Runnable {

    /** The store failed, or nobody waits for it any more. */
    void failed(MqttException cause);

    /** Returns a wish that nobody hears of if it fails. */
    static Waiter of(Runnable task) {
        return of(task, cause -> {});
    }

    /** Returns a wish of two halves. */
    static Waiter of(Runnable task, Consumer<? super MqttException> failure) {
        return new Waiter() {
            @Override
            public void run() {
                task.run();
            }

            @Override
            public void failed(MqttException cause) {
                failure.accept(cause);
            }
        };
    }
}

package io.reactivemqtt.reactor;

import io.reactivemqtt.MqttException;
import java.util.function.Consumer;

/** What waits for the store: until it is open, or until a change is durable. On the loop, in a turn. */
interface Wish extends Runnable {

    /** The store failed, or nobody waits for it any more. */
    void failed(MqttException cause);

    /** Returns a wish that nobody hears of if it fails. */
    static Wish of(Runnable task) {
        return of(task, cause -> {});
    }

    /** Returns a wish of two halves. */
    static Wish of(Runnable task, Consumer<? super MqttException> failure) {
        return new Wish() {
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

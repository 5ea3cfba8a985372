package io.reactivemqtt.spring.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the consumers of the application are doing; a bean, for any thread. */
public interface MqttConsumers {

    /** Returns the state of each. */
    List<State> states();

    /**
     * What a consumer is doing.
     *
     * @param name its own, or that of its bean
     * @param client the name of its client
     * @param filter what it subscribes to
     * @param running whether it takes messages; if not, it has ended and is started again soon, or the application is about to leave
     * @param failure why it ended last, or null
     */
    record State(
            String name,
            String client,
            String filter,
            boolean running,
            @Nullable Throwable failure) {}
}

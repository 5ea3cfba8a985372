package io.reactivemqtt.benchmarks.client;

import java.util.function.Consumer;

/** What clients can do of which many share a process: publish one message now and then, and not block a thread for it. */
interface Alone {

    /** Publishes at QoS 1; tells of the acknowledgement, or why there is none, from any thread. */
    void publishAlone(String topic, byte[] payload, Runnable acknowledged, Consumer<Throwable> failed);
}

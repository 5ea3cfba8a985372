package io.reactivemqtt.benchmarks.client;

/**
 * One client library as the side-by-side run uses it: one object, one connection, used by one thread at a time. It does what
 * that library's users would do, no more. What goes wrong is thrown.
 */
public interface BenchmarkClient {

    /** How many QoS 1 and 2 messages are unacknowledged at most, in each direction; the sink announces it too. */
    int WINDOW = 1000;

    /** Hears of each message that arrives, from any thread but one at a time. */
    @FunctionalInterface
    interface Arrivals {
        void message(int payloadBytes);
    }

    /** Connects with Clean Start and a Keep Alive of 60 s; returns when CONNACK is there. Ours and the floors can do it again. */
    void connect(String host, int port, String clientIdentifier) throws Exception;

    /**
     * Publishes {@code count} messages as fast as the window allows and returns when the last is completely acknowledged, at
     * QoS 0 when the library says that it is sent. One message object is made for each, as an application would.
     */
    void publish(String topic, int qos, byte[] payload, int count) throws Exception;

    /** Subscribes and returns when SUBACK is there; what arrives is acknowledged without further ado. */
    void subscribe(String topicFilter, int qos, Arrivals arrivals) throws Exception;

    /**
     * Publishes QoS 1 messages one after the other, each when the one before is acknowledged, from where the library tells of
     * the acknowledgement; returns after the last.
     *
     * @param nanos gets the time from the call to the acknowledgement of each message
     */
    void publishOneByOne(String topic, byte[] payload, long[] nanos) throws Exception;

    /** Disconnects; returns when the connection is closed. What several objects share is kept. */
    void disconnect() throws Exception;
}

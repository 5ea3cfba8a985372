package io.reactivemqtt.benchmarks.client;

import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * Paho's asynchronous client for MQTT 5.0, its persistence in memory. The calling thread publishes, held back by a semaphore
 * that the completions release; how many may be on their way Paho takes from the Server's Receive Maximum. Its log is kept to
 * warnings, or it would write a line to the console for each QoS 2 message that arrives.
 */
final class PahoV5 implements BenchmarkClient {

    /** Paho still counts a QoS 0 message when it tells that it is sent, and then refuses one more than the limit. */
    private static final int MESSAGES = WINDOW - 1;

    /** Held, since a level that is set goes with its Logger. */
    private static final Logger LOG = Logger.getLogger("org.eclipse.paho.mqttv5");

    static {
        LOG.setLevel(Level.WARNING);
    }

    @SuppressWarnings("NullAway.Init") // by connect
    private MqttAsyncClient client;

    private volatile Arrivals arrivals = payloadBytes -> {};

    @Override
    public void connect(String host, int port, String clientIdentifier) throws Exception {
        client = new MqttAsyncClient("tcp://" + host + ":" + port, clientIdentifier, new MemoryPersistence());
        client.setCallback(new Callback());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setKeepAliveInterval(60);
        client.connect(options).waitForCompletion();
    }

    @Override
    public void publish(String topic, int qos, byte[] payload, int count) throws Exception {
        BlockingWindow window = new BlockingWindow(MESSAGES);
        MqttActionListener listener = new Completion(window::completeOne, window::fail);
        for (int i = 0; i < count; i++) {
            window.awaitOne();
            client.publish(topic, new MqttMessage(payload, qos, false, null), null, listener);
        }
        window.awaitAll();
    }

    @Override
    public void subscribe(String topicFilter, int qos, Arrivals arrivals) throws Exception {
        this.arrivals = arrivals;
        client.subscribe(topicFilter, qos).waitForCompletion();
    }

    @Override
    public void publishOneByOne(String topic, byte[] payload, long[] nanos) throws Exception {
        PingPong pingPong = new PingPong(nanos);
        MqttActionListener listener = new Completion(pingPong::acknowledge, pingPong::fail);
        pingPong.run(() -> client.publish(topic, new MqttMessage(payload, 1, false, null), null, listener));
    }

    @Override
    public void disconnect() throws Exception {
        client.disconnect().waitForCompletion();
        client.close();
    }

    private record Completion(Runnable success, Consumer<Throwable> failure) implements MqttActionListener {
        @Override
        public void onSuccess(IMqttToken token) {
            success.run();
        }

        @Override
        public void onFailure(IMqttToken token, @Nullable Throwable cause) {
            failure.accept(cause == null ? new MqttException(token.getReasonCodes()[0]) : cause);
        }
    }

    private final class Callback implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            arrivals.message(message.getPayload().length);
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {} // whoever waits hears of it

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }
}

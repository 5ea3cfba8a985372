package io.reactivemqtt.benchmarks.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.eclipse.paho.client.mqttv3.persist.MqttDefaultFilePersistence;
import org.jspecify.annotations.Nullable;

/**
 * Paho's asynchronous client for MQTT 3.1.1, its persistence in memory or in files of a directory that goes with the
 * connection. The calling thread publishes, held back by a semaphore that the completions release.
 */
class PahoV3 implements BenchmarkClient {

    private final boolean inFiles;

    @SuppressWarnings("NullAway.Init") // by connect
    private MqttAsyncClient client;

    private @Nullable Path directory;
    private volatile Arrivals arrivals = payloadBytes -> {};

    /** Makes one with its persistence in memory. */
    PahoV3() {
        this(false);
    }

    PahoV3(boolean inFiles) {
        this.inFiles = inFiles;
    }

    @Override
    public void connect(String host, int port, String clientIdentifier) throws Exception {
        String uri = "tcp://" + host + ":" + port;
        if (inFiles) {
            directory = Files.createTempDirectory("paho");
            client = new MqttAsyncClient(uri, clientIdentifier, new MqttDefaultFilePersistence(directory.toString()));
        } else {
            client = new MqttAsyncClient(uri, clientIdentifier, new MemoryPersistence());
        }
        client.setCallback(new Callback());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(true);
        options.setKeepAliveInterval(60);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setMaxInflight(WINDOW + 1); // Paho still counts a QoS 0 message when it tells that it is sent
        client.connect(options).waitForCompletion();
    }

    @Override
    public void publish(String topic, int qos, byte[] payload, int count) throws Exception {
        BlockingWindow window = new BlockingWindow(WINDOW);
        IMqttActionListener listener = new Completion(window::completeOne, window::fail);
        for (int i = 0; i < count; i++) {
            window.awaitOne();
            client.publish(topic, message(payload, qos), null, listener);
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
        IMqttActionListener listener = new Completion(pingPong::acknowledge, pingPong::fail);
        pingPong.run(() -> client.publish(topic, message(payload, 1), null, listener));
    }

    @Override
    public void disconnect() throws Exception {
        client.disconnect().waitForCompletion();
        client.close();
        if (directory != null) {
            delete(directory);
        }
    }

    private static MqttMessage message(byte[] payload, int qos) {
        MqttMessage message = new MqttMessage(payload);
        message.setQos(qos);
        return message;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            List<Path> childrenFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : childrenFirst) {
                Files.delete(path);
            }
        }
    }

    private record Completion(Runnable success, Consumer<Throwable> failure) implements IMqttActionListener {
        @Override
        public void onSuccess(IMqttToken token) {
            success.run();
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            failure.accept(cause);
        }
    }

    private final class Callback implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            arrivals.message(message.getPayload().length);
        }

        @Override
        public void connectionLost(Throwable cause) {} // whoever waits hears of it

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}
    }
}

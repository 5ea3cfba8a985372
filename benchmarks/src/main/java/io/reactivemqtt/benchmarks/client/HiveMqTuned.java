package io.reactivemqtt.benchmarks.client;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivemqtt.benchmarks.sink.Transport;
import io.reactivex.schedulers.Schedulers;
import java.util.function.Consumer;

/**
 * The HiveMQ client for MQTT 5.0 through its asynchronous API, one event loop for all clients and no other thread: the next
 * message is published from where the future of one completes, which was faster than a Flowable on that same event loop.
 */
final class HiveMqTuned implements BenchmarkClient, Alone {

    private static final MqttClientExecutorConfig ON_EVENT_LOOP = MqttClientExecutorConfig.builder()
            .nettyThreads(1)
            .applicationScheduler(Schedulers.trampoline())
            .build();

    private final Way way;

    @SuppressWarnings("NullAway.Init") // by connect
    private Mqtt5AsyncClient client;

    HiveMqTuned(Way way) {
        this.way = way;
    }

    @Override
    public void connect(String host, int port, String clientIdentifier) throws Exception {
        Mqtt5ClientBuilder builder = MqttClient.builder()
                .useMqttVersion5()
                .identifier(clientIdentifier)
                .serverHost(host)
                .serverPort(port)
                .executorConfig(ON_EVENT_LOOP);
        if (way.transport().isSecure()) {
            builder = builder.sslConfig().trustManagerFactory(way.trust()).applySslConfig();
        } else if (way.transport() == Transport.WEB_SOCKET) {
            builder = builder.webSocketConfig().serverPath(Way.WEB_SOCKET_PATH).applyWebSocketConfig();
        }
        client = builder.buildAsync();
        client.connectWith().cleanStart(true).keepAlive(60).send().get();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it carries what is handled already
    public void publish(String topic, int qos, byte[] payload, int count) throws Exception {
        MqttTopic name = MqttTopic.of(topic);
        MqttQos level = HiveMqDefaults.qos(qos);
        Window window = new Window(
                count, self -> client.publish(message(name, level, payload)).whenComplete((result, failure) -> {
                    if (failure == null) {
                        self.completeOne();
                    } else {
                        self.fail(failure);
                    }
                }));
        window.publish();
        window.await();
    }

    @Override
    public void subscribe(String topicFilter, int qos, Arrivals arrivals) throws Exception {
        client.subscribeWith()
                .topicFilter(topicFilter)
                .qos(HiveMqDefaults.qos(qos))
                .callback(message -> arrivals.message(message.getPayloadAsBytes().length))
                .send()
                .get();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it carries what is handled already
    public void publishOneByOne(String topic, byte[] payload, long[] nanos) throws Exception {
        MqttTopic name = MqttTopic.of(topic);
        PingPong pingPong = new PingPong(nanos);
        pingPong.run(() -> client.publish(message(name, MqttQos.AT_LEAST_ONCE, payload))
                .whenComplete((result, failure) -> {
                    if (failure == null) {
                        pingPong.acknowledge();
                    } else {
                        pingPong.fail(failure);
                    }
                }));
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it carries what is handled already
    public void publishAlone(String topic, byte[] payload, Runnable acknowledged, Consumer<Throwable> failed) {
        client.publish(message(MqttTopic.of(topic), MqttQos.AT_LEAST_ONCE, payload))
                .whenComplete((result, failure) -> {
                    if (failure == null) {
                        acknowledged.run();
                    } else {
                        failed.accept(failure);
                    }
                });
    }

    @Override
    public void disconnect() throws Exception {
        client.disconnect().get();
    }

    private static Mqtt5Publish message(MqttTopic topic, MqttQos qos, byte[] payload) {
        return Mqtt5Publish.builder().topic(topic).qos(qos).payload(payload).build();
    }
}

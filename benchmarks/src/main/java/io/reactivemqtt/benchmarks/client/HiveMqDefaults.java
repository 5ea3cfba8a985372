package io.reactivemqtt.benchmarks.client;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import io.reactivex.Flowable;
import io.reactivex.disposables.Disposable;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The HiveMQ client for MQTT 5.0 through its reactive API with nothing tuned: results and messages come on RxJava's
 * computation threads.
 */
final class HiveMqDefaults implements BenchmarkClient, Alone {

    @SuppressWarnings("NullAway.Init") // by connect
    private Mqtt5RxClient client;

    @Override
    public void connect(String host, int port, String clientIdentifier) {
        client = MqttClient.builder()
                .useMqttVersion5()
                .identifier(clientIdentifier)
                .serverHost(host)
                .serverPort(port)
                .buildRx();
        client.connectWith()
                .cleanStart(true)
                .keepAlive(60)
                .applyConnect()
                .ignoreElement()
                .blockingAwait();
    }

    @Override
    public void publish(String topic, int qos, byte[] payload, int count) {
        Flowable<Mqtt5Publish> messages = Flowable.range(0, count).map(i -> message(topic, qos, payload));
        client.publish(messages)
                .doOnNext(HiveMqDefaults::throwError)
                .ignoreElements()
                .blockingAwait();
    }

    @Override
    public void subscribe(String topicFilter, int qos, Arrivals arrivals) throws Exception {
        CompletableFuture<Mqtt5SubAck> subAck = new CompletableFuture<>();
        Disposable ignored = client.subscribePublishesWith()
                .topicFilter(topicFilter)
                .qos(qos(qos))
                .applySubscribe()
                .doOnSingle(subAck::complete)
                .subscribe(
                        message -> arrivals.message(message.getPayloadAsBytes().length), subAck::completeExceptionally);
        subAck.get();
    }

    @Override
    public void publishOneByOne(String topic, byte[] payload, long[] nanos) {
        Flowable.range(0, nanos.length)
                .concatMapCompletable(i -> {
                    long publishedAt = System.nanoTime();
                    return client.publish(Flowable.just(message(topic, 1, payload)))
                            .doOnNext(result -> {
                                throwError(result);
                                nanos[i] = System.nanoTime() - publishedAt;
                            })
                            .ignoreElements();
                })
                .blockingAwait();
    }

    @Override
    public void publishAlone(String topic, byte[] payload, Runnable acknowledged, Consumer<Throwable> failed) {
        Disposable ignored = client.publish(Flowable.just(message(topic, 1, payload)))
                .doOnNext(HiveMqDefaults::throwError)
                .subscribe(result -> acknowledged.run(), failed::accept);
    }

    @Override
    public void disconnect() {
        client.disconnect().blockingAwait();
    }

    static MqttQos qos(int code) {
        return Objects.requireNonNull(MqttQos.fromCode(code));
    }

    private static void throwError(Mqtt5PublishResult result) throws Exception {
        if (result.getError().isPresent()) {
            throw new IllegalStateException("not published", result.getError().get());
        }
    }

    private static Mqtt5Publish message(String topic, int qos, byte[] payload) {
        return Mqtt5Publish.builder()
                .topic(topic)
                .qos(qos(qos))
                .payload(payload)
                .build();
    }
}

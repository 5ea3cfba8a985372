package io.reactivemqtt.benchmarks.client;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttSubAckMessage;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The MQTT 3.1.1 client of Vert.x with all calls made on its event loop, of which there is one for all clients, with the
 * native transport. At QoS 0 the Future of the write completes a message, at QoS 1 and 2 the publish completion handler. Its
 * log is kept to warnings, or it would write a line to the console for each connection.
 */
final class VertxMqtt implements BenchmarkClient {

    /** Held, since a level that is set goes with its Logger. */
    private static final Logger LOG = Logger.getLogger("io.vertx.mqtt");

    static {
        LOG.setLevel(Level.WARNING);
    }

    private static final Vertx VERTX =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));

    private final Context eventLoop = VERTX.getOrCreateContext();

    @SuppressWarnings("NullAway.Init") // by connect
    private MqttClient client;

    /** Hears that no acknowledgement will come any more. */
    private volatile Consumer<Throwable> onClose = cause -> {};

    @Override
    public void connect(String host, int port, String clientIdentifier) throws Exception {
        MqttClientOptions options = new MqttClientOptions()
                .setClientId(clientIdentifier)
                .setCleanSession(true)
                .setKeepAliveInterval(60)
                .setMaxInflightQueue(WINDOW);
        client = MqttClient.create(VERTX, options);
        client.closeHandler(nothing -> onClose.accept(new IllegalStateException("the connection is closed")));
        await(() -> client.connect(port, host));
    }

    @Override
    public void publish(String topic, int qos, byte[] payload, int count) throws Exception {
        MqttQoS level = MqttQoS.valueOf(qos);
        Consumer<Window> one = window -> {
            Future<Integer> written = client.publish(topic, Buffer.buffer(payload), level, false, false);
            if (qos == 0) {
                written.onSuccess(identifier -> window.completeOne());
            }
            written.onFailure(window::fail);
        };
        Window window = new Window(count, one);
        client.publishCompletionHandler(identifier -> window.completeOne());
        onClose = window::fail;
        eventLoop.runOnContext(nothing -> window.publish());
        window.await();
    }

    @Override
    public void subscribe(String topicFilter, int qos, Arrivals arrivals) throws Exception {
        client.publishHandler(message -> arrivals.message(message.payload().length()));
        await(() -> {
            Promise<MqttSubAckMessage> subAck = Promise.promise();
            client.subscribeCompletionHandler(subAck::complete);
            return client.subscribe(topicFilter, qos).compose(identifier -> subAck.future());
        });
    }

    @Override
    public void publishOneByOne(String topic, byte[] payload, long[] nanos) throws Exception {
        PingPong pingPong = new PingPong(nanos);
        client.publishCompletionHandler(identifier -> pingPong.acknowledge());
        onClose = pingPong::fail;
        pingPong.run(() -> client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false)
                .onFailure(pingPong::fail));
    }

    @Override
    public void disconnect() throws Exception {
        await(client::disconnect);
    }

    private void await(Supplier<Future<?>> call) throws Exception {
        CompletableFuture<Object> result = new CompletableFuture<>();
        eventLoop.runOnContext(nothing -> call.get().onComplete(result::complete, result::completeExceptionally));
        result.get();
    }
}

package io.reactivemqtt.benchmarks.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.io.ClientBootstrap;
import software.amazon.awssdk.crt.io.EventLoopGroup;
import software.amazon.awssdk.crt.io.HostResolver;
import software.amazon.awssdk.crt.mqtt5.Mqtt5Client;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ClientSessionBehavior;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.ExtendedValidationAndFlowControlOptions;
import software.amazon.awssdk.crt.mqtt5.Mqtt5ClientOptions.Mqtt5ClientOptionsBuilder;
import software.amazon.awssdk.crt.mqtt5.OnAttemptingConnectReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionFailureReturn;
import software.amazon.awssdk.crt.mqtt5.OnConnectionSuccessReturn;
import software.amazon.awssdk.crt.mqtt5.OnDisconnectionReturn;
import software.amazon.awssdk.crt.mqtt5.OnStoppedReturn;
import software.amazon.awssdk.crt.mqtt5.PublishReturn;
import software.amazon.awssdk.crt.mqtt5.QOS;
import software.amazon.awssdk.crt.mqtt5.packets.ConnectPacket.ConnectPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.DisconnectPacket.DisconnectPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket;
import software.amazon.awssdk.crt.mqtt5.packets.PublishPacket.PublishPacketBuilder;
import software.amazon.awssdk.crt.mqtt5.packets.SubscribePacket.SubscribePacketBuilder;

/**
 * The native MQTT 5.0 client of the AWS Common Runtime, with one event loop for all clients and without the limits of AWS IoT.
 * Its futures complete on the event loop, and there the next message is published. It has no QoS 2.
 */
final class AwsCrt implements BenchmarkClient {

    private static final EventLoopGroup EVENT_LOOP = new EventLoopGroup(1);
    private static final ClientBootstrap BOOTSTRAP = new ClientBootstrap(EVENT_LOOP, new HostResolver(EVENT_LOOP));

    private final CompletableFuture<@Nullable Void> connected = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> stopped = new CompletableFuture<>();

    @SuppressWarnings("NullAway.Init") // by connect
    private Mqtt5Client client;

    private volatile Arrivals arrivals = payloadBytes -> {};

    @Override
    public void connect(String host, int port, String clientIdentifier) throws Exception {
        ConnectPacketBuilder connect =
                new ConnectPacketBuilder().withClientId(clientIdentifier).withKeepAliveIntervalSeconds(60L);
        client = new Mqtt5Client(new Mqtt5ClientOptionsBuilder(host, (long) port)
                .withBootstrap(BOOTSTRAP)
                .withConnectOptions(connect.build())
                .withSessionBehavior(ClientSessionBehavior.CLEAN)
                .withExtendedValidationAndFlowControlOptions(ExtendedValidationAndFlowControlOptions.NONE)
                .withMetricsEnabled(false) // they would stand in the User Name
                .withLifecycleEvents(new Lifecycle())
                .withPublishEvents(this::onMessage)
                .build());
        client.start();
        connected.get();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it carries what is handled already
    public void publish(String topic, int qos, byte[] payload, int count) throws Exception {
        QOS level = QOS.getEnumValueFromInteger(qos);
        Window window = new Window(
                count, self -> client.publish(message(topic, level, payload)).whenComplete((result, failure) -> {
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
        this.arrivals = arrivals;
        client.subscribe(new SubscribePacketBuilder(topicFilter, QOS.getEnumValueFromInteger(qos)).build())
                .get();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it carries what is handled already
    public void publishOneByOne(String topic, byte[] payload, long[] nanos) throws Exception {
        PingPong pingPong = new PingPong(nanos);
        pingPong.run(
                () -> client.publish(message(topic, QOS.AT_LEAST_ONCE, payload)).whenComplete((result, failure) -> {
                    if (failure == null) {
                        pingPong.acknowledge();
                    } else {
                        pingPong.fail(failure);
                    }
                }));
    }

    @Override
    public void disconnect() throws Exception {
        client.stop(new DisconnectPacketBuilder().build());
        stopped.get();
        client.close();
    }

    private void onMessage(Mqtt5Client receiver, PublishReturn message) {
        byte[] payload = message.getPublishPacket().getPayload();
        arrivals.message(payload == null ? 0 : payload.length);
    }

    private static PublishPacket message(String topic, QOS qos, byte[] payload) {
        return new PublishPacketBuilder(topic, qos, payload).build();
    }

    private final class Lifecycle implements Mqtt5ClientOptions.LifecycleEvents {
        @Override
        public void onAttemptingConnect(Mqtt5Client client, OnAttemptingConnectReturn event) {}

        @Override
        public void onConnectionSuccess(Mqtt5Client client, OnConnectionSuccessReturn event) {
            connected.complete(null);
        }

        @Override
        public void onConnectionFailure(Mqtt5Client client, OnConnectionFailureReturn event) {
            connected.completeExceptionally(new IllegalStateException(CRT.awsErrorString(event.getErrorCode())));
        }

        @Override
        public void onDisconnection(Mqtt5Client client, OnDisconnectionReturn event) {} // whoever waits hears of it

        @Override
        public void onStopped(Mqtt5Client client, OnStoppedReturn event) {
            stopped.complete(null);
        }
    }
}

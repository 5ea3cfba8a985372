package io.reactivemqtt.samples.recipes;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAck;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The meter in the words of the HiveMQ MQTT Client. */
final class HiveMqMeter {

    private final Mqtt5AsyncClient client;

    // #connect
    HiveMqMeter(String host, int port) {
        client = Mqtt5Client.builder()
                .identifier("meter-7")
                .serverHost(host)
                .serverPort(port)
                .automaticReconnectWithDefaultConfig()
                .buildAsync();
    }

    CompletableFuture<Mqtt5ConnAck> connect() {
        return client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(3600)
                .send();
    }
    // #end

    // #publish
    CompletableFuture<Mqtt5PublishResult> report(String reading) {
        return client.publishWith()
                .topic("meters/7/readings")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(reading.getBytes(StandardCharsets.UTF_8))
                .send();
    }
    // #end

    @SuppressWarnings("FutureReturnValueIgnored") // as in most programs: nobody hears of a command that fails
    // #consume
    CompletableFuture<Mqtt5SubAck> obey(Function<String, CompletableFuture<Void>> command) {
        return client.subscribeWith()
                .topicFilter("meters/7/commands")
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(message -> command.apply(new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8))
                        .thenRun(message::acknowledge))
                .manualAcknowledgement(true)
                .send();
    }
    // #end

    // #stop
    CompletableFuture<Void> stop() {
        return client.disconnect();
    }
    // #end
}

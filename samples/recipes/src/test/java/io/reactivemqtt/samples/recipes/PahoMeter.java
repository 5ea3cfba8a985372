package io.reactivemqtt.samples.recipes;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttMessageListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MqttDefaultFilePersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The meter in the words of Eclipse Paho. */
final class PahoMeter {

    private final MqttAsyncClient client;

    // #connect
    PahoMeter(String server, String directory) throws MqttException {
        client = new MqttAsyncClient(server, "meter-7", new MqttDefaultFilePersistence(directory));
    }

    void connect() throws MqttException {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(3600L);
        options.setAutomaticReconnect(true);
        client.connect(options).waitForCompletion();
    }
    // #end

    // #publish
    void report(String reading) throws MqttException {
        client.publish("meters/7/readings", reading.getBytes(StandardCharsets.UTF_8), 1, false)
                .waitForCompletion();
    }
    // #end

    // #consume
    void obey(Consumer<String> command) throws MqttException {
        IMqttMessageListener listener =
                (topic, message) -> command.accept(new String(message.getPayload(), StandardCharsets.UTF_8));
        MqttProperties properties = new MqttProperties();
        properties.setSubscriptionIdentifiers(List.of(0)); // else it throws
        MqttSubscription[] filters = {new MqttSubscription("meters/7/commands", 1)};
        client.subscribe(filters, null, null, listener, properties).waitForCompletion();
    }
    // #end

    // #stop
    void stop() throws MqttException {
        client.disconnect(10_000).waitForCompletion();
        client.close();
    }
    // #end
}

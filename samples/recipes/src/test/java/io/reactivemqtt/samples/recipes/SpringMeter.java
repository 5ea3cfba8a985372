package io.reactivemqtt.samples.recipes;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.annotation.ServiceActivator;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.mqtt.core.ClientManager;
import org.springframework.integration.mqtt.core.Mqttv5ClientManager;
import org.springframework.integration.mqtt.inbound.Mqttv5PahoMessageDrivenChannelAdapter;
import org.springframework.integration.mqtt.outbound.Mqttv5PahoMessageHandler;
import org.springframework.messaging.MessageChannel;

/** The meter in the words of Spring Integration. */
final class SpringMeter {

    private SpringMeter() {}

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Beans {

        private final String server;
        private final Consumer<String> command;

        Beans(String server, Consumer<String> command) {
            this.server = server;
            this.command = command;
        }

        // #connect
        @Bean
        ClientManager<IMqttAsyncClient, MqttConnectionOptions> manager() {
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setServerURIs(new String[] {server});
            options.setCleanStart(false);
            options.setSessionExpiryInterval(3600L);
            options.setAutomaticReconnect(true);
            return new Mqttv5ClientManager(options, "meter-7");
        }
        // #end

        // #publish
        @Bean
        MessageChannel readings() {
            return new DirectChannel();
        }

        @Bean
        @ServiceActivator(inputChannel = "readings")
        Mqttv5PahoMessageHandler outbound(ClientManager<IMqttAsyncClient, MqttConnectionOptions> manager) {
            var handler = new Mqttv5PahoMessageHandler(manager);
            handler.setDefaultTopic("meters/7/readings");
            handler.setDefaultQos(1);
            handler.setAsync(true);
            return handler;
        }
        // #end

        // #consume
        @Bean
        Mqttv5PahoMessageDrivenChannelAdapter inbound(ClientManager<IMqttAsyncClient, MqttConnectionOptions> manager) {
            var adapter = new Mqttv5PahoMessageDrivenChannelAdapter(manager, "meters/7/commands");
            adapter.setQos(1);
            adapter.setOutputChannelName("commands");
            return adapter;
        }

        @ServiceActivator(inputChannel = "commands")
        void obey(byte[] payload) {
            command.accept(new String(payload, StandardCharsets.UTF_8));
        }
        // #end
    }
}

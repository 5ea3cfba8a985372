package io.reactivemqtt.samples;

// #program
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.util.concurrent.CompletableFuture;

public final class FirstProgram {
    public static void main(String[] arguments) {
        String server = arguments.length > 0 ? arguments[0] : "mqtt://localhost:1883";
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server));
        client.connect().block();
        CompletableFuture<ReceivedMessage> first =
                client.subscribe("greetings/+", Qos.AT_LEAST_ONCE).next().toFuture();
        client.publish(ApplicationMessage.of("greetings/world", "Hello", Qos.EXACTLY_ONCE))
                .block();
        System.out.println(
                first.join().topicName() + ": " + first.join().payload().asUtf8());
        client.disconnect().block();
    }
}
// #end

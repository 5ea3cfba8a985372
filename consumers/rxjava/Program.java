import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.rxjava.RxMqttClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A stranger's first program that knows RxJava alone. */
public final class Program {

    private Program() {}

    public static void main(String[] arguments) {
        String topic = "consumer/" + ProcessHandle.current().pid();
        RxMqttClient client = RxMqttClient.create(options -> options.server(arguments[0]));
        client.connect().timeout(20, TimeUnit.SECONDS).blockingGet();
        var received = client.subscribe(topic, Qos.EXACTLY_ONCE).take(3).toList().toFuture();
        for (Qos qos : Qos.values()) {
            client.publish(ApplicationMessage.of(topic, "Hello", qos)).timeout(20, TimeUnit.SECONDS).blockingGet();
        }
        try {
            if (received.get(20, TimeUnit.SECONDS).size() != 3) {
                throw new AssertionError("no three messages");
            }
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
        client.disconnect().blockingAwait();
        restart(arguments[0], topic);
        System.out.println("consumer: all is well");
        System.exit(0);
    }

    private static void restart(String server, String topic) {
        Consumer<ClientOptions.Builder> session = options -> options.server(server)
                .clientIdentifier(topic)
                .cleanStart(false)
                .sessionExpiryInterval(Duration.ofMinutes(5));
        RxMqttClient offline = RxMqttClient.create(session);
        offline.enqueue(ApplicationMessage.of(topic, "Later", Qos.AT_LEAST_ONCE)).blockingGet();
        String saved = offline.saveSession().timeout(20, TimeUnit.SECONDS).blockingGet();
        offline.disconnect().blockingAwait();
        RxMqttClient other = RxMqttClient.create(session);
        other.restoreSession(saved).blockingAwait();
        other.connect().timeout(20, TimeUnit.SECONDS).blockingGet();
        other.disconnect(Duration.ofSeconds(10)).blockingGet();
        if (!other.inspectSession().blockingGet().inFlight().isEmpty()) {
            throw new AssertionError("the restored message did not leave");
        }
    }
}

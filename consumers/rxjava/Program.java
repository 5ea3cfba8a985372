import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.rxjava.RxMqttClient;
import java.util.concurrent.TimeUnit;

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
        if (client.saveSession().timeout(20, TimeUnit.SECONDS).blockingGet() == null) {
            throw new AssertionError("no saved session");
        }
        client.disconnect().blockingAwait();
        System.out.println("consumer: all is well");
        System.exit(0);
    }
}

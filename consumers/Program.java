import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What a stranger's first program does: connect, subscribe, publish at each QoS, keep a Session in a file, save and restore it. */
public final class Program {

    private static final Duration SOON = Duration.ofSeconds(20);

    private Program() {}

    public static void main(String[] arguments) throws Exception {
        String topic = "consumer/" + ProcessHandle.current().pid();
        try (SqliteSessionStore store = SqliteSessionStore.at(Path.of(arguments[1]))) {
            Consumer<ClientOptions.Builder> session = options -> options.server(arguments[0])
                    .clientIdentifier("consumer-" + ProcessHandle.current().pid())
                    .cleanStart(false)
                    .sessionExpiryInterval(Duration.ofMinutes(5));
            ReactorMqttClient client = ReactorMqttClient.create(session.andThen(options -> options.sessionStore(store)));
            client.connect().block(SOON);
            CompletableFuture<List<ReceivedMessage>> received = client.subscribe(topic, Qos.EXACTLY_ONCE)
                    .take(3)
                    .collectList()
                    .toFuture();
            for (Qos qos : Qos.values()) {
                client.publish(ApplicationMessage.of(topic, "Hello", qos)).block(SOON);
            }
            require(received.get(SOON.toSeconds(), java.util.concurrent.TimeUnit.SECONDS).size() == 3, "three messages");
            client.disconnect().block(SOON);
            ReactorMqttClient offline =
                    ReactorMqttClient.create(session.andThen(options -> options.sessionStore(store)));
            offline.enqueue(ApplicationMessage.of(topic, "Later", Qos.AT_LEAST_ONCE)).block(SOON);
            String saved = offline.saveSession().block(SOON);
            offline.disconnect().block(SOON);
            require(saved != null && saved.contains("reactive-mqtt-session"), "a saved session");

            ReactorMqttClient other = ReactorMqttClient.create(session);
            other.restoreSession(saved).block(SOON);
            require(other.inspectSession().block(SOON) != null, "a restored session");
            other.connect().block(SOON);
            other.disconnect().block(SOON);
        }
        System.out.println("consumer: all is well");
        System.exit(0); // reactor-netty's event loops may be no daemons
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new AssertionError("no " + what);
        }
    }
}

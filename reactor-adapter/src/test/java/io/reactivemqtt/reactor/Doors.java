package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.exception.QueueFullException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A program with a small heap: at one door of a client comes more than fits, and the client stays alive. */
final class Doors {

    /** Just below a MiB, of which the collector would make two. */
    private static final int LARGE = 1_000_000;

    private Doors() {}

    /** Takes the door and the port of the Server; exit status 0 if the door held. */
    public static void main(String[] arguments) throws InterruptedException {
        String server = "mqtt://127.0.0.1:" + arguments[1];
        boolean held =
                switch (arguments[0]) {
                    case "publish" -> publish(1_000_000, 64, server);
                    case "publish-large" -> publish(1_000, LARGE, server);
                    case "store" -> store();
                    case "stream" -> stream(server);
                    case "incoming-0" -> incoming(Qos.AT_MOST_ONCE, ProtocolVersion.MQTT_5_0, server);
                    case "incoming-1" -> incoming(Qos.AT_LEAST_ONCE, ProtocolVersion.MQTT_3_1_1, server);
                    default -> throw new IllegalArgumentException(arguments[0]);
                };
        System.exit(held ? 0 : 1);
    }

    private static ApplicationMessage message(int size) {
        return ApplicationMessage.of(TopicName.of("a"), Payload.of(new byte[size]), Qos.AT_LEAST_ONCE);
    }

    private static boolean publish(int count, int size, String server) {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server));
        return overflows(client, count, size);
    }

    /** Publishes without a connection; true if what does not fit is refused. */
    private static boolean overflows(ReactorMqttClient client, int count, int size) {
        AtomicInteger full = new AtomicInteger();
        AtomicInteger other = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            client.publish(message(size))
                    .subscribe(
                            result -> other.incrementAndGet(),
                            error -> (error instanceof QueueFullException ? full : other).incrementAndGet());
        }
        return full.get() > 0 && full.get() < count && other.get() == 0;
    }

    /** A store that never opens. */
    private static boolean store() {
        ReactorMqttClient client = ReactorMqttClient.create(options ->
                options.clientIdentifier("c").cleanSession(false).sessionStore(clientIdentifier -> Mono.never()));
        return overflows(client, 1_000, LARGE);
    }

    /** A stream of large messages to a Server that reads nothing. */
    private static boolean stream(String server) throws InterruptedException {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server));
        client.connect().block();
        AtomicInteger generated = new AtomicInteger();
        client.publish(Flux.<ApplicationMessage>generate(sink -> {
                    generated.incrementAndGet();
                    sink.next(message(LARGE));
                }))
                .subscribe();
        new CountDownLatch(1).await(3, TimeUnit.SECONDS);
        return generated.get() > 0 && generated.get() < 100;
    }

    /** More than the heap holds arrives for a subscriber that asks for nothing, and then takes all that is there. */
    private static boolean incoming(Qos qos, ProtocolVersion version, String server) throws InterruptedException {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server)
                .protocolVersion(version)
                .session(session -> session.maximumPacketSize(2 * LARGE)));
        client.connect().block();
        CountDownLatch first = new CountDownLatch(1);
        BaseSubscriber<ReceivedMessage> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {}

            @Override
            protected void hookOnNext(ReceivedMessage message) {
                first.countDown();
            }
        };
        client.subscribe("a", qos).subscribe(subscriber);
        new CountDownLatch(1).await(5, TimeUnit.SECONDS);
        subscriber.request(Long.MAX_VALUE);
        return first.await(10, TimeUnit.SECONDS);
    }
}

package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.client.SessionInspection;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reliability.PlainClient;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The process whose disk is watched: one client of each version of MQTT over one store, each with a Session of its own at QoS 2, sends
 * or receives some messages, and ends.
 */
final class Life {

    static final String DATABASE = "sessions.db";

    private static final List<ProtocolVersion> VERSIONS = List.of(ProtocolVersion.MQTT_5_0, ProtocolVersion.MQTT_3_1_1);
    private static final Duration BEAT = Duration.ofMillis(2);
    private static final int AT_ONCE = 8;

    /** A message of some pages: what is left of it, cut short, reaches behind what is written over it later. */
    private static final int LARGE = 30_000;

    private static final int EACH_LARGE = 5;

    private final LifeOrder order;
    private final Told told;
    private final SqliteSessionStore store;

    private Life(LifeOrder order) throws IOException {
        this.order = order;
        this.told = new Told(order.directory());
        this.store = SqliteSessionStore.at(
                order.directory().resolve(DATABASE), order.way().durability());
    }

    /** Returns the Client Identifiers. */
    static List<String> clients() {
        return VERSIONS.stream().map(Life::identifier).toList();
    }

    private static String identifier(ProtocolVersion version) {
        return "client-" + version;
    }

    public static void main(String[] arguments) {
        try {
            Life life = new Life(LifeOrder.of(arguments));
            Flux.fromIterable(VERSIONS).flatMap(life::work).blockLast();
            if (life.order.closes()) {
                life.store.close();
            }
            Runtime.getRuntime().halt(0);
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private Mono<Void> work(ProtocolVersion version) {
        String identifier = identifier(version);
        SessionStore decorated = new ToldStore(store, told, order.way() == LifeOrder.Way.HASTY);
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(order.server())
                .protocolVersion(version)
                .clientIdentifier(identifier)
                .cleanSession(false)
                .sessionStore(decorated));
        Mono<Void> messages =
                switch (order.direction()) {
                    case SENDER -> send(client, identifier);
                    case RECEIVER -> receive(client, identifier);
                };
        return messages.then(client.inspectSession()
                        .filter(Life::isAtRest)
                        .repeatWhenEmpty(tries -> tries.delayElements(BEAT)))
                .then(client.disconnect());
    }

    private static boolean isAtRest(SessionInspection session) {
        return session.connected() && session.inFlight().isEmpty() && session.waiting() == 0;
    }

    private Mono<Void> send(ReactorMqttClient client, String identifier) {
        client.receipts().subscribe(PublishReceipt::acknowledge);
        return client.connect()
                .thenMany(Flux.range(1, order.messages()))
                .flatMap(number -> enqueue(client, identifier, number), AT_ONCE)
                .then();
    }

    private Mono<Long> enqueue(ReactorMqttClient client, String identifier, int number) {
        byte[] payload = new byte[number % EACH_LARGE == 0 ? LARGE : number];
        new Random(number).nextBytes(payload);
        Mono<Long> enqueued = client.enqueue(
                        ApplicationMessage.of(TopicName.of(identifier), Payload.of(payload), Qos.EXACTLY_ONCE))
                .doOnNext(sequence -> told.accepted(identifier, sequence));
        return number == order.messages() / 2 ? moveLog().then(enqueued) : enqueued;
    }

    /** Has SQLite do what the store has it do after some thousand pages: move its log into the database, and begin it anew. */
    private Mono<Void> moveLog() {
        return Mono.<Void>fromCallable(() -> {
                    String file = "jdbc:sqlite:" + order.directory().resolve(DATABASE);
                    try (Connection connection = DriverManager.getConnection(file);
                            Statement statement = connection.createStatement()) {
                        statement.execute("PRAGMA wal_checkpoint");
                    }
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Waits until all that is published to it from when it is subscribed on was there. */
    private Mono<Void> receive(ReactorMqttClient client, String identifier) {
        CountDownLatch subscribed = new CountDownLatch(1);
        Set<String> handled = ConcurrentHashMap.newKeySet();
        ConsumeOptions options = ConsumeOptions.builder()
                .filter(identifier)
                .qos(Qos.EXACTLY_ONCE)
                .onGranted(granted -> subscribed.countDown())
                .concurrency(AT_ONCE)
                .build();
        Mono<Void> consumed = Mono.<Void>create(all -> client.consume(options, message -> {
                    handled.add(message.payload().asUtf8());
                    if (handled.size() == order.messages()) {
                        all.success();
                    }
                    return Mono.empty();
                })
                .subscribe(nothing -> {}, all::error));
        Mono<Void> published = Mono.<Void>fromCallable(() -> {
                    subscribed.await();
                    publish(identifier);
                    return null;
                })
                .subscribeOn(Schedulers.boundedElastic());
        return client.connect().then(Mono.when(consumed, published));
    }

    private void publish(String topic) throws IOException {
        try (PlainClient publisher = PlainClient.connect(order.server(), "publisher-of-" + topic)) {
            for (int number = 1; number <= order.messages(); number++) {
                publisher.publish(topic, Integer.toString(number));
            }
        }
    }
}

package io.reactivemqtt.reliability.flapping;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reliability.PlainClient;
import io.reactivemqtt.store.SessionStore;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One client behind the proxy, whose messages a witness beside it sees, and which receives what a publisher beside it sends: all at each QoS.
 * Witness and publisher share no line with the client.
 */
final class Traffic implements AutoCloseable {

    private static final Duration BEAT = Duration.ofMillis(20);
    private static final int AT_ONCE = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ReactorMqttClient client;
    private final PlainClient witness;
    private final PlainClient publisher;
    private final List<Numbers> out = new ArrayList<>();
    private final List<Numbers> in = new ArrayList<>();
    private final Disposable.Composite receiving = Disposables.composite();
    private volatile boolean paused;
    private volatile boolean closed;

    private Traffic(ReactorMqttClient client, PlainClient witness, PlainClient publisher, String name) {
        this.client = client;
        this.witness = witness;
        this.publisher = publisher;
        for (Qos qos : Qos.values()) {
            out.add(new Numbers(name + " sends", qos));
            in.add(new Numbers(name + " receives", qos));
        }
    }

    static Traffic start(ProtocolVersion version, URI flapping, URI server, SessionStore store) throws IOException {
        String name = version == ProtocolVersion.MQTT_5_0 ? "MQTT 5.0" : "MQTT 3.1.1";
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(flapping)
                .protocolVersion(version)
                .clientIdentifier("flapping-" + version)
                .cleanSession(false)
                .sessionStore(store)
                .reconnect(policy -> policy.backoff(Duration.ofMillis(50), Duration.ofMillis(500))));
        Traffic traffic = new Traffic(
                client,
                PlainClient.connect(server, "witness-" + version),
                PlainClient.connect(server, "publisher-" + version),
                name);
        for (Numbers numbers : traffic.out) {
            traffic.witness.subscribe(numbers.topic());
        }
        traffic.receive();
        client.connect().block(PATIENCE);
        traffic.inBackground("witness", traffic::watch);
        traffic.inBackground("publisher", traffic::publish);
        traffic.send();
        return traffic;
    }

    private void inBackground(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException e) {
                        if (!closed) {
                            e.printStackTrace(); // and so it does not drain
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** What a thread does until this is closed. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void receive() {
        for (Numbers numbers : in) {
            Mono<Void> received = numbers.qos() == Qos.AT_MOST_ONCE
                    ? client.subscribe(options -> options.filter(numbers.topic())
                                    .qos(Qos.AT_MOST_ONCE)
                                    .acknowledgement(AcknowledgementMode.ON_NEXT))
                            .doOnNext(message ->
                                    numbers.arrived(number(message.payload().asUtf8())))
                            .then()
                    : client.consume(
                            options -> options.filter(numbers.topic()).qos(numbers.qos()),
                            message -> Mono.fromRunnable(() ->
                                    numbers.arrived(number(message.payload().asUtf8()))));
            receiving.add(received.subscribe());
        }
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }

    private void send() {
        receiving.add(Flux.interval(BEAT)
                .onBackpressureDrop()
                .filter(beat -> !paused)
                .flatMapIterable(beat -> out)
                .flatMap(this::sendOne, AT_ONCE)
                .subscribe());
    }

    private Mono<Boolean> sendOne(Numbers numbers) {
        int number = numbers.next();
        ApplicationMessage message = ApplicationMessage.of(numbers.topic(), "" + number, numbers.qos());
        if (numbers.qos() != Qos.AT_MOST_ONCE) {
            numbers.accepted(number); // for nothing withdraws it
        }
        return client.publish(message)
                .map(result -> result.reasonCode() == ReasonCode.SUCCESS)
                .onErrorResume(MqttException.class, lost -> Mono.just(false))
                .doOnNext(sent -> {
                    if (sent) {
                        numbers.accepted(number);
                    }
                });
    }

    private void watch() throws IOException {
        while (true) {
            PlainClient.Arrived arrived = witness.receive();
            out.stream()
                    .filter(numbers -> numbers.topic().equals(arrived.topic()))
                    .forEach(numbers -> numbers.arrived(number(arrived.text())));
        }
    }

    private void publish() throws IOException, InterruptedException {
        while (!closed) {
            Thread.sleep(BEAT.toMillis());
            for (Numbers numbers : paused ? List.<Numbers>of() : in) {
                int number = numbers.next();
                publisher.publish(numbers.topic(), "" + number);
                numbers.accepted(number);
            }
        }
    }

    /** Nothing more is sent, or again. */
    void pause(boolean pauses) {
        paused = pauses;
    }

    /** Tells whether all has arrived that was promised. */
    boolean isDrained() {
        return numbers().allMatch(numbers -> numbers.qos() == Qos.AT_MOST_ONCE || numbers.missing() == 0)
                && client.statistics().queuedMessages() == 0;
    }

    Stream<Numbers> numbers() {
        return Stream.concat(out.stream(), in.stream());
    }

    @Override
    public void close() throws IOException {
        closed = true;
        receiving.dispose();
        client.disconnect().block(PATIENCE);
        witness.close();
        publisher.close();
    }
}

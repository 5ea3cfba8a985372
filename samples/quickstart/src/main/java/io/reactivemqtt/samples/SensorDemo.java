package io.reactivemqtt.samples;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.AcknowledgementMode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.ReconnectPolicy;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.FaultProxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Sensor readings out and in again as Flux, while the network goes down and comes back. Read {@link #run} first. */
final class SensorDemo {

    private static final Duration PACE = Duration.ofMillis(40);
    private static final int LONGEST_OUTAGE = 10; // in readings, so 0.4 s
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ReconnectPolicy IMPATIENT = ReconnectPolicy.builder()
            .backoff(Duration.ofMillis(100), Duration.ofSeconds(1))
            .build();

    private final URI server;

    /** The certificate of an authority that is trusted in place of those that Java trusts, or null. */
    private final @Nullable Path trusted;

    private final boolean mqtt5;
    private final @Nullable String user;
    private final @Nullable String password;
    private final int readings;
    private final PrintWriter out;

    /** Names the Session, and keeps the topics of several runs on one Server apart. */
    private final String name = "quickstart-" + UUID.randomUUID().toString().substring(0, 8);

    private final Tally tally;

    SensorDemo(
            URI server,
            @Nullable Path trusted,
            String mqtt,
            @Nullable String user,
            @Nullable String password,
            int readings,
            PrintWriter out) {
        this.server = server;
        this.trusted = trusted;
        this.mqtt5 = mqtt.equals("5.0");
        this.user = user;
        this.password = password;
        this.readings = readings;
        this.out = out;
        this.tally = new Tally(readings);
    }

    /**
     * Runs it to its end.
     *
     * @throws MqttException if the Server refuses
     * @throws IOException if it cannot be reached
     */
    Tally run(String serverName) throws IOException {
        // one thread makes the readings and prints, so that the client's event loop has nothing to wait for
        Scheduler application = Schedulers.newBoundedElastic(1, Integer.MAX_VALUE, "application", 60, true);
        try (FaultProxy network = FaultProxy.to(server)) {
            ReactorMqttClient client = ReactorMqttClient.create(options -> persistentSession(options, network.uri()));
            client.events().publishOn(application).subscribe(event -> print("event", EventWords.of(event)));
            print("server", serverName);
            print("client", name + (mqtt5 ? ", MQTT 5.0: its Session outlives a connection by 1 h" : ", MQTT 3.1.1"));
            connect(client, network);
            try {
                exchange(client, network, application);
            } finally {
                forgetSession();
            }
        } finally {
            application.disposeGracefully().block(PATIENCE);
        }
        print("summary", tally.toString());
        return tally;
    }

    /** Readings out and in at once; the first leaves when the subscription is made. */
    private void exchange(ReactorMqttClient client, FaultProxy network, Scheduler application) {
        Sinks.One<ReasonCode> subscribed = Sinks.one();
        Mono<Void> receiving = receive(client, application, subscribed);
        Mono<Void> publishing = subscribed.asMono().then(publish(client, application, readings(network, application)));
        Mono.when(receiving, publishing).block();
        client.disconnect().block();
    }

    private void connect(ReactorMqttClient client, FaultProxy network) throws IOException {
        try {
            client.connect().block();
        } catch (MqttException e) {
            String obstacle = network.obstacle();
            if (obstacle != null) {
                throw new IOException("cannot connect to " + server + ": " + obstacle, e);
            }
            throw e;
        }
    }

    /** The wildcard subscription; ends when all readings are here, or none came for a while. */
    private Mono<Void> receive(ReactorMqttClient client, Scheduler application, Sinks.One<ReasonCode> subscribed) {
        return client.subscribe(options -> options.filter("sensors/" + name + "/+/temperature")
                        .qos(Qos.EXACTLY_ONCE)
                        .acknowledgement(AcknowledgementMode.BY_HAND)
                        .onGranted(subscribed::tryEmitValue))
                .publishOn(application)
                .doOnNext(this::take)
                .takeUntil(received -> tally.isComplete())
                .timeout(PATIENCE)
                .onErrorComplete(TimeoutException.class) // what is missing then is lost, and the summary says so
                .then();
    }

    private void take(ReceivedMessage received) {
        Reading reading = Reading.from(received);
        boolean first = tally.arrived(reading, received.qos() == Qos.EXACTLY_ONCE);
        print(
                first ? "received" : "repeated",
                reading + "   QoS " + received.qos().level());
        received.acknowledge(); // only now: what a crash before this line takes from us, the Server sends again
    }

    /** Ends when the Server has acknowledged all readings, or none for a while. */
    private Mono<Void> publish(ReactorMqttClient client, Scheduler application, Flux<Reading> source) {
        Flux<ApplicationMessage> messages = source.map(reading -> reading.toMessage("sensors/" + name));
        return client.publish(messages)
                .publishOn(application)
                .doOnNext(this::sent)
                .timeout(PATIENCE)
                .onErrorComplete(TimeoutException.class)
                .then();
    }

    private void sent(PublishResult result) {
        MqttException failure = result.failure();
        if (failure == null) {
            tally.sent();
        } else {
            print("failed", result.message() + ": " + failure.getMessage());
        }
    }

    /** A reading every 40 ms; the network is down for some of them in the middle. */
    private Flux<Reading> readings(FaultProxy network, Scheduler application) {
        int down = readings / 2;
        int up = down + Math.min(LONGEST_OUTAGE, Math.max(1, readings / 4));
        return Flux.range(1, readings)
                .delayElements(PACE, application)
                .map(Reading::of)
                .doOnNext(reading -> {
                    if (reading.number() == down) {
                        print("network", "goes down");
                        network.goDown();
                    } else if (reading.number() == up) {
                        print("network", "comes back");
                        network.comeBack();
                    }
                });
    }

    private void persistentSession(ClientOptions.Builder options, URI uri) {
        introduce(options, uri).reconnect(IMPATIENT);
        if (mqtt5) {
            options.cleanStart(false).sessionExpiryInterval(Duration.ofHours(1));
        } else {
            options.cleanSession(false); // MQTT 3.1.1 has no hour: a Session ends with its connection, or never
        }
    }

    private ClientOptions.Builder introduce(ClientOptions.Builder options, URI uri) {
        options.server(uri)
                .clientIdentifier(name)
                .protocolVersion(mqtt5 ? ProtocolVersion.MQTT_5_0 : ProtocolVersion.MQTT_3_1_1);
        if (trusted != null) {
            options.tls(tls -> tls.trustedCertificates(trusted));
        }
        if (user != null) {
            options.userName(user);
        }
        if (password != null) {
            options.password(password);
        }
        return options;
    }

    /** Leaves nothing behind at a Server that goes on. */
    private void forgetSession() {
        ReactorMqttClient client =
                ReactorMqttClient.create(options -> introduce(options, server).cleanSession(true));
        client.connect().then(client.disconnect()).onErrorComplete().block();
    }

    private void print(String what, String text) {
        out.printf("%-9s %s%n", what, text);
    }
}

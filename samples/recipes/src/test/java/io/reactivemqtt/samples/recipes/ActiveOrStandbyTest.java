package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

@MqttServer(ServerKind.LOCAL)
class ActiveOrStandbyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RunningServer server;
    private final Path directory;
    private final BlockingQueue<String> booked = new LinkedBlockingQueue<>();

    ActiveOrStandbyTest(RunningServer server, @TempDir Path directory) {
        this.server = server;
        this.directory = directory;
    }

    private Function<String, Mono<Void>> books(String name) {
        return order -> Mono.fromRunnable(() -> booked.add(name + " " + order));
    }

    @Test
    void theNextOneBooksWhenTheOneBeforeHasStopped() throws InterruptedException {
        String uri = server.uri().toString();
        ReactorMqttClient shop = ReactorMqttClient.create(options -> options.server(uri));
        shop.connect().block(PATIENCE);
        try (SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"));
                SessionLeases first = store.leases();
                SessionLeases second = store.leases()) {
            ActiveOrStandby active = new ActiveOrStandby(uri, store, first);
            ActiveOrStandby standby = new ActiveOrStandby(uri, store, second);
            active.run(books("first")).subscribe();
            String word = null;
            for (int order = 1; word == null; order++) { // the Server keeps none before there is a Session
                shop.publish(ApplicationMessage.of("orders/1", "" + order, Qos.EXACTLY_ONCE))
                        .block(PATIENCE);
                word = booked.poll(100, TimeUnit.MILLISECONDS);
            }
            standby.run(books("second")).subscribe();

            active.stop().block(PATIENCE);
            shop.publish(ApplicationMessage.of("orders/1", "last", Qos.EXACTLY_ONCE))
                    .block(PATIENCE);

            while (!word.equals("second last")) {
                word = booked.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(word).isNotNull();
            }
            standby.stop().block(PATIENCE);
        }
        shop.disconnect().block(PATIENCE);
    }
}

package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;
import reactor.core.publisher.Mono;

/** One program, in the words of four clients. */
@MqttServer(ServerKind.LOCAL)
class MeterTest {

    private final RunningServer server;
    private final Path directory;
    private final ReactorMqttClient center;
    private final BlockingQueue<String> readings = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();

    MeterTest(RunningServer server, @TempDir Path directory) {
        this.server = server;
        this.directory = directory;
        this.center = ReactorMqttClient.create(options -> options.server(server.uri()));
    }

    @BeforeEach
    void listen() {
        center.connect().block();
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        center.subscribe(options -> options.filter("meters/7/readings").onGranted(granted -> subscribed.complete(null)))
                .subscribe(reading -> readings.add(reading.payload().asUtf8()));
        subscribed.join();
    }

    @AfterEach
    void disconnect() {
        center.disconnect().block();
    }

    @Test
    void reactiveMqtt() throws InterruptedException {
        try (SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("meter.db"))) {
            Meter meter = new Meter(server.uri().toString(), store);
            meter.connect().block();
            meter.obey(text -> Mono.fromRunnable(() -> commands.add(text))).subscribe();
            assertThat(meter.report("21").block()).isEqualTo(PublishOutcome.ACKNOWLEDGED);
            assertReadingAndCommand();
            meter.stop().block();
        }
    }

    @Test
    void hiveMq() throws InterruptedException {
        HiveMqMeter meter = new HiveMqMeter(server.uri().getHost(), server.uri().getPort());
        meter.connect().join();
        meter.obey(text -> CompletableFuture.runAsync(() -> commands.add(text))).join();
        assertThat(meter.report("21").join().getError()).isEmpty();
        assertReadingAndCommand();
        meter.stop().join();
    }

    @Test
    void paho() throws Exception {
        PahoMeter meter = new PahoMeter(
                "tcp://" + server.uri().getHost() + ":" + server.uri().getPort(), directory.toString());
        meter.connect();
        meter.obey(commands::add);
        meter.report("21");
        assertReadingAndCommand();
        meter.stop();
    }

    @Test
    void springIntegration() throws InterruptedException {
        String uri = "tcp://" + server.uri().getHost() + ":" + server.uri().getPort();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(SpringMeter.Beans.class, () -> new SpringMeter.Beans(uri, commands::add));
            context.refresh();
            context.getBean("readings", MessageChannel.class).send(new GenericMessage<>("21"));
            assertReadingAndCommand();
        }
    }

    private void assertReadingAndCommand() throws InterruptedException {
        assertThat(readings.poll(10, TimeUnit.SECONDS)).isEqualTo("21");
        center.publish(ApplicationMessage.of("meters/7/commands", "close the valve", Qos.AT_LEAST_ONCE))
                .block();
        assertThat(commands.poll(10, TimeUnit.SECONDS)).isEqualTo("close the valve");
    }
}

package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import reactor.core.publisher.Mono;

/** What is published while the application is away is there when it comes back. */
@MqttServer(ServerKind.MOSQUITTO)
class RestartTest {

    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<String> written = new LinkedBlockingQueue<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private ConfigurableApplicationContext started(RunningServer server) {
        return new SpringApplicationBuilder(Application.class)
                .initializers(context -> ((GenericApplicationContext) context)
                        .registerBean(
                                "journalOfTheTest",
                                Application.Journal.class,
                                () -> (sensor, celsius) -> Mono.fromRunnable(() -> written.add(sensor + " " + celsius)),
                                bean -> bean.setPrimary(true)))
                .run(
                        "--reactive-mqtt.servers=" + server.uri(),
                        "--reactive-mqtt.session.sqlite.path=" + directory.resolve("sessions.db"));
    }

    private String next() throws InterruptedException {
        return String.valueOf(written.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void aReadingThatWasPublishedMeanwhileIsWritten(RunningServer server) throws InterruptedException {
        ReactorMqttClient sensor = ReactorMqttClient.create(options -> options.server(server.uri()));
        sensor.connect().block();
        try (ConfigurableApplicationContext first = started(server)) {
            assertThat(first.isRunning()).isTrue();
            sensor.publish(reading(1).retain(true).build()).block(); // whenever the subscription is made
            assertThat(next()).isEqualTo("7 1.0");
        }
        sensor.publish(reading(2).build()).block();
        try (ConfigurableApplicationContext second = started(server)) {
            assertThat(second.isRunning()).isTrue();
            assertThat(next()).isEqualTo("7 2.0");
        }
        sensor.disconnect().block();
    }

    private static ApplicationMessage.Builder reading(int celsius) {
        return ApplicationMessage.to("sensors/7/reading")
                .payload(Payload.utf8("{\"celsius\":" + celsius + "}"))
                .qos(Qos.AT_LEAST_ONCE);
    }
}

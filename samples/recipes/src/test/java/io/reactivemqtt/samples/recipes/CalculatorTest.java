package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.exception.ResponderFailedException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

@MqttServer(ServerKind.LOCAL)
class CalculatorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningServer server;

    CalculatorTest(RunningServer server) {
        this.server = server;
    }

    private ReactorMqttClient connected(ProtocolVersion version) {
        ReactorMqttClient client =
                ReactorMqttClient.create(options -> options.server(server.uri()).protocolVersion(version));
        client.connect().block(PATIENCE);
        return client;
    }

    @Test
    void whoAsksGetsTheResultOrTheKindOfTheFailure() throws InterruptedException {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            ReactorMqttClient service = connected(version);
            ReactorMqttClient user = connected(version);
            CountDownLatch serves = new CountDownLatch(1);
            new Calculator(service).serve().subscribe();
            service.subscribe(options ->
                            options.filter("last/" + version).onGranted(answer -> serves.countDown())) // behind it
                    .subscribe();
            assertThat(serves.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            Calculator calculator = new Calculator(user);

            assertThat(calculator.ask("add", "1 2 3").block(PATIENCE)).isEqualTo(6);
            assertThat(calculator.ask("multiply", "2 3 4").block(PATIENCE)).isEqualTo(24);
            StepVerifier.create(calculator.ask("add", "1 x"))
                    .expectErrorSatisfies(failed -> assertThat(failed)
                            .isInstanceOfSatisfying(ResponderFailedException.class, error -> assertThat(error.kind())
                                    .isEqualTo("NumberFormatException")))
                    .verify(PATIENCE);
            user.disconnect().block(PATIENCE);
            service.disconnect().block(PATIENCE);
        }
    }
}

package io.reactivemqtt.spring.boot.autoconfigure;

import static io.reactivemqtt.spring.boot.autoconfigure.Applications.application;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.FreePort;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testsupport.MutualTls;
import io.reactivemqtt.testsupport.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** SSL bundles secure connections, and what they become is used at the next one. */
class SslBundleTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private RunningServer server;

    private int port;

    @SuppressWarnings("NullAway.Init")
    private MutualTls files;

    @BeforeEach
    void startServer() {
        files = MutualTls.in(directory, "localhost");
        port = FreePort.find();
        RunningServer started =
                RunningServer.mosquitto(files.mosquittoListener(port)).orElse(null);
        assumeThat(started).as("mosquitto is not here").isNotNull();
        server = Objects.requireNonNull(started);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private ApplicationContextRunner trusting(Path authority) {
        String bundle = "spring.ssl.bundle.pem.mqtt.";
        return application()
                .withPropertyValues(
                        "reactive-mqtt.servers=mqtts://localhost:" + port,
                        "reactive-mqtt.ssl.bundle=mqtt",
                        bundle + "truststore.certificate=file:" + authority,
                        bundle + "keystore.certificate=file:" + files.clientChain(),
                        bundle + "keystore.private-key=file:" + files.clientKey());
    }

    @Test
    void theClientShowsTheCertificateOfTheBundleAndTrustsWhomItTrusts() {
        trusting(files.authority()).run(context -> assertThat(
                        context.getBean(ReactorMqttClient.class).state().isConnected())
                .isTrue());
    }

    @Test
    void aServerThatTheBundleDoesNotTrustIsToldByTheProperty() throws Exception {
        Path stranger = TestAuthority.create("a stranger").writeTo(Files.createDirectory(directory.resolve("other")));
        trusting(stranger).withPropertyValues("reactive-mqtt.startup=require").run(context -> {
            Throwable failure = Objects.requireNonNull(context.getStartupFailure());
            assertThat(failure).hasRootCauseInstanceOf(Exception.class);
            assertThat(Objects.requireNonNull(new StartFailedAnalyzer().analyze(failure))
                            .getAction())
                    .contains("reactive-mqtt.ssl.bundle");
        });
    }

    @Test
    void anUpdatedBundleIsUsedAtTheNextConnection() throws Exception {
        Path stranger = TestAuthority.create("a stranger").writeTo(Files.createDirectory(directory.resolve("other")));
        ApplicationContextRunner good = trusting(files.authority()).withPropertyValues("reactive-mqtt.startup=manual");
        trusting(stranger)
                .withPropertyValues("reactive-mqtt.startup=manual")
                .run(context -> good.run(other -> {
                    ReactorMqttClient client = context.getBean(ReactorMqttClient.class);
                    client.connect().subscribe();
                    assertThat(next(client, Status.WAITING).cause()).isInstanceOf(ConnectFailedException.class);
                    SslBundle trusted = other.getBean(SslBundles.class).getBundle("mqtt");
                    context.getBean(SslBundleRegistry.class).updateBundle("mqtt", trusted);
                    assertThat(next(client, Status.CONNECTED).cause()).isNull();
                }));
    }

    private static ClientState next(ReactorMqttClient client, Status status) {
        return Objects.requireNonNull(
                client.states().filter(state -> state.status() == status).blockFirst(PATIENCE));
    }
}

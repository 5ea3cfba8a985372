package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.Will;
import io.reactivemqtt.client.DisconnectOptions;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** What a client says when it leaves. */
@MqttServer(ServerKind.MOSQUITTO) // Artemis 2.50 publishes no Will on 0x04
class DisconnectOptionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningServer running;
    private final List<Object> signals = new ArrayList<>();

    DisconnectOptionsTest(RunningServer running) {
        this.running = running;
    }

    @Test
    @Spec("MQTT-3.14.2-1")
    void theWordsOfTheOptionsAreThoseOfDisconnect() {
        VirtualClient server = VirtualClient.connected(options -> options.cleanSession(false));

        server.client
                .disconnect(options -> options.withWill()
                        .sessionExpiryInterval(Duration.ofSeconds(5))
                        .reasonString("for lunch"))
                .subscribe(signals::add);

        assertThat(server.sent())
                .containsExactly(new Disconnect(
                        ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, 5L, "for lunch", UserProperties.EMPTY, null));
        assertThat(signals).containsExactly(DrainReport.NOTHING_LEFT);
    }

    @Test
    void aSessionThatEndsWithItsConnectionIsNotProlongedAndTheConnectionStays() {
        VirtualClient server = VirtualClient.connected(options -> {});

        server.client
                .disconnect(options -> options.sessionExpiryInterval(Duration.ofSeconds(5)))
                .subscribe(signals::add, signals::add);

        assertThat(signals).hasOnlyElementsOfType(LimitExceededException.class).hasSize(1);
        assertThat(server.client.state().isConnected()).isTrue();
    }

    @Test
    void mqtt311CannotSayIt() {
        VirtualClient server = VirtualClient.connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));

        server.client.disconnect(DisconnectOptions.Builder::withWill).subscribe(signals::add, signals::add);

        assertThat(signals).hasOnlyElementsOfType(LimitExceededException.class).hasSize(1);
    }

    @Test
    void whatCannotBeIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DisconnectOptions.of(options -> options.drainFor(Duration.ofSeconds(-1))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DisconnectOptions.of(options -> options.sessionExpiryInterval(Duration.ofMillis(1))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DisconnectOptions.of(options -> options.reasonString("\u0000")));
    }

    @Test
    void theWillIsPublishedWhereItIsWished() {
        String topic = "wills/" + System.nanoTime();
        ReactorMqttClient heir = ReactorMqttClient.create(options -> options.server(running.uri()));
        ReactorMqttClient leaver = ReactorMqttClient.create(options ->
                options.server(running.uri()).will(Will.of(ApplicationMessage.of(topic, "gone", Qos.AT_LEAST_ONCE))));
        heir.connect().block(PATIENCE);
        leaver.connect().block(PATIENCE);
        CompletableFuture<Void> granted = new CompletableFuture<>();
        CompletableFuture<String> heard = new CompletableFuture<>();
        Disposable subscriber = heir.subscribe(options ->
                        options.filter(topic).qos(Qos.AT_LEAST_ONCE).onGranted(code -> granted.complete(null)))
                .subscribe(message -> heard.complete(message.payload().asUtf8()));
        granted.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();

        leaver.disconnect(DisconnectOptions.Builder::withWill).block(PATIENCE);

        assertThat(heard.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
                .isEqualTo("gone");
        subscriber.dispose();
        heir.disconnect().block(PATIENCE);
    }
}

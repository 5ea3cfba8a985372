package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.FaultProxy;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

@MqttServer(ServerKind.LOCAL)
class CommandsTest {

    private final FaultProxy network;
    private final ReactorMqttClient client;
    private final DisposableServer http;

    CommandsTest(RunningServer server) {
        network = FaultProxy.to(server.uri());
        client = ReactorMqttClient.create(options -> options.server(network.uri()));
        http = HttpServer.create()
                .host("localhost")
                .port(0)
                .route(routes -> routes.post("/devices/{device}/commands", new Commands(client)::post))
                .bindNow();
    }

    @BeforeEach
    void connect() {
        client.connect().block();
    }

    @AfterEach
    void disconnect() {
        http.disposeNow();
        client.disconnect().block();
        network.close();
    }

    @Test
    void aCommandThatSomebodyGetsIsAccepted() {
        CompletableFuture<ReceivedMessage> command = new CompletableFuture<>();
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        client.subscribe(
                        options -> options.filter("devices/1/commands").onGranted(granted -> subscribed.complete(null)))
                .subscribe(command::complete);
        subscribed.join();

        assertThat(post("1", "on")).isEqualTo(202);
        assertThat(command.join().message())
                .isEqualTo(ApplicationMessage.of("devices/1/commands", "on", Qos.AT_LEAST_ONCE));
    }

    @Test
    void aCommandThatNobodyWaitsForSaysSoIfTheServerDoes(RunningServer server) {
        assertThat(post("2", "on")).isEqualTo(server.name().startsWith("mosquitto") ? 404 : 202);
    }

    @Test
    void aCommandThatCannotBeSentMayBeRepeated() {
        network.goDown();
        client.states().takeUntil(state -> !state.isConnected()).blockLast();

        assertThat(post("1", "on")).isEqualTo(503);
    }

    private int post(String device, String body) {
        Mono<Integer> status = HttpClient.create()
                .post()
                .uri("http://localhost:" + http.port() + "/devices/" + device + "/commands")
                .send(ByteBufFlux.fromString(Mono.just(body)))
                .response()
                .map(response -> response.status().code());
        return status.blockOptional().orElseThrow();
    }
}

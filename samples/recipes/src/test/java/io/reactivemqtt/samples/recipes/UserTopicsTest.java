package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

@MqttServer(ServerKind.LOCAL)
class UserTopicsTest {

    private final BlockingQueue<String> shown = new LinkedBlockingQueue<>();

    @Test
    void theTopicsOfAUserComeAndGo(RunningServer server) throws InterruptedException {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server.uri()));
        client.connect().block();
        DisposableServer http = HttpServer.create()
                .host("localhost")
                .port(0)
                .route(routes -> routes.ws("/news", new UserTopics(client)::user))
                .bindNow();
        Sinks.Many<String> typed = Sinks.many().unicast().onBackpressureBuffer();
        Disposable user = HttpClient.create()
                .websocket()
                .uri("ws://localhost:" + http.port() + "/news")
                .handle((in, out) -> out.sendString(typed.asFlux())
                        .then()
                        .and(in.receive().asString().doOnNext(shown::add)))
                .subscribe();

        typed.tryEmitNext("+sport").orThrow();
        assertThat(next()).startsWith("+sport: GRANTED_QOS_1");
        client.publish(ApplicationMessage.of("news/sport", "1:0", Qos.AT_LEAST_ONCE))
                .block();
        assertThat(next()).isEqualTo("news/sport 1:0");
        typed.tryEmitNext("+#/x").orThrow();
        assertThat(next()).startsWith("+#/x: ").contains("Topic Filter");
        typed.tryEmitNext("-sport").orThrow();
        assertThat(next()).startsWith("-sport: SUCCESS");
        client.publish(ApplicationMessage.of("news/sport", "2:0", Qos.AT_LEAST_ONCE))
                .block();
        typed.tryEmitNext("+weather").orThrow();
        assertThat(next()).startsWith("+weather: GRANTED_QOS_1");
        user.dispose(); // the browser goes, and so does its subscription
        Waiting.until(() -> subscriptions(client), List::isEmpty);
        http.disposeNow();
        client.disconnect().block();
    }

    private static List<TopicSubscription> subscriptions(ReactorMqttClient client) {
        return client.inspectSession().blockOptional().orElseThrow().subscriptions();
    }

    private String next() throws InterruptedException {
        return String.valueOf(shown.poll(10, TimeUnit.SECONDS));
    }
}

package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

@MqttServer(ServerKind.LOCAL)
class LiveReadingsTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    @Test
    void browsersSeeWhatArrivesAndHoldNoAcknowledgementBack(RunningServer server) throws InterruptedException {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server.uri()));
        client.connect().block();
        DisposableServer http = HttpServer.create()
                .host("localhost")
                .port(0)
                .route(routes -> routes.get("/readings", new LiveReadings(client)::stream))
                .bindNow();
        BlockingQueue<String> first = new LinkedBlockingQueue<>();
        BlockingQueue<String> second = new LinkedBlockingQueue<>();
        Disposable browser = browser(http).doOnNext(first::add).subscribe();
        Disposable other = browser(http).doOnNext(second::add).subscribe();

        publishUntilSeen(client, first);
        publishUntilSeen(client, second);
        first.clear();
        client.publish(ApplicationMessage.of("readings/1", "two\nlines", Qos.AT_LEAST_ONCE))
                .block();

        assertThat(last(first)).isEqualTo("data: two\ndata: lines\n\n");
        assertThat(client.statistics().incomingUnacknowledged()).isZero();
        browser.dispose();
        other.dispose();
        http.disposeNow();
        client.disconnect().block();
    }

    private static reactor.core.publisher.Flux<String> browser(DisposableServer http) {
        return HttpClient.create()
                .get()
                .uri("http://localhost:" + http.port() + "/readings")
                .responseContent()
                .asString();
    }

    /** A browser is not told when its subscription is there. */
    private static void publishUntilSeen(ReactorMqttClient client, BlockingQueue<String> events) {
        Mono.defer(() -> client.publish(ApplicationMessage.of("readings/1", "are you there?", Qos.AT_LEAST_ONCE)))
                .repeatWhen(done -> done.delayElements(Duration.ofMillis(10)))
                .takeUntil(done -> !events.isEmpty())
                .blockLast(LONG);
    }

    private static String last(BlockingQueue<String> events) throws InterruptedException {
        String event = events.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        while (event != null && event.contains("are you there?")) {
            event = events.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        }
        return String.valueOf(event);
    }
}

package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.InMemorySessionStore;
import io.reactivemqtt.store.SessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@MqttServer(ServerKind.LOCAL)
class WorkerTest {

    private final SessionStore store = new InMemorySessionStore();

    @Test
    void whatWasBegunIsEndedAndNotRepeated(RunningServer server) throws Exception {
        ReactorMqttClient client = client(server);
        client.connect().block();
        BlockingQueue<String> begun = new LinkedBlockingQueue<>();
        Sinks.Empty<Void> work = Sinks.empty();
        Worker worker = new Worker(client, job -> {
            begun.add(job.payload().asUtf8());
            return work.asMono();
        });
        CompletableFuture<Void> run = worker.run().toFuture();
        client.publish(job("first")).block(); // leaves behind the SUBSCRIBE
        client.publish(job("second")).block();
        assertThat(begun.take()).isEqualTo("first");

        CompletableFuture<Integer> status = worker.stop().toFuture();
        assertThat(status).isNotDone();
        work.tryEmitEmpty().orThrow();

        assertThat(status.get()).isZero();
        run.get();
        assertThat(begun).isEmpty();

        ReactorMqttClient next = client(server);
        Mono<String> comesAgain = next.subscribe("jobs/#", Qos.AT_LEAST_ONCE)
                .map(message -> message.payload().asUtf8())
                .next();
        CompletableFuture<String> firstOfNext = comesAgain.toFuture();
        next.connect().block();
        assertThat(firstOfNext.get()).isEqualTo("second");
        next.disconnect().block();
    }

    private ReactorMqttClient client(RunningServer server) {
        return ReactorMqttClient.create(
                options -> options.server(server.uri()).durableSession("worker", Duration.ofHours(1), store));
    }

    private static ApplicationMessage job(String text) {
        return ApplicationMessage.of("jobs/1", text, Qos.AT_LEAST_ONCE);
    }
}

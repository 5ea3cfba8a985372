package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishReceipt;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RefusingPort;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@MqttServer(ServerKind.LOCAL)
class OutboxTest {

    @Test
    void whatAProcessWithoutAServerHasAcceptedTheNextOneDelivers(RunningServer server, @TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("outbox.db");
        long key;
        try (RefusingPort nobody = RefusingPort.open();
                SqliteSessionStore store = SqliteSessionStore.at(file)) {
            Outbox outbox = new Outbox(nobody.uri().toString(), store, receipt -> {});
            key = outbox.accept("orders/1", "one")
                    .blockOptional(Duration.ofSeconds(10))
                    .orElseThrow();
            outbox.stop().block();
        }

        ReactorMqttClient shop = ReactorMqttClient.create(options -> options.server(server.uri()));
        shop.connect().block();
        CompletableFuture<String> arrived = new CompletableFuture<>();
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        shop.subscribe(options -> options.filter("orders/#")
                        .qos(Qos.EXACTLY_ONCE)
                        .onGranted(granted -> subscribed.complete(null)))
                .subscribe(message -> arrived.complete(message.payload().asUtf8()));
        subscribed.get();
        BlockingQueue<PublishReceipt> receipts = new LinkedBlockingQueue<>();
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            Outbox outbox = new Outbox(server.uri().toString(), store, receipts::add);

            assertThat(receipts.poll(10, TimeUnit.SECONDS)).isNotNull().satisfies(receipt -> {
                assertThat(receipt.key()).isEqualTo(key);
                assertThat(receipt.result().isSuccess()).isTrue();
            });
            assertThat(arrived.get()).isEqualTo("one");
            outbox.stop().block();
        }
        shop.disconnect().block();
    }
}

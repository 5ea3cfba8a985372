package io.reactivemqtt.samples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

@MqttServer(ServerKind.LOCAL)
class InvoicesTest {

    private final BlockingQueue<String> booked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> parked = new LinkedBlockingQueue<>();
    private final AtomicBoolean faulty = new AtomicBoolean(true);

    @Test
    void anInvoiceIsParkedAndBroughtBack(RunningServer server) throws InterruptedException {
        ReactorMqttClient client = ReactorMqttClient.create(options -> options.server(server.uri()));
        client.connect().block();
        Invoices invoices = new Invoices(
                client,
                invoice -> Mono.fromRunnable(() -> {
                    if (faulty.get()) {
                        throw new IllegalStateException("the ledger is closed");
                    }
                    booked.add(invoice.topicName() + " " + invoice.payload().asUtf8());
                }));
        invoices.book().subscribe();
        Disposable lot = client.subscribe("parked/#", Qos.AT_LEAST_ONCE)
                .subscribe(message -> parked.add(
                        message.topicName() + ": " + message.message().properties()));

        client.publish(ApplicationMessage.of("invoices/12", "100 EUR", Qos.AT_LEAST_ONCE))
                .block();
        assertThat(parked.poll(10, TimeUnit.SECONDS))
                .startsWith("parked/invoices/12: ")
                .contains("parked-by");
        lot.dispose();

        faulty.set(false);
        invoices.bringBack().subscribe();
        client.publish(ApplicationMessage.of("parked/invoices/12", "100 EUR", Qos.AT_LEAST_ONCE))
                .block();

        assertThat(booked.poll(10, TimeUnit.SECONDS)).isEqualTo("invoices/12 100 EUR");
        client.disconnect().block();
    }
}

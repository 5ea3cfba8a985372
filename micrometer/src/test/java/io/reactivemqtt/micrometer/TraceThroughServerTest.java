package io.reactivemqtt.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.trace.data.SpanData;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Through a real Server the trace of the publisher arrives at the handler of another client. */
@MqttServer(ServerKind.MOSQUITTO)
class TraceThroughServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Tracing sending = new Tracing();
    private final Tracing receiving = new Tracing();

    @Test
    void aTraceCrossesTheServer(RunningServer server) {
        ReceivedMessage received = exchange(server, ProtocolVersion.MQTT_5_0);

        SpanData sent = sending.span("mqtt publish");
        SpanData processed = receiving.span("mqtt process rooms/{id}");
        assertThat(processed.getTraceId()).isEqualTo(sent.getTraceId());
        assertThat(processed.getParentSpanId()).isEqualTo(sent.getSpanId());
        assertThat(received.message().properties().userProperties().all("traceparent"))
                .hasSize(1);
    }

    @Test
    void inMqtt311ThereAreTwo(RunningServer server) {
        ReceivedMessage received = exchange(server, ProtocolVersion.MQTT_3_1_1);

        assertThat(receiving.span("mqtt process rooms/{id}").getTraceId())
                .isNotEqualTo(sending.span("mqtt publish").getTraceId());
        assertThat(received.message().properties().isEmpty()).isTrue();
    }

    private ReceivedMessage exchange(RunningServer server, ProtocolVersion version) {
        ReactorMqttClient sender = client(server, version, sending);
        ReactorMqttClient receiver = client(server, version, receiving);
        Sinks.One<ReceivedMessage> arrived = Sinks.one();
        Sinks.Empty<Void> granted = Sinks.empty();
        receiver.connect().block(PATIENCE);
        receiver.consume(
                        options -> options.filter("rooms/{id}").onGranted(answer -> granted.tryEmitEmpty()),
                        message -> Mono.fromRunnable(() -> arrived.tryEmitValue(message)))
                .subscribe();
        granted.asMono().block(PATIENCE);

        sender.connect().block(PATIENCE);
        sender.publish(ApplicationMessage.of("rooms/7", "on", Qos.AT_LEAST_ONCE))
                .block(PATIENCE);
        ReceivedMessage message = Objects.requireNonNull(arrived.asMono().block(PATIENCE));
        sender.disconnect().block(PATIENCE);
        receiver.disconnect().block(PATIENCE); // waits for the handler
        return message;
    }

    private static ReactorMqttClient client(RunningServer server, ProtocolVersion version, Tracing tracing) {
        ReactorMqttClient client =
                ReactorMqttClient.create(options -> options.server(server.uri()).protocolVersion(version));
        return ObservedMqttClient.observe(client, tracing.registry, "rooms");
    }
}

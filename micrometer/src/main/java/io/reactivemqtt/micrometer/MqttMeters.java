package io.reactivemqtt.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The numbers of {@link ReactorMqttClient#statistics} and {@link ReactorMqttClient#state} as meters, with the tag {@code client}.
 *
 * <p>A client costs nothing more for them: they are read when the registry is, on its thread. The registry holds the client until the
 * meters are removed from it, so that a client that works on is seen even if the application holds it no more.
 *
 * <pre>{@code new MqttMeters(client, "orders").bindTo(registry);}</pre>
 */
public final class MqttMeters implements MeterBinder {

    private static final String CLIENT = "client";
    private static final String PREFIX = "mqtt.client.";
    private static final String MESSAGES = "messages";

    private final ReactorMqttClient client;
    private final Tags tags;

    /**
     * Makes the meters of a client.
     *
     * @param name the tag {@code client}: another one for each client of a registry, since of two with the same tags the registry keeps the
     *     meters of the first
     */
    public MqttMeters(ReactorMqttClient client, String name) {
        this(client, name, List.of());
    }

    /**
     * Makes the meters of a client, with more tags.
     *
     * @param name the tag {@code client}, see {@link #MqttMeters(ReactorMqttClient, String)}
     */
    public MqttMeters(ReactorMqttClient client, String name, Iterable<Tag> tags) {
        this.client = Objects.requireNonNull(client, "client");
        this.tags = Tags.of(Objects.requireNonNull(tags, "tags")).and(CLIENT, Objects.requireNonNull(name, "name"));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Objects.requireNonNull(registry, "registry");
        Gauge.builder(PREFIX + "connected", () -> client.state().isConnected() ? 1 : 0)
                .tags(tags)
                .description("1 while the Server has accepted the connection, else 0")
                .register(registry);
        gauge(
                registry,
                "queued.messages",
                tags,
                MESSAGES,
                ClientStatistics::queuedMessages,
                "Wait to be sent for the first time");
        gauge(
                registry,
                "queued.bytes",
                tags,
                "bytes",
                ClientStatistics::queuedBytes,
                "Topic Names and payloads of what waits to be sent");
        gauge(
                registry,
                "in.flight",
                tags.and("direction", "outgoing"),
                MESSAGES,
                ClientStatistics::outgoingInFlight,
                "QoS 1 and 2: sent or received, and not completely acknowledged");
        gauge(
                registry,
                "in.flight",
                tags.and("direction", "incoming"),
                MESSAGES,
                ClientStatistics::incomingUnacknowledged,
                "QoS 1 and 2: sent or received, and not completely acknowledged");
        TimeGauge.builder(
                        PREFIX + "oldest.unacknowledged",
                        () -> client.statistics().oldestUnacknowledged().toNanos(),
                        TimeUnit.NANOSECONDS)
                .tags(tags)
                .description("Since when the oldest message in flight is, in either direction; 0 if there is none")
                .register(registry);
        counter(registry, "published", MESSAGES, ClientStatistics::published, "Published with success");
        counter(registry, "received", MESSAGES, ClientStatistics::received, "Arrived from the Server");
        counter(
                registry,
                "reconnects",
                "reconnects",
                ClientStatistics::reconnects,
                "Lost connections that were re-established");
        counter(
                registry,
                "dropped",
                MESSAGES,
                ClientStatistics::dropped,
                "Arrived, and there was no room, or nobody had asked");
        counter(
                registry,
                "handed.back",
                MESSAGES,
                ClientStatistics::handedBack,
                "Given back by a subscriber, or left untaken");
        counter(
                registry,
                "handler.failures",
                "failures",
                ClientStatistics::handlerFailures,
                "Tries of a handler that failed");
        counter(registry, "dead.lettered", MESSAGES, ClientStatistics::deadLettered, "A dead letter was published");
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            Tags tags,
            String unit,
            ToDoubleFunction<ClientStatistics> value,
            String description) {
        Gauge.builder(PREFIX + name, () -> value.applyAsDouble(client.statistics()))
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    private void counter(
            MeterRegistry registry,
            String name,
            String unit,
            ToDoubleFunction<ClientStatistics> value,
            String description) {
        // the function holds what the registry holds only weakly
        FunctionCounter.builder(PREFIX + name, this, meters -> value.applyAsDouble(client.statistics()))
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }
}

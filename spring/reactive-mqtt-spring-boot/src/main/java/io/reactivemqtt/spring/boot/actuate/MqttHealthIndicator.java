package io.reactivemqtt.spring.boot.actuate;

import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.reactor.ReactorMqttClient;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;

/**
 * Up while the client is connected; unknown before it has tried; else down, with the reason. The details say what waits, and how long the
 * oldest message has been unacknowledged.
 */
public final class MqttHealthIndicator extends AbstractReactiveHealthIndicator {

    private final ReactorMqttClient client;

    /** Tells of {@code client}. */
    public MqttHealthIndicator(ReactorMqttClient client) {
        super("the health of the MQTT client could not be told");
        this.client = client;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder health) {
        return Mono.fromSupplier(() -> health(health, client.state(), client.statistics()));
    }

    private static Health health(Health.Builder health, ClientState state, ClientStatistics statistics) {
        if (state.isConnected() || state.status() == Status.STANDING_BY) { // which is what a standby is for
            health.up();
        } else if (state.status() == Status.NEW) {
            health.unknown();
        } else {
            health.down();
        }
        if (state.cause() != null) {
            health.withDetail("cause", String.valueOf(state.cause().getMessage()));
        }
        return health.withDetail("state", state.status())
                .withDetail("since", state.since())
                .withDetail("server", state.server().toString())
                .withDetail("queuedMessages", statistics.queuedMessages())
                .withDetail("outgoingInFlight", statistics.outgoingInFlight())
                .withDetail("incomingUnacknowledged", statistics.incomingUnacknowledged())
                .withDetail("oldestUnacknowledged", statistics.oldestUnacknowledged())
                .build();
    }
}

package io.reactivemqtt.spring.boot.actuate;

import io.reactivemqtt.spring.boot.MqttConsumers;
import io.reactivemqtt.spring.boot.MqttConsumers.State;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Up while all consumers take messages; else down, with the reason of each that does not. */
public final class MqttConsumersHealthIndicator implements HealthIndicator {

    private final MqttConsumers consumers;

    /** Tells of {@code consumers}. */
    public MqttConsumersHealthIndicator(MqttConsumers consumers) {
        this.consumers = consumers;
    }

    @Override
    public Health health() {
        List<State> states = consumers.states();
        Health.Builder health = states.stream().allMatch(State::running) ? Health.up() : Health.down();
        for (State state : states) {
            health.withDetail(state.name(), state.running() ? "running" : "ended: " + state.failure());
        }
        return health.build();
    }
}

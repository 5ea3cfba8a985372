package io.reactivemqtt.samples.recipes;

import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.client.ClientStatistics;
import io.reactivemqtt.reactor.ReactorMqttClient;
import java.time.Duration;

/** What a health check asks, and what a dashboard shows; from any thread. */
// #health
record Health(ReactorMqttClient client, Duration tolerated) {

    /** Whether the process is of use: a restart would change nothing about a Server that is away for a moment. */
    boolean isLive() {
        return client.state().status() != Status.STOPPED;
    }

    boolean isReady() {
        return client.state().isConnected() && lag().compareTo(tolerated) < 0;
    }

    Duration lag() {
        return client.statistics().oldestUnacknowledged();
    }

    String line() {
        ClientState state = client.state();
        ClientStatistics now = client.statistics();
        return "%s (%s), lag %d s, waiting %d, in flight %d, in hand %d, failures %d"
                .formatted(
                        state.status(),
                        state.cause(),
                        lag().toSeconds(),
                        now.queuedMessages(),
                        now.outgoingInFlight(),
                        now.incomingUnacknowledged(),
                        now.handlerFailures());
    }
}
// #end

package io.reactivemqtt.samples.live;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.RunningServer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;

/** A sensor that publishes readings as fast as the Server takes them. */
final class Load implements AutoCloseable {

    static final int READINGS = 20_000;

    /** Beyond the numbers that the service counts from, which are times. */
    static final long FIRST = 9_000_000_000_000L;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final ReactorMqttClient sensor;
    private final AtomicLong accepted = new AtomicLong();

    Load(RunningServer server) {
        sensor = ReactorMqttClient.create(options -> options.server(server.uri())
                .reconnect(policy -> policy.backoff(Duration.ofMillis(10), Duration.ofMillis(200))));
        sensor.connect().block();
    }

    static ApplicationMessage reading(long number) {
        return ApplicationMessage.of(
                "sensors/s1/reading",
                "{\"sensor\":\"s1\",\"number\":" + number + ",\"celsius\":20}",
                Qos.AT_LEAST_ONCE);
    }

    /** Begins to publish {@link #READINGS}. */
    void publishAll() {
        sensor.publish(Flux.range(0, READINGS).map(i -> reading(FIRST + i)))
                .filter(PublishResult::isSuccess)
                .subscribe(result -> accepted.incrementAndGet());
    }

    /** Waits until the Server has acknowledged all of them. */
    void awaitAccepted() {
        Flux.interval(Duration.ofMillis(20))
                .takeUntil(tick -> accepted.get() == READINGS)
                .blockLast(PATIENCE);
    }

    /** Waits until the service has stored so many of them. */
    static void awaitStored(ServiceProcess service, long count) throws Exception {
        service.browser().next("numbers", now -> now.get("stored").asLong() >= count, PATIENCE);
    }

    /** Returns how many came again that were stored already. */
    static long repeated(ServiceProcess service) throws Exception {
        return service.browser().next("numbers", now -> true).get("repeated").asLong();
    }

    @Override
    public void close() {
        sensor.disconnect().block();
    }
}

package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.spring.boot.MqttConsumer;
import io.reactivemqtt.spring.boot.MqttConsumers;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;

/** Starts all consumers after the clients and the web server, and stops them before those. */
final class ConsumersLifecycle implements SmartLifecycle, MqttConsumers {

    private static final int PHASE = DEFAULT_PHASE - 512;
    private static final Log LOG = LogFactory.getLog(ConsumersLifecycle.class);

    private final List<RunningConsumer> consumers = new ArrayList<>();
    private volatile boolean running;
    private volatile CountDownLatch stopped = new CountDownLatch(0);

    ConsumersLifecycle(Map<String, MqttConsumer> found, Clients clients, PayloadCodecs codecs) {
        found.forEach((bean, consumer) -> {
            String name = consumer.name().isEmpty() ? bean : consumer.name();
            if (states().stream().anyMatch(other -> other.name().equals(name))) {
                throw new IllegalStateException("two MQTT consumers are called \"" + name
                        + "\", and could not be told apart in health and metrics: give one another name by named(…)");
            }
            ManagedClient client = clients.of(consumer);
            consumers.add(new RunningConsumer(name, client.settings().name(), consumer, client.client(), codecs));
        });
    }

    @Override
    public List<State> states() {
        return consumers.stream().map(RunningConsumer::state).toList();
    }

    @Override
    public void start() {
        running = true;
        if (!consumers.isEmpty()) {
            CountDownLatch end = new CountDownLatch(1);
            stopped = end;
            new Thread(() -> awaitUninterruptibly(end), "mqtt-consumers").start();
        }
        consumers.forEach(RunningConsumer::start);
    }

    /** Keeps a process alive that has no web server: event loops are daemons. */
    private static void awaitUninterruptibly(CountDownLatch end) {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException goesOn) {
                LOG.debug("MQTT consumers are stopped by the application, not by an interrupt");
            }
        }
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public void stop(Runnable callback) {
        Flux.fromIterable(consumers)
                .flatMap(RunningConsumer::stop)
                .doFinally(signal -> {
                    running = false;
                    stopped.countDown();
                    callback.run();
                })
                .subscribe(nothing -> {}, failure -> LOG.error("MQTT consumers did not stop", failure));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}

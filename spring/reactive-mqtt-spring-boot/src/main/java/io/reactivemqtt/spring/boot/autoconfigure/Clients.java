package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttClients;
import io.reactivemqtt.spring.boot.MqttConsumer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.netty.resources.LoopResources;

/**
 * The clients of the application: they connect when it starts, before its web server takes requests, and disconnect when that has answered
 * the last, so that a request may publish as long as it runs.
 */
final class Clients implements SmartLifecycle, MqttClients {

    /** Below what Spring Boot's web servers have for their start, and for their graceful end. */
    private static final int PHASE = DEFAULT_PHASE - 3072;

    private final Map<String, ManagedClient> byName = new LinkedHashMap<>();
    private final LoopResources loops;
    private volatile boolean running;

    /**
     * Knows them by the names of their beans.
     *
     * @param beans the primary one first
     * @param settings of those that were made of properties
     * @param ofAll of those that the application has made
     * @param loops on which those work that were made of properties
     */
    Clients(
            Map<String, ReactorMqttClient> beans,
            Map<String, ClientSettings> settings,
            ClientSettings ofAll,
            LoopResources loops) {
        this.loops = loops;
        Map<String, ReactorMqttClient> others = new LinkedHashMap<>(beans);
        settings.forEach((name, own) -> {
            ReactorMqttClient client = others.remove(own.beanName());
            if (client != null) {
                byName.put(name, new ManagedClient(own, client));
            }
        });
        others.forEach((bean, client) -> byName.put(bean, new ManagedClient(ofAll.named(bean), client)));
    }

    @Override
    public Map<String, ReactorMqttClient> byName() {
        Map<String, ReactorMqttClient> clients = new LinkedHashMap<>();
        byName.forEach((name, managed) -> clients.put(name, managed.client()));
        return clients;
    }

    /** Returns the client that {@code consumer} names, or the first. */
    ManagedClient of(MqttConsumer consumer) {
        String name = consumer.client().isEmpty() ? byName.keySet().iterator().next() : consumer.client();
        ManagedClient found = byName.get(name);
        if (found == null) {
            throw new IllegalStateException(
                    consumer + " is for the client \"" + name + "\", but there are only: " + byName.keySet());
        }
        return found;
    }

    @Override
    public void start() {
        if (loops.isDisposed()) {
            throw new IllegalStateException(
                    "MQTT clients work on the event loops of the web server, which ended for good when the application was stopped;"
                            + " to start it again, give the clients loops of their own: a bean that returns ReactorRuntime.DEFAULT");
        }
        running = true;
        Flux.fromIterable(byName.values()).flatMap(ManagedClient::start).then().block();
    }

    @Override
    public void stop() {
        Flux.fromIterable(byName.values()).flatMap(ManagedClient::stop).then().block();
        running = false;
    }

    @Override
    public void stop(Runnable callback) {
        Flux.fromIterable(byName.values())
                .flatMap(ManagedClient::stop)
                .doFinally(signal -> {
                    running = false;
                    callback.run();
                })
                .subscribe();
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

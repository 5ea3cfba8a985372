package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.spring.boot.MqttListener;
import io.reactivemqtt.spring.boot.TopicVariable;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** The listener of docs/spring.md. */
@Configuration(proxyBeanMethods = false)
class DocumentedListener {

    /** What arrives. */
    record Reading(double celsius) {}

    final List<String> stored = new ArrayList<>();

    // #listener
    @MqttListener(value = "${readings.place}/{id}/reading", concurrency = 8)
    Mono<Void> store(@TopicVariable("id") String sensor, Reading reading) {
        return save(sensor, reading);
    }
    // #end

    private Mono<Void> save(String sensor, Reading reading) {
        return Mono.fromRunnable(() -> stored.add(sensor + " " + reading.celsius()));
    }
}

// #application
package com.example;

import io.reactivemqtt.spring.boot.MqttConsumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/** Takes readings of sensors down. */
@SpringBootApplication
public class Application {

    record Reading(double celsius) {}

    /** Starts it. */
    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @Bean
    MqttConsumer readings(Journal journal) {
        return MqttConsumer.of(
                        "sensors/{id}/reading",
                        Reading.class,
                        (reading, message) -> journal.add(message.variable("id"), reading.celsius()))
                .concurrency(8);
    }

    /** In place of a database: the message is acknowledged when this completes. */
    @FunctionalInterface
    interface Journal {
        Mono<Void> add(String sensor, double celsius);
    }

    @Bean
    Journal journal() {
        return (sensor, celsius) -> Mono.fromRunnable(() -> System.out.println(sensor + ": " + celsius + " °C"));
    }
}
// #end

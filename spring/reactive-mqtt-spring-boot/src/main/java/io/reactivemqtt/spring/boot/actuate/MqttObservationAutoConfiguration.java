package io.reactivemqtt.spring.boot.actuate;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import io.reactivemqtt.micrometer.BatchLinks;
import io.reactivemqtt.micrometer.MqttProcessObservationConvention;
import io.reactivemqtt.micrometer.MqttPublishObservationConvention;
import io.reactivemqtt.micrometer.ObservedMqttClient;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttClientDecorator;
import io.reactivemqtt.spring.boot.autoconfigure.MqttAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Observations of what clients publish and handlers process, and their traces. */
@AutoConfiguration(
        after = MqttAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration"
        })
@ConditionalOnClass({ObservationRegistry.class, ObservedMqttClient.class})
@ConditionalOnBean(ObservationRegistry.class)
public final class MqttObservationAutoConfiguration {

    /** Made by the container. */
    MqttObservationAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "mqttObservation")
    MqttClientDecorator mqttObservation(
            ObservationRegistry registry,
            ObjectProvider<MqttPublishObservationConvention> publishing,
            ObjectProvider<MqttProcessObservationConvention> processing) {
        return new MqttClientDecorator() {
            @Override
            public ReactorMqttClient decorate(String name, ReactorMqttClient client) {
                return ObservedMqttClient.observe(
                        client, registry, name, publishing.getIfAvailable(), processing.getIfAvailable());
            }
        };
    }

    /** Links from the span of a batch to those of its messages. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Tracer.class, Propagator.class})
    @ConditionalOnBean({Tracer.class, Propagator.class})
    static class Links {

        /** Before the handler of Spring Boot that would take a batch for a message. */
        private static final int ORDER = 999;

        @Bean
        @Order(ORDER)
        @ConditionalOnMissingBean
        BatchLinks mqttBatchLinks(Tracer tracer, Propagator propagator) {
            return new BatchLinks(tracer, propagator);
        }
    }
}

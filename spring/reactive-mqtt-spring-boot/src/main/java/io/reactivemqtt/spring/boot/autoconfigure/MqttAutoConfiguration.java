package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReactorRuntime;
import io.reactivemqtt.spring.boot.MqttClientCustomizer;
import io.reactivemqtt.spring.boot.MqttClientDecorator;
import io.reactivemqtt.spring.boot.MqttConnectionDetails;
import io.reactivemqtt.spring.boot.MqttConsumer;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import io.reactivemqtt.store.SessionStore;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Clients, and the consumers that are beans. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration",
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration"
        })
@ConditionalOnClass(ReactorMqttClient.class)
@ConditionalOnProperty(name = "reactive-mqtt.enabled", matchIfMissing = true)
@Import({OptionalParts.Loops.class, OptionalParts.Database.class, OptionalParts.Json.class, OptionalParts.Plain.class})
@EnableConfigurationProperties({MqttClientProperties.class, MqttClientsProperties.class})
public final class MqttAutoConfiguration {

    /** Made by the container. */
    MqttAutoConfiguration() {}

    @Bean
    SqliteStores mqttSqliteStores() {
        return new SqliteStores();
    }

    @Bean
    ClientFactory mqttClientFactory(
            Environment environment,
            SslBundles bundles,
            ObjectProvider<MqttConnectionDetails> details,
            ObjectProvider<SessionStore> stores,
            ObjectProvider<MqttClientCustomizer> customizers,
            ObjectProvider<MqttClientDecorator> decorators,
            ObjectProvider<ReactorRuntime> runtime,
            SqliteStores sqlite,
            ObjectProvider<DatabaseStore> database) {
        return new ClientFactory(
                environment, bundles, details, stores, customizers, decorators, runtime(runtime), sqlite, database);
    }

    private static ReactorRuntime runtime(ObjectProvider<ReactorRuntime> runtime) {
        return runtime.getIfAvailable(() -> ReactorRuntime.DEFAULT);
    }

    @Bean
    Clients mqttClients(
            ConfigurableListableBeanFactory beans, Environment environment, ObjectProvider<ReactorRuntime> runtime) {
        Map<String, ReactorMqttClient> primaryFirst = new LinkedHashMap<>();
        Map<String, ReactorMqttClient> all = beans.getBeansOfType(ReactorMqttClient.class);
        all.forEach((name, client) -> {
            if (beans.containsBeanDefinition(name)
                    && beans.getMergedBeanDefinition(name).isPrimary()) {
                primaryFirst.put(name, client);
            }
        });
        primaryFirst.putAll(all);
        return new Clients(
                primaryFirst,
                ClientSettings.of(environment),
                ClientSettings.ofAll(environment),
                runtime(runtime).loopResources());
    }

    @Bean
    ConsumersLifecycle mqttConsumersLifecycle(
            ConfigurableListableBeanFactory beans, Clients clients, PayloadCodecs codecs) {
        Map<String, MqttConsumer> consumers = new LinkedHashMap<>(beans.getBeansOfType(MqttConsumer.class));
        consumers.putAll(new Listeners(beans, codecs).consumers());
        return new ConsumersLifecycle(consumers, clients, codecs);
    }

    /** A consumer that nobody asks for would never start. */
    @Bean
    static LazyInitializationExcludeFilter mqttLazyInitializationExcludeFilter() {
        return LazyInitializationExcludeFilter.forBeanTypes(
                MqttConsumer.class, Clients.class, ConsumersLifecycle.class);
    }

    /** Clients of properties, where the application has made none. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(ReactorMqttClient.class)
    @Import(ClientRegistrar.class)
    static class OfProperties {}
}

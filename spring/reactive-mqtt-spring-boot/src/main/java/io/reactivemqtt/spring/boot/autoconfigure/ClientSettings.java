package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.spring.boot.MqttConsumer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.core.env.Environment;

/**
 * The settings of one client by name.
 *
 * @param name among {@code reactive-mqtt.clients}, or {@link MqttConsumer#DEFAULT_CLIENT}
 * @param prefix of the properties that are its own
 * @param hasServers whether {@code servers} is among those
 */
record ClientSettings(String name, String prefix, boolean hasServers, MqttClientProperties properties) {

    private static final String ALL = "reactive-mqtt";
    private static final String CLIENTS = ALL + ".clients";

    /** Reads those of all clients, in their order; never none. */
    static Map<String, ClientSettings> of(Environment environment) {
        Map<String, ClientSettings> settings = new LinkedHashMap<>();
        for (String name : names(environment)) {
            settings.put(name, ofNamed(environment, name));
        }
        if (settings.isEmpty()) {
            MqttClientProperties only = Binder.get(environment).bindOrCreate(ALL, MqttClientProperties.class);
            settings.put(
                    MqttConsumer.DEFAULT_CLIENT, new ClientSettings(MqttConsumer.DEFAULT_CLIENT, ALL, false, only));
        }
        return settings;
    }

    private static List<String> names(Environment environment) {
        return List.copyOf(Binder.get(environment)
                .bind(CLIENTS, Bindable.mapOf(String.class, Object.class))
                .orElseGet(Map::of)
                .keySet());
    }

    private static ClientSettings ofNamed(Environment environment, String name) {
        String prefix = CLIENTS + "." + name;
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            sources.add(new Own(source, ConfigurationPropertyName.adapt(prefix, '.')));
        }
        ConfigurationPropertySources.get(environment).forEach(sources::add);
        Binder own = new Binder(sources, new PropertySourcesPlaceholdersResolver(environment));
        return new ClientSettings(
                name,
                prefix,
                Binder.get(environment)
                        .bind(prefix + ".servers", Bindable.listOf(String.class))
                        .isBound(),
                own.bindOrCreate(ALL, MqttClientProperties.class));
    }

    /** Returns what the bean is called. */
    String beanName() {
        return name.equals(MqttConsumer.DEFAULT_CLIENT) ? "mqttClient" : name + "MqttClient";
    }

    /** Returns these for a client that the application has made. */
    ClientSettings named(String bean) {
        return new ClientSettings(bean, prefix, hasServers, properties);
    }

    /** Returns the Client Identifier: no two clients may share that of all. */
    @Nullable
    String clientId(Environment environment) {
        String id = properties.clientId();
        boolean isItsOwn = prefix.equals(ALL) || environment.containsProperty(prefix + ".client-id");
        return id == null || isItsOwn ? id : id + "-" + name;
    }

    /** What a client has of its own, under the names that all have. */
    private record Own(ConfigurationPropertySource source, ConfigurationPropertyName prefix)
            implements ConfigurationPropertySource {

        private @Nullable ConfigurationPropertyName own(ConfigurationPropertyName name) {
            ConfigurationPropertyName all = ConfigurationPropertyName.of(ALL);
            return all.isAncestorOf(name) ? prefix.append(name.subName(all.getNumberOfElements())) : null;
        }

        @Override
        public @Nullable ConfigurationProperty getConfigurationProperty(ConfigurationPropertyName name) {
            ConfigurationPropertyName own = own(name);
            return own == null ? null : source.getConfigurationProperty(own);
        }

        @Override
        public ConfigurationPropertyState containsDescendantOf(ConfigurationPropertyName name) {
            ConfigurationPropertyName own = own(name);
            return own == null ? ConfigurationPropertyState.UNKNOWN : source.containsDescendantOf(own);
        }
    }
}

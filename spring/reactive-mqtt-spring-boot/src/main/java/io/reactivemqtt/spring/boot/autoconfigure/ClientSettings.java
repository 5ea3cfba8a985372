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
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
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
    private static final String PRIMARY = ALL + ".primary";

    /** Reads those of all clients, the primary one first; never none. */
    static Map<String, ClientSettings> of(Environment environment) {
        Map<String, ClientSettings> settings = new LinkedHashMap<>();
        for (String name : names(environment)) {
            settings.put(name, ofNamed(environment, name));
        }
        if (settings.isEmpty()) {
            settings.put(MqttConsumer.DEFAULT_CLIENT, ofAll(environment).named(MqttConsumer.DEFAULT_CLIENT));
        }
        return settings;
    }

    /** Reads those that stand for all clients. */
    static ClientSettings ofAll(Environment environment) {
        return new ClientSettings(
                "", ALL, false, Binder.get(environment).bindOrCreate(ALL, MqttClientProperties.class));
    }

    /**
     * Returns the names, in the order in which they are written: environment variables stand behind files, whatever their precedence, and
     * name no client anew that a file calls by another form of the name.
     */
    private static List<String> names(Environment environment) {
        ConfigurationPropertyName clients = ConfigurationPropertyName.of(CLIENTS);
        int depth = clients.getNumberOfElements();
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        ConfigurationPropertySources.get(environment).forEach(source -> sources.add(0, source));
        Map<String, String> names = new LinkedHashMap<>();
        for (ConfigurationPropertySource source : sources) {
            if (source instanceof IterableConfigurationPropertySource all) {
                all.stream()
                        .filter(clients::isAncestorOf)
                        .forEach(name -> names.putIfAbsent(
                                name.getElement(depth, Form.UNIFORM), name.getElement(depth, Form.ORIGINAL)));
            }
        }
        return primaryFirst(new ArrayList<>(names.values()), environment.getProperty(PRIMARY));
    }

    private static List<String> primaryFirst(List<String> names, @Nullable String primary) {
        if (primary != null) {
            if (!names.remove(primary)) {
                throw new IllegalStateException(PRIMARY + "=" + primary + " names none of the MQTT clients " + names);
            }
            names.add(0, primary);
        }
        return names;
    }

    private static ClientSettings ofNamed(Environment environment, String name) {
        ConfigurationPropertyName own = ConfigurationPropertyName.adapt(CLIENTS + "." + name, '.');
        List<ConfigurationPropertySource> sources = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            sources.add(new Own(source, own));
        }
        ConfigurationPropertySources.get(environment).forEach(sources::add);
        Binder both = new Binder(sources, new PropertySourcesPlaceholdersResolver(environment));
        return new ClientSettings(
                name,
                own.toString(),
                Binder.get(environment)
                        .bind(own.append("servers"), Bindable.listOf(String.class))
                        .isBound(),
                both.bindOrCreate(ALL, MqttClientProperties.class));
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
        boolean isItsOwn = prefix.equals(ALL)
                || Binder.get(environment)
                        .bind(prefix + ".client-id", String.class)
                        .isBound();
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

package io.reactivemqtt.spring.boot.autoconfigure;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.UnknownSessionPolicy;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.reactor.ReactorRuntime;
import io.reactivemqtt.spring.boot.MqttClientCustomizer;
import io.reactivemqtt.spring.boot.MqttClientDecorator;
import io.reactivemqtt.spring.boot.MqttConnectionDetails;
import io.reactivemqtt.spring.boot.autoconfigure.MqttClientProperties.Store;
import io.reactivemqtt.store.SessionLeases;
import io.reactivemqtt.store.SessionStore;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/** Makes clients of what properties, connection details and customizers say. */
final class ClientFactory {

    private static final PropertyMapper MAP = PropertyMapper.get();

    private final Environment environment;
    private final SslBundles bundles;
    private final ObjectProvider<MqttConnectionDetails> details;
    private final ObjectProvider<SessionStore> stores;
    private final ObjectProvider<MqttClientCustomizer> customizers;
    private final ObjectProvider<MqttClientDecorator> decorators;
    private final ReactorRuntime runtime;
    private final SqliteStores sqlite;
    private final ObjectProvider<DatabaseStore> database;

    ClientFactory(
            Environment environment,
            SslBundles bundles,
            ObjectProvider<MqttConnectionDetails> details,
            ObjectProvider<SessionStore> stores,
            ObjectProvider<MqttClientCustomizer> customizers,
            ObjectProvider<MqttClientDecorator> decorators,
            ReactorRuntime runtime,
            SqliteStores sqlite,
            ObjectProvider<DatabaseStore> database) {
        this.environment = environment;
        this.bundles = bundles;
        this.details = details;
        this.stores = stores;
        this.customizers = customizers;
        this.decorators = decorators;
        this.runtime = runtime;
        this.sqlite = sqlite;
        this.database = database;
    }

    ReactorMqttClient create(ClientSettings settings) {
        try {
            MqttConnectionDetails connection = connection(settings);
            ReactorMqttClient client =
                    ReactorMqttClient.create(options(settings, connection), runtime(settings, connection));
            for (MqttClientDecorator decorator : decorators.orderedStream().toList()) {
                client = decorator.decorate(settings.name(), client);
            }
            return client;
        } catch (IllegalArgumentException refused) { // of the client, which knows nothing of properties
            throw new InvalidClientSettingsException(settings, refused);
        }
    }

    private MqttConnectionDetails connection(ClientSettings settings) {
        MqttConnectionDetails own = new PropertiesConnectionDetails(settings.properties(), bundles);
        return settings.hasServers() ? own : details.getIfAvailable(() -> own);
    }

    // ---- options

    private ClientOptions options(ClientSettings settings, MqttConnectionDetails connection) {
        MqttClientProperties properties = settings.properties();
        ClientOptions.Builder options = ClientOptions.builder();
        options.servers(connection.servers().stream().map(URI::toString).toArray(String[]::new));
        MAP.from(connection::username).to(options::userName);
        MAP.from(connection::password).to(options::password);
        MAP.from(settings.clientId(environment)).to(options::clientIdentifier);
        MAP.from(properties.protocolVersion()).to(options::protocolVersion);
        MAP.from(properties.keepAlive()).to(options::keepAlive);
        MAP.from(properties.receiveMaximum()).to(options::receiveMaximum);
        MAP.from(properties.connectTimeout()).to(options::connectTimeout);
        SessionStore store = session(properties.session(), options);
        if (store != null) {
            options.sessionStore(decorated(settings.name(), store));
        }
        MAP.from(leases(properties.session())).to(options::standby);
        reconnect(properties, options);
        queue(properties.queue(), options);
        will(properties.will(), options);
        options.disconnectTimeout(properties.shutdown().drainTimeout());
        customizers.orderedStream().forEach(customizer -> customizer.customize(settings.name(), options));
        return options.build();
    }

    /** Returns the store, or null. */
    private @Nullable SessionStore session(MqttClientProperties.Session session, ClientOptions.Builder options) {
        Duration expiry = session.expiry();
        boolean lasts = expiry != null && !expiry.isZero();
        if (expiry != null) {
            options.sessionExpiryInterval(expiry).cleanStart(!lasts);
        }
        if (session.store() == Store.SQLITE) {
            return sqlite.at(session.sqlite().path());
        }
        if (session.store() == Store.R2DBC) {
            return database.getIfAvailable(DatabaseStore::absent).store();
        }
        if (lasts && session.store() == Store.NONE) {
            options.session(with -> with.unknownSession(UnknownSessionPolicy.CONTINUE));
            return null;
        }
        return lasts ? theOneStore() : null;
    }

    /** Returns who says whose turn it is, or null if nobody stands by. */
    private @Nullable SessionLeases leases(MqttClientProperties.Session session) {
        Duration standby = session.standby();
        if (standby == null) {
            return null;
        } else if (session.store() == Store.SQLITE) {
            return sqlite.leases(session.sqlite().path());
        } else if (session.store() == Store.R2DBC) {
            return database.getIfAvailable(DatabaseStore::absent).leases(standby);
        }
        throw new IllegalArgumentException(
                "session.standby goes with session.store=r2dbc or sqlite; for another store, have an"
                        + " MqttClientCustomizer call standby() with its leases");
    }

    private SessionStore decorated(String name, SessionStore store) {
        SessionStore outermost = store;
        for (MqttClientDecorator decorator : decorators.orderedStream().toList()) {
            outermost = decorator.decorate(name, outermost);
        }
        return outermost;
    }

    private SessionStore theOneStore() {
        SessionStore store = stores.getIfUnique();
        if (store == null) {
            throw new IllegalArgumentException(
                    "session.expiry says that the Session lasts, so say where the client keeps its part:"
                            + " session.store=sqlite or r2dbc, a bean of type SessionStore, or session.store=none, with which messages that are on"
                            + " their way when the process ends may be lost or repeated");
        }
        return store;
    }

    private static void reconnect(MqttClientProperties properties, ClientOptions.Builder options) {
        MqttClientProperties.Reconnect reconnect = properties.reconnect();
        options.reconnect(policy -> {
            policy.backoff(reconnect.firstDelay(), reconnect.longestDelay())
                    .retryFirst(properties.startup() != MqttClientProperties.Startup.REQUIRE);
            MAP.from(reconnect.resetAfter()).to(policy::resetAfter);
            MAP.from(reconnect.maxElapsed()).to(policy::maxElapsed);
        });
    }

    private static void queue(MqttClientProperties.Queue queue, ClientOptions.Builder options) {
        options.queue(bounds -> {
            MAP.from(queue.maxMessages()).to(bounds::maximumMessages);
            MAP.from(queue.maxSize()).to(size -> bounds.maximumBytes(size.toBytes()));
            MAP.from(queue.whenFull()).to(bounds::whenFull);
        });
    }

    private static void will(MqttClientProperties.Will will, ClientOptions.Builder options) {
        if (will.topic() != null) {
            io.reactivemqtt.Will message = io.reactivemqtt.Will.of(ApplicationMessage.to(will.topic())
                    .payload(Payload.utf8(will.payload()))
                    .qos(will.qos())
                    .retain(will.retain())
                    .build());
            options.will(will.delay() == null ? message : message.withDelay(will.delay()));
        }
    }

    // ---- TLS

    private ReactorRuntime runtime(ClientSettings settings, MqttConnectionDetails connection) {
        SslBundle bundle = connection.sslBundle();
        if (bundle == null) {
            return runtime;
        }
        AtomicReference<SslContext> current = new AtomicReference<>(contextOf(bundle));
        String name = settings.properties().ssl().bundle();
        if (name != null && connection instanceof PropertiesConnectionDetails) {
            bundles.addBundleUpdateHandler(name, renewed -> current.set(contextOf(renewed)));
        }
        return ReactorRuntime.builder()
                .loopResources(runtime.loopResources())
                .sslContext(current::get)
                .build();
    }

    private static SslContext contextOf(SslBundle bundle) {
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .keyManager(bundle.getManagers().getKeyManagerFactory())
                    .trustManager(bundle.getManagers().getTrustManagerFactory());
            String[] ciphers = bundle.getOptions().getCiphers();
            if (ciphers != null) {
                builder.ciphers(List.of(ciphers));
            }
            return builder.protocols(bundle.getOptions().getEnabledProtocols()).build();
        } catch (SSLException unusable) {
            throw new IllegalStateException("the SSL bundle cannot be used by an MQTT client", unusable);
        }
    }
}

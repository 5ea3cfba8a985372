package io.reactivemqtt.spring.boot.autoconfigure;

import static io.reactivemqtt.spring.boot.autoconfigure.Applications.offline;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.QueueFullPolicy;
import io.reactivemqtt.client.UnknownSessionPolicy;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttClientCustomizer;
import io.reactivemqtt.spring.boot.MqttConnectionDetails;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import io.reactivemqtt.store.r2dbc.R2dbcSessionStore;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Clients are what the properties say, and back off before those of the application. */
class ClientsOfPropertiesTest {

    private static ClientOptions options(AssertableApplicationContext context, String bean) {
        return context.getBean(bean, ReactorMqttClient.class).options();
    }

    private static void only(ApplicationContextRunner application, Consumer<ClientOptions> expected) {
        application.run(context -> {
            assertThat(context).hasNotFailed().hasSingleBean(ReactorMqttClient.class);
            expected.accept(options(context, "mqttClient"));
        });
    }

    @Test
    void withoutPropertiesThereIsOneClientOfALocalServer() {
        only(offline(), options -> {
            assertThat(options.servers()).containsExactly(URI.create("mqtt://localhost:1883"));
            assertThat(options.session().clientIdentifierIsRandom()).isTrue();
            assertThat(options.sessionStore()).isNull();
            assertThat(options.reconnect().isFirstRetried()).isTrue();
        });
    }

    @Test
    void eachPropertyHasItsOption() {
        only(
                offline()
                        .withPropertyValues(
                                "reactive-mqtt.servers=mqtt://one:1883,mqtts://two",
                                "reactive-mqtt.client-id=gateway",
                                "reactive-mqtt.username=u",
                                "reactive-mqtt.password=p",
                                "reactive-mqtt.protocol-version=mqtt-5-0",
                                "reactive-mqtt.keep-alive=30s",
                                "reactive-mqtt.receive-maximum=1000",
                                "reactive-mqtt.connect-timeout=3s",
                                "reactive-mqtt.session.expiry=1d",
                                "reactive-mqtt.session.store=none",
                                "reactive-mqtt.reconnect.first-delay=1s",
                                "reactive-mqtt.reconnect.longest-delay=10s",
                                "reactive-mqtt.reconnect.reset-after=20s",
                                "reactive-mqtt.reconnect.max-elapsed=1h",
                                "reactive-mqtt.queue.max-messages=7",
                                "reactive-mqtt.queue.max-size=1MB",
                                "reactive-mqtt.queue.when-full=drop-oldest",
                                "reactive-mqtt.will.topic=gateways/1/gone",
                                "reactive-mqtt.will.payload=bye",
                                "reactive-mqtt.will.qos=exactly-once",
                                "reactive-mqtt.will.retain=true",
                                "reactive-mqtt.will.delay=5s",
                                "reactive-mqtt.shutdown.drain-timeout=4s"),
                options -> {
                    assertThat(options.servers()).hasSize(2);
                    assertThat(options.session().clientIdentifier()).isEqualTo("gateway");
                    assertThat(options.session().protocolVersion()).isEqualTo(ProtocolVersion.MQTT_5_0);
                    assertThat(options.session().receiveMaximum()).isEqualTo(1000);
                    assertThat(options.session().sessionExpiryInterval()).isEqualTo(Duration.ofDays(1));
                    assertThat(options.session().cleanStart()).isFalse();
                    assertThat(options.connectSettings().userName()).isEqualTo("u");
                    assertThat(Objects.requireNonNull(options.connectSettings().password())
                                    .asUtf8())
                            .isEqualTo("p");
                    assertThat(options.connectSettings().keepAlive()).isEqualTo(Duration.ofSeconds(30));
                    assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
                    assertThat(options.reconnect().backoff().bound(1)).isEqualTo(Duration.ofSeconds(1));
                    assertThat(options.reconnect().resetAfter()).isEqualTo(Duration.ofSeconds(20));
                    assertThat(options.reconnect().maxElapsed()).isEqualTo(Duration.ofHours(1));
                    assertThat(options.queue().maximumMessages()).isEqualTo(7);
                    assertThat(options.queue().maximumBytes()).isEqualTo(1024 * 1024);
                    assertThat(options.queue().whenFull()).isEqualTo(QueueFullPolicy.DROP_OLDEST);
                    assertThat(String.valueOf(options.connectSettings().will())).contains("gateways/1/gone");
                    assertThat(options.disconnectTimeout()).isEqualTo(Duration.ofSeconds(4));
                });
    }

    @Test
    void severalClientsHaveWhatIsSaidForAllUnlessTheySayOtherwise() {
        offline()
                .withPropertyValues(
                        "reactive-mqtt.servers=mqtt://plant:1883",
                        "reactive-mqtt.client-id=gateway",
                        "reactive-mqtt.keep-alive=30s",
                        "reactive-mqtt.clients.telemetry.receive-maximum=1000",
                        "reactive-mqtt.clients.commands.servers[0]=mqtt://office:1883",
                        "reactive-mqtt.clients.commands.client-id=commander",
                        "reactive-mqtt.clients.commands.keep-alive=5s")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBeanNamesForType(ReactorMqttClient.class))
                            .containsExactly("telemetryMqttClient", "commandsMqttClient");
                    ClientOptions telemetry = options(context, "telemetryMqttClient");
                    assertThat(telemetry.servers()).containsExactly(URI.create("mqtt://plant:1883"));
                    assertThat(telemetry.session().clientIdentifier()).isEqualTo("gateway-telemetry");
                    assertThat(telemetry.session().receiveMaximum()).isEqualTo(1000);
                    assertThat(telemetry.connectSettings().keepAlive()).isEqualTo(Duration.ofSeconds(30));
                    ClientOptions commands = options(context, "commandsMqttClient");
                    assertThat(commands.servers()).containsExactly(URI.create("mqtt://office:1883"));
                    assertThat(commands.session().clientIdentifier()).isEqualTo("commander");
                    assertThat(commands.connectSettings().keepAlive()).isEqualTo(Duration.ofSeconds(5));
                    assertThat(context.getBean(ReactorMqttClient.class))
                            .as("the first is the primary one")
                            .isSameAs(context.getBean("telemetryMqttClient"));
                });
    }

    @Test
    void anEnvironmentVariableAddsToTheClientThatAFileNamesAndDoesNotBecomeTheFirst() {
        offline()
                .withPropertyValues(
                        "reactive-mqtt.clients.plant.keep-alive=30s", "reactive-mqtt.clients.site-A.keep-alive=5s")
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of("REACTIVEMQTT_CLIENTS_SITEA_USERNAME", "u"))))
                .run(context -> {
                    assertThat(context.getBeanNamesForType(ReactorMqttClient.class))
                            .containsExactly("plantMqttClient", "site-AMqttClient");
                    ClientOptions site = options(context, "site-AMqttClient");
                    assertThat(site.connectSettings().userName()).isEqualTo("u");
                    assertThat(site.connectSettings().keepAlive()).isEqualTo(Duration.ofSeconds(5));
                });
    }

    @Test
    void anotherThanTheFirstCanBeThePrimaryOne() {
        ApplicationContextRunner two = offline()
                .withPropertyValues("reactive-mqtt.clients.a.keep-alive=30s", "reactive-mqtt.clients.b.keep-alive=5s");
        two.withPropertyValues("reactive-mqtt.primary=b")
                .run(context ->
                        assertThat(context).getBean(ReactorMqttClient.class).isSameAs(context.getBean("bMqttClient")));
        two.withPropertyValues("reactive-mqtt.primary=c").run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("names none of the MQTT clients [a, b]"));
    }

    @Test
    void aClientOfTheApplicationTakesTheirPlace() {
        FakeMqttClient own = FakeMqttClient.connected();
        offline().withBean("own", ReactorMqttClient.class, () -> own).run(context -> assertThat(context)
                .getBean(ReactorMqttClient.class)
                .isSameAs(own));
    }

    @Test
    void customizersHaveTheLastWord() {
        only(
                offline()
                        .withPropertyValues("reactive-mqtt.keep-alive=30s")
                        .withBean(
                                MqttClientCustomizer.class,
                                () -> (client, options) -> options.keepAlive(Duration.ofSeconds(7))),
                options -> assertThat(options.connectSettings().keepAlive()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void connectionDetailsTakeThePlaceOfServersAndCredentials() {
        only(
                offline()
                        .withPropertyValues("reactive-mqtt.servers=mqtt://plant", "reactive-mqtt.username=u")
                        .withBean(
                                MqttConnectionDetails.class,
                                () -> () -> List.of(URI.create("mqtt://from-a-container:4711"))),
                options -> {
                    assertThat(options.servers()).containsExactly(URI.create("mqtt://from-a-container:4711"));
                    assertThat(options.connectSettings().userName()).isNull();
                });
    }

    @Test
    void clientsWithServersOfTheirOwnKeepThem() {
        offline()
                .withPropertyValues(
                        "reactive-mqtt.clients.here.keep-alive=30s",
                        "reactive-mqtt.clients.elsewhere.servers=mqtt://elsewhere")
                .withBean(MqttConnectionDetails.class, () -> () -> List.of(URI.create("mqtt://from-a-container")))
                .run(context -> {
                    assertThat(options(context, "hereMqttClient").servers())
                            .containsExactly(URI.create("mqtt://from-a-container"));
                    assertThat(options(context, "elsewhereMqttClient").servers())
                            .containsExactly(URI.create("mqtt://elsewhere"));
                });
    }

    @Test
    void aSessionIsStoredInAFile(@TempDir Path directory) {
        only(
                offline()
                        .withPropertyValues(
                                "reactive-mqtt.client-id=gateway",
                                "reactive-mqtt.session.expiry=7d",
                                "reactive-mqtt.session.store=sqlite",
                                "reactive-mqtt.session.sqlite.path=" + directory.resolve("sessions.db")),
                options -> assertThat(options.sessionStore()).isInstanceOf(SqliteSessionStore.class));
    }

    private static ApplicationContextRunner inTheDatabase() {
        return offline()
                .withPropertyValues(
                        "reactive-mqtt.client-id=gateway",
                        "reactive-mqtt.session.expiry=7d",
                        "reactive-mqtt.session.store=r2dbc");
    }

    private record NoDatabase(String name) implements ConnectionFactory {
        @Override
        public Publisher<? extends Connection> create() {
            return Mono.error(new IllegalStateException("there is no database"));
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return () -> name;
        }
    }

    @Test
    void aSessionIsStoredInTheDatabaseOfTheApplicationWhichAllClientsShare() {
        inTheDatabase()
                .withBean(ConnectionFactory.class, () -> new NoDatabase("PostgreSQL"))
                .withPropertyValues("reactive-mqtt.clients.a.keep-alive=30s", "reactive-mqtt.clients.b.keep-alive=30s")
                .run(context -> assertThat(context.getBeansOfType(ReactorMqttClient.class).values().stream()
                                .map(client -> client.options().sessionStore())
                                .distinct())
                        .singleElement()
                        .isInstanceOf(R2dbcSessionStore.class));
    }

    @Test
    void aSessionInADatabaseThatIsNotThereSaysWhatIsMissing() {
        inTheDatabase()
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("spring.r2dbc.url"));
        inTheDatabase()
                .withBean(ConnectionFactory.class, () -> new NoDatabase("H2"))
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("PostgreSQL")
                        .hasMessageContaining("H2"));
        inTheDatabase()
                .withBean("one", ConnectionFactory.class, () -> new NoDatabase("PostgreSQL"))
                .withBean("other", ConnectionFactory.class, () -> new NoDatabase("PostgreSQL"))
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("@Primary"));
        inTheDatabase()
                .withClassLoader(new FilteredClassLoader(R2dbcSessionStore.class))
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("reactive-mqtt-store-r2dbc"));
    }

    @Test
    void aStoreOfTheApplicationIsUsedWhereASessionLasts(@TempDir Path directory) {
        ApplicationContextRunner application = offline()
                .withPropertyValues("reactive-mqtt.client-id=gateway")
                .withBean(SqliteSessionStore.class, () -> SqliteSessionStore.at(directory.resolve("own.db")));
        only(application, options -> assertThat(options.sessionStore()).isNull());
        only(
                application.withPropertyValues("reactive-mqtt.session.expiry=1d"),
                options -> assertThat(options.sessionStore()).isNotNull());
        only(
                application.withPropertyValues("reactive-mqtt.session.expiry=1d", "reactive-mqtt.session.store=none"),
                options -> assertThat(options.sessionStore()).isNull());
    }

    @Test
    void whatDoesNotGoTogetherNamesTheProperties(@TempDir Path directory) {
        offline()
                .withPropertyValues(
                        "reactive-mqtt.session.store=sqlite",
                        "reactive-mqtt.session.sqlite.path=" + directory.resolve("sessions.db"))
                .run(context -> {
                    assertThat(context).hasFailed();
                    Throwable failure = Objects.requireNonNull(context.getStartupFailure());
                    assertThat(failure).hasRootCauseInstanceOf(IllegalArgumentException.class);
                    assertThat(Objects.requireNonNull(new InvalidClientSettingsAnalyzer().analyze(failure))
                                    .getAction())
                            .contains("\"reactive-mqtt.\"")
                            .contains("client-id");
                });
        offline().withPropertyValues("reactive-mqtt.session.store=sqlite").run(context -> assertThat(
                        context.getStartupFailure())
                .rootCause()
                .hasMessageContaining("session.sqlite.path"));
    }

    @Test
    void aSessionThatLastsNeedsAStoreOrTheWordThatThereIsNone() {
        ApplicationContextRunner lasting =
                offline().withPropertyValues("reactive-mqtt.client-id=gateway", "reactive-mqtt.session.expiry=1d");
        lasting.run(context -> assertThat(context.getStartupFailure())
                .rootCause()
                .hasMessageContaining("session.store=sqlite")
                .hasMessageContaining("session.store=none"));
        only(
                lasting.withPropertyValues("reactive-mqtt.session.store=none"),
                options -> assertThat(options.session().unknownSession()).isEqualTo(UnknownSessionPolicy.CONTINUE));
    }

    @Test
    void whatIsNotOnTheClassPathIsNamed(@TempDir Path directory) {
        offline()
                .withClassLoader(new FilteredClassLoader(JsonMapper.class))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(PayloadCodecs.class));
        offline()
                .withClassLoader(new FilteredClassLoader("org.springframework.http.client"))
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void nothingIsMadeWhereItIsNotEnabled() {
        offline().withPropertyValues("reactive-mqtt.enabled=false").run(context -> assertThat(context)
                .doesNotHaveBean(ReactorMqttClient.class)
                .doesNotHaveBean(Clients.class));
    }

    @Test
    void propertiesTellNoSecrets() {
        offline().withPropertyValues("reactive-mqtt.password=hunter2").run(context -> assertThat(
                        context.getBean(MqttClientProperties.class).toString())
                .doesNotContain("hunter2"));
    }
}

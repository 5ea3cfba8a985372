package io.reactivemqtt.spring.boot.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.MessageInFlight.Stage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttConsumer;
import io.reactivemqtt.spring.boot.actuate.MqttSessionsEndpoint.SessionDescriptor;
import io.reactivemqtt.spring.boot.autoconfigure.Applications;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributors;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What Actuator shows of clients, their consumers and their Sessions. */
class ActuatorTest {

    private final FakeMqttClient client = FakeMqttClient.connected();

    private static ApplicationContextRunner application() {
        return Applications.offline()
                .withPropertyValues("management.endpoints.web.exposure.include=*")
                .withConfiguration(AutoConfigurations.of(
                        EndpointAutoConfiguration.class,
                        HealthContributorAutoConfiguration.class,
                        MqttEndpointAutoConfiguration.class,
                        MqttHealthAutoConfiguration.class,
                        MqttInfoAutoConfiguration.class));
    }

    private static Health health(ReactorMqttClient of) {
        return Objects.requireNonNull(new MqttHealthIndicator(of).health().block());
    }

    @Test
    void aConnectedClientIsUpAndSaysWhatWaits() {
        client.publish(ApplicationMessage.of("t", "x", Qos.AT_LEAST_ONCE)).subscribe();
        Health health = health(client);
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsKeys("state", "since", "server", "queuedMessages", "outgoingInFlight", "oldestUnacknowledged")
                .doesNotContainKey("cause");
    }

    @Test
    void aClientThatHasLostItsConnectionIsDownAndSaysWhy() {
        client.loseConnection();
        Health health = health(client);
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsKey("cause");
    }

    @Test
    void aClientThatNobodyConnectsIsUnknown() {
        ReactorMqttClient idle = ReactorMqttClient.create(options -> options.server("mqtt://localhost"));
        assertThat(health(idle).getStatus()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void severalClientsAreTogether() {
        application()
                .withPropertyValues("reactive-mqtt.clients.a.keep-alive=30s", "reactive-mqtt.clients.b.keep-alive=30s")
                .run(context -> assertThat(context.getBean("mqttHealthContributor", ReactiveHealthContributor.class))
                        .isInstanceOfSatisfying(CompositeReactiveHealthContributor.class, composite -> assertThat(
                                        composite.stream().map(ReactiveHealthContributors.Entry::name))
                                .containsExactlyInAnyOrder("a", "b")));
    }

    @Test
    void aConsumerThatHasEndedIsDown() {
        client.refuseSubscription("forbidden", ReasonCode.NOT_AUTHORIZED);
        application()
                .withBean("mqttClient", ReactorMqttClient.class, () -> client)
                .withBean("good", MqttConsumer.class, () -> MqttConsumer.of("t", message -> Mono.empty()))
                .withBean("broken", MqttConsumer.class, () -> MqttConsumer.of("forbidden", message -> Mono.empty()))
                .run(context -> {
                    Health health = Objects.requireNonNull(
                            context.getBean(MqttConsumersHealthIndicator.class).health());
                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.getDetails()).containsEntry("good", "running");
                    assertThat(health.getDetails().get("broken")).asString().contains("NOT_AUTHORIZED");
                });
    }

    @Test
    void healthCanBeTurnedOff() {
        application().withPropertyValues("management.health.mqtt.enabled=false").run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean("mqttHealthContributor")
                .doesNotHaveBean(MqttConsumersHealthIndicator.class));
    }

    @Test
    void theEndpointShowsTheSessionWithoutPayloads() {
        client.answerPublish(message -> null);
        client.publish(ApplicationMessage.of("secrets/1", "hunter2", Qos.AT_LEAST_ONCE))
                .subscribe();
        SessionDescriptor session = Objects.requireNonNull(new MqttSessionsEndpoint(() -> Map.of("mqttClient", client))
                .session("mqttClient")
                .block());
        assertThat(session.connected()).isTrue();
        assertThat(session.inFlight()).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo("secrets/1");
            assertThat(message.stage()).isEqualTo(Stage.AWAITING_PUBACK);
        });
        assertThat(session.toString()).doesNotContain("hunter2");
    }

    @Test
    void aStoredSessionThatNobodyUsesIsDeletedWhereThatIsAllowed(@TempDir Path directory) {
        try (SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"))) {
            ReactorMqttClient durable =
                    ReactorMqttClient.create(options -> options.durableSession("here", Duration.ofDays(1), store));
            for (String identifier : new String[] {"here", "left-behind"}) {
                ReactorMqttClient earlier = ReactorMqttClient.create(
                        options -> options.durableSession(identifier, Duration.ofDays(1), store));
                earlier.enqueue(ApplicationMessage.of("t", "x", Qos.AT_LEAST_ONCE))
                        .block();
                earlier.disconnect().block();
            }
            MqttSessionsEndpoint endpoint = new MqttSessionsEndpoint(() -> Map.of("mqttClient", durable));
            assertThat(endpoint.delete("mqttClient", "here").block())
                    .as("it is in use")
                    .isFalse();
            assertThat(endpoint.delete("nobody", "left-behind").block()).isFalse();
            assertThat(endpoint.delete("mqttClient", "left-behind").block()).isTrue();
            assertThat(Flux.from(store.sessions(""))
                            .map(SessionKey::clientIdentifier)
                            .collectList()
                            .block())
                    .containsExactly("here");
        }
    }

    @Test
    void infoTellsOfTheClientsWhereThatIsWanted() {
        application()
                .withPropertyValues(
                        "management.info.mqtt.enabled=true",
                        "reactive-mqtt.client-id=info-1",
                        "reactive-mqtt.username=eve",
                        "reactive-mqtt.password=hunter2",
                        "reactive-mqtt.session.expiry=1d",
                        "reactive-mqtt.session.store=none")
                .run(context -> {
                    Info.Builder info = new Info.Builder();
                    context.getBean(MqttInfoContributor.class).contribute(info);
                    assertThat(info.build().getDetails().toString())
                            .contains("info-1", "mqtt://localhost:1883", "PT24H", "durable=false")
                            .doesNotContain("eve", "hunter2");
                });
        application().run(context -> assertThat(context).doesNotHaveBean(MqttInfoContributor.class));
    }

    @Test
    void theEndpointIsThereOnceItIsExposed() {
        application().run(context -> assertThat(context).hasSingleBean(MqttSessionsEndpoint.class));
        application()
                .withPropertyValues("management.endpoints.web.exposure.include=health")
                .run(context -> assertThat(context).doesNotHaveBean(MqttSessionsEndpoint.class));
    }
}

package io.reactivemqtt.spring.boot.autoconfigure;

import static io.reactivemqtt.spring.boot.autoconfigure.Applications.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.client.ClientState;
import io.reactivemqtt.client.ClientState.Status;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.actuate.MqttHealthIndicator;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RefusingPort;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.client.ReactorResourceFactory;

/** What the start of an application waits for, and what it says when a client cannot connect. */
@MqttServer(value = ServerKind.MOSQUITTO, userName = "gateway", password = "let me in")
class StartTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RunningServer server;

    StartTest(RunningServer server) {
        this.server = server;
    }

    private ApplicationContextRunner of(String startup) {
        return with(server).withPropertyValues("reactive-mqtt.startup=" + startup, "reactive-mqtt.username=gateway");
    }

    private static String action(Throwable failure) {
        return String.valueOf(Objects.requireNonNull(new StartFailedAnalyzer().analyze(failure))
                .getAction());
    }

    @Test
    void aStartedApplicationIsConnectedAndLeavesWhenItEnds() {
        ReactorMqttClient[] left = new ReactorMqttClient[1];
        of("try").withPropertyValues("reactive-mqtt.password=let me in").run(context -> {
            left[0] = context.getBean(ReactorMqttClient.class);
            assertThat(left[0].state().isConnected()).isTrue();
        });
        assertThat(left[0].state().status()).isEqualTo(Status.CLOSED);
    }

    @Test
    void aServerThatRefusesForGoodEndsTheStartAndTheAnalysisNamesTheProperty() {
        of("try").withPropertyValues("reactive-mqtt.password=wrong").run(context -> {
            assertThat(context).hasFailed();
            assertThat(action(Objects.requireNonNull(context.getStartupFailure())))
                    .contains("reactive-mqtt.username")
                    .contains("reactive-mqtt.password");
            assertThat(context.getStartupFailure()).asString().doesNotContain("wrong");
        });
    }

    @Test
    void theAnalysisNamesThePropertiesOfTheClientAmongSeveral() {
        of("try")
                .withPropertyValues(
                        "reactive-mqtt.password=let me in",
                        "reactive-mqtt.clients.one.keep-alive=30s",
                        "reactive-mqtt.clients.two.password=wrong")
                .run(context -> assertThat(action(Objects.requireNonNull(context.getStartupFailure())))
                        .contains("reactive-mqtt.clients.two.password"));
    }

    @Test
    void whereThereIsNoServerTheApplicationStartsAndTheClientGoesOnTrying() {
        try (RefusingPort nobody = RefusingPort.open()) {
            of("try")
                    .withPropertyValues("reactive-mqtt.servers=" + nobody.uri())
                    .run(context -> assertThat(context)
                            .hasNotFailed()
                            .getBean(ReactorMqttClient.class)
                            .satisfies(client ->
                                    assertThat(client.state().status()).isIn(Status.WAITING, Status.CONNECTING)));
        }
    }

    @Test
    void aClientOfTheApplicationGoesOnTryingToo() {
        try (RefusingPort nobody = RefusingPort.open()) {
            of("try")
                    .withBean(
                            "own",
                            ReactorMqttClient.class,
                            () -> ReactorMqttClient.create(options -> options.server(nobody.uri())))
                    .run(context -> assertThat(context).hasNotFailed());
        }
    }

    @Test
    void aRequiredServerThatIsNotThereEndsTheStart() {
        try (RefusingPort nobody = RefusingPort.open()) {
            of("require")
                    .withPropertyValues("reactive-mqtt.servers=" + nobody.uri())
                    .run(context -> {
                        assertThat(context).hasFailed();
                        assertThat(action(Objects.requireNonNull(context.getStartupFailure())))
                                .contains("reactive-mqtt.servers")
                                .contains("startup=try");
                    });
        }
    }

    @Test
    void anApplicationThatIsStoppedAndStartedAgainConnectsAgain() {
        of("try").withPropertyValues("reactive-mqtt.password=let me in").run(context -> {
            ReactorMqttClient client = context.getBean(ReactorMqttClient.class);
            context.stop();
            assertThat(client.state().status()).isEqualTo(Status.CLOSED);
            context.start();
            assertThat(client.state().isConnected()).isTrue();
        });
    }

    @Test
    void whoStandsByIsHealthyAndHasTheSessionWhenTheOtherApplicationEnds(@TempDir Path directory) {
        ApplicationContextRunner sharing = of("try")
                .withPropertyValues(
                        "reactive-mqtt.password=let me in",
                        "reactive-mqtt.client-id=active-or-standby",
                        "reactive-mqtt.session.expiry=1h",
                        "reactive-mqtt.session.store=sqlite",
                        "reactive-mqtt.session.sqlite.path=" + directory.resolve("sessions.db"),
                        "reactive-mqtt.session.standby=5s");
        sharing.run(active -> sharing.run(standby -> {
            assertThat(standby).hasNotFailed();
            ReactorMqttClient waiting = standby.getBean(ReactorMqttClient.class);
            assertThat(active.getBean(ReactorMqttClient.class).state().isConnected())
                    .isTrue();
            assertThat(waiting.state().status()).isEqualTo(Status.STANDING_BY);
            assertThat(Objects.requireNonNull(
                                    new MqttHealthIndicator(waiting).health().block(PATIENCE))
                            .getStatus())
                    .isEqualTo(org.springframework.boot.health.contributor.Status.UP);

            active.close();

            waiting.states().filter(ClientState::isConnected).blockFirst(PATIENCE);
        }));
    }

    @Test
    void standbyNeedsAStoreWithLeases() {
        of("try").withPropertyValues("reactive-mqtt.session.standby=5s").run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .rootCause()
                .hasMessageContaining("session.store=r2dbc or sqlite"));
    }

    @Test
    void onLoopsThatEndedWithTheWebServerAStartSaysWhatToDo() {
        of("try")
                .withPropertyValues("reactive-mqtt.password=let me in")
                .withBean(ReactorResourceFactory.class, StartTest::ofTheWebServer)
                .run(context -> {
                    context.stop();
                    assertThatThrownBy(context::start)
                            .hasRootCauseInstanceOf(IllegalStateException.class)
                            .rootCause()
                            .hasMessageContaining("ReactorRuntime.DEFAULT");
                });
    }

    private static ReactorResourceFactory ofTheWebServer() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        return resources;
    }

    @Test
    void inTheBackgroundNothingIsWaitedFor() {
        of("background").withPropertyValues("reactive-mqtt.password=wrong").run(context -> assertThat(context)
                .hasNotFailed());
    }
}

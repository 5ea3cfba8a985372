package io.reactivemqtt.spring.boot.autoconfigure;

import static io.reactivemqtt.spring.boot.autoconfigure.Applications.application;
import static io.reactivemqtt.spring.boot.autoconfigure.Applications.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.spring.boot.MqttConsumer;
import io.reactivemqtt.spring.boot.MqttConsumers;
import io.reactivemqtt.spring.boot.MqttListener;
import io.reactivemqtt.spring.boot.TopicVariable;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import io.reactivemqtt.testkit.server.MqttServer;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.ServerKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Consumers that are beans handle messages from the start of the application to its end. */
@MqttServer(ServerKind.MOSQUITTO)
class ConsumersTest {

    private static final long PATIENCE_SECONDS = 20;

    private final RunningServer server;
    private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

    ConsumersTest(RunningServer server) {
        this.server = server;
    }

    record Reading(double celsius) {}

    private String next() throws InterruptedException {
        return Objects.requireNonNull(handled.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "nothing was handled");
    }

    private static void publish(ReactorMqttClient client, String topic, String payload) {
        client.publish(ApplicationMessage.of(topic, payload, Qos.AT_LEAST_ONCE)).block();
    }

    /** Consumers do not wait for SUBACK: a retained message arrives whenever the subscription is made. */
    private static void publishRetained(ReactorMqttClient client, String topic, String payload) {
        client.publish(ApplicationMessage.to(topic)
                        .payload(Payload.utf8(payload))
                        .qos(Qos.AT_LEAST_ONCE)
                        .retain(true)
                        .build())
                .block();
    }

    @Test
    void aBeanHandlesValuesAndVariables() {
        with(server)
                .withBean(
                        MqttConsumer.class,
                        () -> MqttConsumer.of(
                                "beans/{id}/reading",
                                Reading.class,
                                (reading, message) -> Mono.fromRunnable(
                                        () -> handled.add(message.variable("id") + reading.celsius()))))
                .run(context -> {
                    publishRetained(context.getBean(ReactorMqttClient.class), "beans/7/reading", "{\"celsius\":21.5}");
                    assertThat(next()).isEqualTo("721.5");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @MqttListener(value = "${where}/{id}/reading", concurrency = 4, name = "readings")
        Mono<Void> reading(@TopicVariable("id") String id, Reading reading, ReceivedMessage message) {
            return Mono.fromRunnable(() -> heard.add(id + reading + message.qos()));
        }

        @MqttListener(
                value = {"texts/a", "texts/b"},
                qos = Qos.EXACTLY_ONCE,
                onFailure = "skipping")
        void text(String text) {
            heard.add(text);
            if (text.equals("bad")) {
                throw new IllegalStateException("bad");
            }
        }

        @Bean
        static FailurePolicy skipping() {
            return FailurePolicy.skip();
        }
    }

    @Test
    void annotatedMethodsAreConsumers() {
        with(server)
                .withPropertyValues("where=places", "spring.main.lazy-initialization=true")
                .withUserConfiguration(Listening.class)
                .run(context -> {
                    ReactorMqttClient client = context.getBean(ReactorMqttClient.class);
                    assertThat(context.getBean(MqttConsumers.class).states())
                            .extracting(MqttConsumers.State::filter)
                            .containsExactlyInAnyOrder("places/{id}/reading", "texts/a");
                    publishRetained(client, "texts/a", "bad");
                    publishRetained(client, "texts/b", "good");
                    publishRetained(client, "places/7/reading", "{\"celsius\":1}");
                    List<String> heard = List.of("7Reading[celsius=1.0]AT_LEAST_ONCE", "bad", "good");
                    BlockingQueue<String> queue = context.getBean(Listening.class).heard;
                    for (int i = 0; i < heard.size(); i++) {
                        assertThat(queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                                .isIn(heard);
                    }
                });
    }

    interface Proxied {
        void text(String id, String text);
    }

    static class Behind implements Proxied {
        final List<String> heard = new ArrayList<>();

        @Override
        @MqttListener("proxied/{id}")
        public void text(@TopicVariable("id") String id, String text) {
            heard.add(id + text);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Proxies {
        @Bean
        static BeanNameAutoProxyCreator creator() {
            BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
            creator.setBeanNames("behind");
            creator.setInterceptorNames("advice");
            return creator;
        }

        @Bean
        static MethodInterceptor advice() {
            return MethodInvocation::proceed;
        }
    }

    @Test
    void aListenerBehindAProxyOfItsInterfaceKeepsWhatIsSaidOfItsParameters() {
        FakeMqttClient client = FakeMqttClient.connected();
        Behind behind = new Behind();
        application()
                .withUserConfiguration(Proxies.class)
                .withBean("mqttClient", ReactorMqttClient.class, () -> client)
                .withBean("behind", Behind.class, () -> behind)
                .run(context -> {
                    assertThat(AopUtils.isJdkDynamicProxy(context.getBean("behind")))
                            .isTrue();
                    client.deliver("proxied/7", "x", Qos.AT_LEAST_ONCE);
                    assertThat(behind.heard).containsExactly("7x");
                });
    }

    @Test
    void twoConsumersOfOneNameAreRefused() {
        application()
                .withBean("mqttClient", ReactorMqttClient.class, FakeMqttClient::connected)
                .withBean("a", MqttConsumer.class, () -> MqttConsumer.of("a", message -> Mono.empty())
                        .named("same"))
                .withBean("b", MqttConsumer.class, () -> MqttConsumer.of("b", message -> Mono.empty())
                        .named("same"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("\"same\"")
                        .hasMessageContaining("named"));
    }

    @Test
    void theListenerOfTheDocumentationListens() {
        FakeMqttClient client = FakeMqttClient.connected();
        application()
                .withPropertyValues("readings.place=places")
                .withBean("mqttClient", ReactorMqttClient.class, () -> client)
                .withUserConfiguration(DocumentedListener.class)
                .run(context -> {
                    client.deliver("places/7/reading", "{\"celsius\":21.5}", Qos.AT_LEAST_ONCE);
                    assertThat(context.getBean(DocumentedListener.class).stored).containsExactly("7 21.5");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Mistaken {
        @MqttListener("a")
        int number(String text) {
            return 0;
        }
    }

    @Test
    void aMethodThatCannotBeAListenerEndsTheStart() {
        with(server).withUserConfiguration(Mistaken.class).run(context -> assertThat(context.getStartupFailure())
                .rootCause()
                .hasMessageContaining("@MqttListener")
                .hasMessageContaining("number"));
    }

    @Test
    void aConsumerOfAClientThatThereIsNotEndsTheStart() {
        with(server)
                .withBean(MqttConsumer.class, () -> MqttConsumer.of("a", message -> Mono.empty())
                        .client("nobody"))
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("nobody")
                        .hasMessageContaining("default"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Overloaded {
        @MqttListener("one")
        void on(String text) {}

        @MqttListener("two")
        void on(byte[] bytes) {}
    }

    @Test
    void aProcessWithoutAWebServerStaysAsLongAsItsConsumers() throws InterruptedException {
        List<Thread> keepers = new ArrayList<>();
        with(server).run(context -> assertThat(keepers()).isEmpty());
        with(server).withUserConfiguration(Overloaded.class).run(context -> keepers.addAll(keepers()));
        assertThat(keepers).singleElement().returns(false, Thread::isDaemon);
        keepers.get(0).join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertThat(keepers.get(0).isAlive()).isFalse();
    }

    private static List<Thread> keepers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("mqtt-consumers"))
                .toList();
    }

    @Test
    void methodsOfOneNameAreAllListeners() {
        with(server).withUserConfiguration(Overloaded.class).run(context -> assertThat(
                        context.getBean(MqttConsumers.class).states())
                .extracting(MqttConsumers.State::filter)
                .containsExactlyInAnyOrder("one", "two"));
    }

    @Test
    void aConsumerGoesOnWhenItsClientIsConnectedAgain() {
        with(server)
                .withBean(
                        MqttConsumer.class,
                        () -> MqttConsumer.of("away", message -> Mono.fromRunnable(() -> handled.add("back"))))
                .run(context -> {
                    ReactorMqttClient client = context.getBean(ReactorMqttClient.class);
                    client.disconnect().block();
                    client.connect().block();
                    publishRetained(client, "away", "x");
                    assertThat(next()).isEqualTo("back");
                });
    }

    @Test
    void aConsumerThatHasEndedIsStartedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        with(server)
                .withBean("stubborn", MqttConsumer.class, () -> MqttConsumer.of("again", message -> {
                            if (attempts.incrementAndGet() == 1) {
                                return Mono.error(new IllegalStateException("the first time"));
                            }
                            return Mono.fromRunnable(() -> handled.add("again"));
                        })
                        .onFailure(FailurePolicy.stop()))
                .run(context -> {
                    publishRetained(context.getBean(ReactorMqttClient.class), "again", "x");
                    assertThat(next()).isEqualTo("again");
                    MqttConsumers.State state =
                            context.getBean(MqttConsumers.class).states().get(0);
                    assertThat(state.name()).isEqualTo("stubborn");
                    assertThat(state.running()).isTrue();
                    assertThat(state.failure()).hasMessage("the first time");
                });
    }

    @Test
    void handlersThatAreAtWorkEndBeforeTheClientLeavesAndNoMoreBegin() {
        Sinks.Empty<Void> release = Sinks.empty();
        AtomicInteger begun = new AtomicInteger();
        ApplicationContextRunner application = with(server)
                .withPropertyValues(
                        "reactive-mqtt.client-id=graceful",
                        "reactive-mqtt.session.expiry=1h",
                        "reactive-mqtt.session.store=none")
                .withBean(MqttConsumer.class, () -> MqttConsumer.of("graceful/#", message -> {
                            begun.incrementAndGet();
                            handled.add(message.payload().asUtf8());
                            return release.asMono();
                        })
                        .qos(Qos.EXACTLY_ONCE));
        application.run(context -> {
            ReactorMqttClient client = context.getBean(ReactorMqttClient.class);
            publishRetained(client, "graceful/first", "at work");
            assertThat(next()).isEqualTo("at work");
            publish(client, "graceful/second", "waits");
            Mono.delay(Duration.ofMillis(300)).subscribe(later -> release.tryEmitEmpty());
        });
        assertThat(begun)
                .as("the second did not begin, although the first ended")
                .hasValue(1);
        application.run(context -> assertThat(next())
                .as("what was at work is acknowledged; what waited comes again")
                .isEqualTo("waits"));
    }
}

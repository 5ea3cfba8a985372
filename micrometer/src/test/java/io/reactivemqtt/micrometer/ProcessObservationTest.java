package io.reactivemqtt.micrometer;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.then;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.reactor.Delivery;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Each try of a handler is an observation, which it sees. */
class ProcessObservationTest {

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final FakeMqttClient fake = FakeMqttClient.connected();
    private final ReactorMqttClient client = ObservedMqttClient.observe(fake, registry, "rooms");

    @Test
    void aHandlerThatCompletesHasProcessedItsMessage() {
        client.consume("rooms/{id}/light", Qos.AT_LEAST_ONCE, message -> Mono.empty())
                .subscribe();

        Delivery delivery = fake.deliver("rooms/7/light", "on", Qos.AT_LEAST_ONCE);

        assertThat(delivery.isAcknowledged()).isTrue();
        then(registry)
                .hasSingleObservationThat()
                .hasBeenStopped()
                .hasNameEqualTo("mqtt.process")
                .hasContextualNameEqualTo("mqtt process rooms/{id}/light")
                .hasLowCardinalityKeyValue("messaging.system", "mqtt")
                .hasLowCardinalityKeyValue("messaging.operation", "process")
                .hasLowCardinalityKeyValue("client", "rooms")
                .hasLowCardinalityKeyValue("qos", "1")
                .hasLowCardinalityKeyValue("messaging.destination.template", "rooms/{id}/light")
                .hasLowCardinalityKeyValue("outcome", "processed")
                .hasHighCardinalityKeyValue("messaging.destination.name", "rooms/7/light")
                .hasKeyValuesCount(7)
                .doesNotHaveError();
    }

    @Test
    void theTemplateIsThatOfTheFilterThatMatchesAndATopicIsNone() {
        ConsumeOptions options = ConsumeOptions.of(
                builder -> builder.filter("rooms/{id}").filter("doors/#").filter("roof"));
        client.consume(options, message -> Mono.empty()).subscribe();

        fake.deliver("roof", "", Qos.AT_LEAST_ONCE);
        fake.deliver("doors/1/2", "", Qos.AT_LEAST_ONCE);
        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);

        then(registry)
                .hasNumberOfObservationsEqualTo(3)
                .hasAnObservationWithAKeyValue("messaging.destination.template", "rooms/{id}")
                .hasAnObservationWithAKeyValue("messaging.destination.template", "doors/#")
                .hasAnObservationWithAKeyValue("messaging.destination.template", "none");
    }

    @Test
    void theFailureOfAHandlerIsAnErrorOfTheObservation() {
        IllegalStateException failure = new IllegalStateException("no");
        client.consume("rooms/#", Qos.AT_LEAST_ONCE, message -> Mono.error(failure))
                .onErrorComplete()
                .subscribe();

        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);

        then(registry)
                .hasSingleObservationThat()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("outcome", "failed")
                .hasError(failure);
    }

    @Test
    void aHandlerThatThrowsIsOneThatFails() {
        IllegalStateException failure = new IllegalStateException("no");
        client.consume("rooms/#", Qos.AT_LEAST_ONCE, message -> thrown(failure))
                .onErrorComplete()
                .subscribe();

        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);

        then(registry).hasSingleObservationThat().hasBeenStopped().hasError(failure);
        assertThat(registry.getCurrentObservationScope()).isNull();
    }

    private static Publisher<?> thrown(RuntimeException failure) {
        throw failure;
    }

    @Test
    void eachTryIsAnObservation() {
        ConsumeOptions options = ConsumeOptions.of(builder -> builder.filter("rooms/#")
                .onFailure(FailurePolicy.retry(1, Backoff.fixed(Duration.ofSeconds(1)))
                        .thenSkip()));
        client.consume(options, message -> Mono.error(new IllegalStateException()))
                .subscribe();

        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);
        fake.advance(Duration.ofSeconds(5));

        then(registry).hasNumberOfObservationsWithNameEqualTo("mqtt.process", 2);
    }

    @Test
    void cancellingStopsTheObservation() {
        Disposable consuming = client.consume("rooms/#", Qos.AT_LEAST_ONCE, message -> Mono.never())
                .subscribe();
        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);
        then(registry).hasSingleObservationThat().isNotStopped();

        consuming.dispose();

        then(registry)
                .hasSingleObservationThat()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("outcome", "cancelled")
                .doesNotHaveError();
    }

    @Test
    void aBatchIsOneObservation() {
        ConsumeOptions options =
                ConsumeOptions.of(builder -> builder.filter("rooms/{id}").upTo(2, Duration.ofMinutes(1)));
        List<Integer> sizes = new ArrayList<>();
        client.consumeBatches(options, messages -> Mono.fromRunnable(() -> sizes.add(messages.size())))
                .subscribe();

        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);
        fake.deliver("rooms/8", "", Qos.AT_MOST_ONCE);

        assertThat(sizes).containsExactly(2);
        then(registry)
                .hasSingleObservationThat()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("messaging.operation", "batch")
                .hasLowCardinalityKeyValue("qos", "several")
                .hasLowCardinalityKeyValue("messaging.destination.template", "rooms/{id}")
                .hasHighCardinalityKeyValue("messaging.batch.message_count", "2");
    }

    @Test
    void aRequestThatIsAnsweredIsAnObservation() {
        client.respond(
                        "sums",
                        Qos.AT_LEAST_ONCE,
                        request ->
                                Mono.just(ApplicationMessage.answer().text("3").build()))
                .subscribe();

        fake.deliver(ApplicationMessage.to("sums")
                .text("1+2")
                .qos(Qos.AT_LEAST_ONCE)
                .responseTopic("answers")
                .build());

        assertThat(fake.published())
                .extracting(message -> message.topicName().toString())
                .containsExactly("answers");
        then(registry)
                .hasSingleObservationThat()
                .hasLowCardinalityKeyValue("messaging.operation", "respond")
                .hasLowCardinalityKeyValue("outcome", "processed");
    }

    @Test
    void aHandlerSeesItsObservationInItsThreadAndInTheReactorContext() {
        List<@Nullable Observation> seen = new ArrayList<>();
        client.consume("rooms/#", Qos.AT_LEAST_ONCE, message -> {
                    seen.add(registry.getCurrentObservation());
                    return Mono.deferContextual(view -> {
                        seen.add(view.get(ObservationThreadLocalAccessor.KEY));
                        return Mono.empty();
                    });
                })
                .subscribe();

        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);

        assertThat(seen).hasSize(2).doesNotContainNull();
        assertThat(seen.get(0)).isSameAs(seen.get(1));
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void withAutomaticContextPropagationOperatorsSeeItInTheirThread() throws InterruptedException {
        ObservationThreadLocalAccessor.getInstance().setObservationRegistry(registry);
        Hooks.enableAutomaticContextPropagation();
        try {
            List<@Nullable Observation> seen = new ArrayList<>();
            var done = new CountDownLatch(1);
            client.consume("rooms/#", Qos.AT_LEAST_ONCE, message -> Flux.just(1)
                            .publishOn(Schedulers.boundedElastic())
                            .doOnNext(i -> seen.add(registry.getCurrentObservation()))
                            .doOnTerminate(done::countDown))
                    .subscribe();

            fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);

            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(seen).hasSize(1).doesNotContainNull();
        } finally {
            Hooks.disableAutomaticContextPropagation();
        }
    }

    @Test
    void whatAHandlerPublishesIsItsChild() {
        client.consume(
                        "rooms/#",
                        Qos.AT_LEAST_ONCE,
                        message -> client.publish(ApplicationMessage.of("log", "", Qos.AT_LEAST_ONCE)))
                .subscribe();

        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);

        then(registry)
                .hasObservationWithNameEqualTo("mqtt.publish")
                .that()
                .hasParentObservationContextSatisfying(
                        parent -> assertThat(parent.getName()).isEqualTo("mqtt.process"));
    }

    @Test
    void handlersAreTimedAndNeverByTopic() {
        MeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        ConsumeOptions options = ConsumeOptions.of(
                builder -> builder.filter("rooms/{id}").filter("rooms/7/door").concurrency(2));
        client.consume(options, message -> Mono.empty()).subscribe();

        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);
        fake.deliver("rooms/7/door", "", Qos.AT_LEAST_ONCE);

        assertThat(meters.get("mqtt.process")
                        .tags("qos", "1", "outcome", "processed", "messaging.destination.template", "rooms/{id}")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(meters.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTags())
                        .noneMatch(tag -> tag.getValue().contains("7")));
    }

    @Test
    void whatThePredicateOfTheRegistryLeavesOutIsProcessedAllTheSame() {
        registry.observationConfig().observationPredicate((name, context) -> false);
        List<ReceivedMessage> seen = new ArrayList<>();
        client.consume("rooms/#", Qos.AT_LEAST_ONCE, message -> Mono.fromRunnable(() -> seen.add(message)))
                .subscribe();

        fake.deliver("rooms/7", "", Qos.AT_LEAST_ONCE);

        assertThat(seen).hasSize(1);
        then(registry).doesNotHaveAnyObservation();
    }
}

package io.reactivemqtt.micrometer;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.then;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.reactor.FakeMqttClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Each message that is published is an observation, until its outcome is known. */
class PublishObservationTest {

    private static final ApplicationMessage MESSAGE = ApplicationMessage.of("rooms/7/light", "on", Qos.AT_LEAST_ONCE);

    private final TestObservationRegistry registry = TestObservationRegistry.create();
    private final FakeMqttClient fake = FakeMqttClient.connected();
    private final ReactorMqttClient client = ObservedMqttClient.observe(fake, registry, "rooms");

    @Test
    void withARegistryThatDoesNothingTheClientIsTheSame() {
        assertThat(ObservedMqttClient.observe(fake, ObservationRegistry.NOOP, "rooms"))
                .isSameAs(fake);
        assertThat(ObservedMqttClient.observe(fake, ObservationRegistry.create(), "rooms"))
                .isSameAs(fake);
    }

    @Test
    void anAcknowledgedMessageSaysSo() {
        PublishResult result = client.publish(MESSAGE).block();

        assertThat(result).isEqualTo(PublishResult.succeeded(MESSAGE, null, false));
        then(registry)
                .hasSingleObservationThat()
                .hasBeenStopped()
                .hasNameEqualTo("mqtt.publish")
                .hasContextualNameEqualTo("mqtt publish")
                .hasLowCardinalityKeyValue("messaging.system", "mqtt")
                .hasLowCardinalityKeyValue("messaging.operation", "publish")
                .hasLowCardinalityKeyValue("client", "rooms")
                .hasLowCardinalityKeyValue("qos", "1")
                .hasLowCardinalityKeyValue("outcome", "acknowledged")
                .hasHighCardinalityKeyValue("messaging.destination.name", "rooms/7/light")
                .hasKeyValuesCount(6)
                .doesNotHaveError();
    }

    @Test
    void theResultHasTheObjectThatWasPublished() {
        StepVerifier.create(client.publish(MESSAGE))
                .assertNext(result -> assertThat(result.message()).isSameAs(MESSAGE))
                .verifyComplete();
        StepVerifier.create(client.publish(Flux.just(MESSAGE)))
                .assertNext(result -> assertThat(result.message()).isSameAs(MESSAGE))
                .verifyComplete();
    }

    @Test
    void aRefusedMessageIsAnErrorOfTheObservation() {
        fake.answerPublish(message -> ReasonCode.NOT_AUTHORIZED);

        StepVerifier.create(client.publish(MESSAGE)).verifyError(RequestRefusedException.class);

        then(registry)
                .hasSingleObservationThat()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("outcome", "refused")
                .assertThatError()
                .isInstanceOf(RequestRefusedException.class);
    }

    @Test
    void cancellingStopsTheObservation() {
        fake.answerPublish(message -> null);
        Disposable waiting = client.publish(MESSAGE).subscribe();
        then(registry).hasSingleObservationThat().isNotStopped();

        waiting.dispose();

        then(registry)
                .hasSingleObservationThat()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("outcome", "cancelled")
                .doesNotHaveError();
    }

    @Test
    void eachSubscriberIsAnObservation() {
        var publish = client.publish(MESSAGE);
        then(registry).doesNotHaveAnyObservation();

        publish.block();
        publish.block();

        then(registry).hasNumberOfObservationsWithNameEqualTo("mqtt.publish", 2);
    }

    @Test
    void theParentIsThatOfTheSubscribersContext() {
        Observation parent = Observation.start("parent", registry);

        client.publish(MESSAGE)
                .contextWrite(context -> context.put(ObservationThreadLocalAccessor.KEY, parent))
                .block();
        parent.stop();

        then(registry).hasObservationWithNameEqualTo("mqtt.publish").that().hasParentObservationEqualTo(parent);
    }

    @Test
    void theParentIsElseThatOfTheSubscribingThread() {
        Observation parent = Observation.start("parent", registry);

        parent.scoped(() -> client.publish(Flux.just(MESSAGE)).blockLast());
        parent.stop();

        then(registry).hasObservationWithNameEqualTo("mqtt.publish").that().hasParentObservationEqualTo(parent);
    }

    @Test
    void eachMessageOfAStreamHasItsOwnOutcome() {
        fake.answerPublish(
                message -> message.payload().asUtf8().equals("2") ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS);
        Flux<ApplicationMessage> messages =
                Flux.range(1, 3).map(i -> ApplicationMessage.of("rooms/7", "" + i, Qos.AT_LEAST_ONCE));

        List<PublishResult> results = client.publish(messages).collectList().block();

        assertThat(results).extracting(PublishResult::isSuccess).containsExactly(true, false, true);
        assertThat(fake.published())
                .extracting(message -> message.payload().asUtf8())
                .containsExactly("1", "2", "3");
        then(registry)
                .hasNumberOfObservationsWithNameEqualTo("mqtt.publish", 3)
                .hasAnObservation(observation -> observation
                        .hasLowCardinalityKeyValue("outcome", "refused")
                        .hasError());
    }

    @Test
    void oneMessageThatIsPublishedTwiceAtOnceIsTwoObservations() {
        StepVerifier.create(client.publish(Flux.just(MESSAGE, MESSAGE)))
                .expectNextCount(2)
                .verifyComplete();

        then(registry)
                .hasNumberOfObservationsWithNameEqualTo("mqtt.publish", 2)
                .forAllObservationsWithNameEqualTo(
                        "mqtt.publish",
                        observation -> observation.hasLowCardinalityKeyValue("outcome", "acknowledged"));
    }

    @Test
    void theSourceOfAStreamIsAskedForNoMoreThanWithoutObservation() {
        List<Long> plain = new ArrayList<>();
        List<Long> observed = new ArrayList<>();

        StepVerifier.create(fake.publish(endless(plain)), 3)
                .expectNextCount(3)
                .thenCancel()
                .verify();
        StepVerifier.create(client.publish(endless(observed)), 3)
                .expectNextCount(3)
                .thenCancel()
                .verify();

        assertThat(observed).isNotEmpty().isEqualTo(plain);
    }

    private static Flux<ApplicationMessage> endless(List<Long> demand) {
        return Flux.<ApplicationMessage>generate(sink -> sink.next(MESSAGE)).doOnRequest(demand::add);
    }

    @Test
    void cancellingAStreamCancelsItsSourceAndStopsWhatIsOpen() {
        fake.answerPublish(message -> null);
        TestPublisher<ApplicationMessage> source = TestPublisher.create();
        Disposable waiting = client.publish(source).subscribe();
        source.next(MESSAGE, MESSAGE);

        waiting.dispose();

        source.assertCancelled();
        then(registry)
                .hasNumberOfObservationsWithNameEqualTo("mqtt.publish", 2)
                .forAllObservationsWithNameEqualTo(
                        "mqtt.publish", observation -> observation.hasLowCardinalityKeyValue("outcome", "cancelled"));
    }

    @Test
    void aStreamThatFailsFailsWhatIsOpen() {
        fake.answerPublish(message -> null);
        TestPublisher<ApplicationMessage> source = TestPublisher.create();
        List<Throwable> errors = new ArrayList<>();
        client.publish(source).subscribe(result -> {}, errors::add);
        source.next(MESSAGE);

        fake.disconnect(Duration.ZERO).block();

        assertThat(errors).hasOnlyElementsOfType(ClientClosedException.class);
        then(registry).hasSingleObservationThat().hasBeenStopped().hasError();
    }

    @Test
    void whatIsEnqueuedIsObservedUntilItIsDurable() {
        StepVerifier.create(client.enqueue(MESSAGE, "order 7"))
                .expectNextCount(1)
                .verifyComplete();

        then(registry)
                .hasSingleObservationThat()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("messaging.operation", "enqueue")
                .hasLowCardinalityKeyValue("outcome", "enqueued");
    }

    @Test
    void mistakesAreFoundAsEarlyAsWithoutObservation() {
        ApplicationMessage atMostOnce = ApplicationMessage.of("a", "", Qos.AT_MOST_ONCE);

        assertThatIllegalArgumentException().isThrownBy(() -> client.enqueue(atMostOnce));
        assertThatIllegalArgumentException().isThrownBy(() -> client.request(MESSAGE, Duration.ZERO));
    }

    @Test
    void publishedMessagesAreCountedByQosAndOutcomeAndNeverByTopic() {
        MeterRegistry meters = new SimpleMeterRegistry();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));

        client.publish(MESSAGE).block();
        client.publish(ApplicationMessage.of("rooms/8", "", Qos.AT_MOST_ONCE)).block();

        assertThat(meters.get("mqtt.publish")
                        .tags("qos", "1", "outcome", "acknowledged")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("mqtt.publish")
                        .tags("qos", "0", "outcome", "sent")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(meters.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTags())
                        .noneMatch(tag -> tag.getValue().contains("rooms/")));
    }

    @Test
    void aConventionOfTheApplicationsReplacesTheDefault() {
        // #convention
        MqttPublishObservationConvention convention = new MqttPublishObservationConvention() {
            @Override
            public KeyValues getLowCardinalityKeyValues(MqttPublishContext context) {
                return MqttPublishObservationConvention.super
                        .getLowCardinalityKeyValues(context)
                        .and("tenant", "north");
            }
        };
        // #end

        ObservedMqttClient.observe(fake, registry, "rooms", convention, null)
                .publish(MESSAGE)
                .block();

        then(registry).hasSingleObservationThat().hasLowCardinalityKeyValue("tenant", "north");
    }

    @Test
    void whatThePredicateOfTheRegistryLeavesOutIsPublishedAllTheSame() {
        registry.observationConfig().observationPredicate((name, context) -> !name.equals("mqtt.publish"));

        client.publish(MESSAGE).block();
        client.publish(Flux.just(MESSAGE)).blockLast();

        assertThat(fake.published()).containsExactly(MESSAGE, MESSAGE);
        then(registry).doesNotHaveAnyObservation();
    }
}

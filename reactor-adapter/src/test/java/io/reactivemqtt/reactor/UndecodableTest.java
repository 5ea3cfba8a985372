package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientEvent.HandlerFailed;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.FailurePolicy.End;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.UndecodablePayloadException;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Messages whose payloads are values to the handler, and what becomes of those that are none. */
class UndecodableTest {

    private static final Backoff SECOND = Backoff.fixed(Duration.ofSeconds(1));

    private VirtualClient server =
            VirtualClient.connected(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
    private final List<String> handled = new ArrayList<>();
    private final List<Throwable> ends = new ArrayList<>();
    private int identifier;

    private void consume(Consumer<ConsumeOptions.Builder> options) {
        server.client
                .consume(
                        builder -> options.accept(builder.filter("t/#").qos(Qos.AT_LEAST_ONCE)),
                        Numbers.CODEC,
                        (number, message) -> {
                            handled.add(message.topicName() + "=" + number);
                            return number < 0 ? Mono.error(new IllegalStateException("negative")) : Mono.empty();
                        })
                .subscribe(nothing -> {}, ends::add);
        server.grants();
        server.events();
    }

    private void sends(String topic, String text) {
        sends(ApplicationMessage.of(topic, text, Qos.AT_LEAST_ONCE));
    }

    private void sends(ApplicationMessage message) {
        server.sends(new Publish(message, ++identifier, false));
    }

    private List<HandlerFailed> failures() {
        return server.events().stream()
                .filter(HandlerFailed.class::isInstance)
                .map(HandlerFailed.class::cast)
                .toList();
    }

    @Test
    void theHandlerGetsTheValueAndTheMessage() {
        consume(options -> {});
        sends("t/1", "17");
        sends(Numbers.CODEC.message("t/2", 18).qos(Qos.AT_LEAST_ONCE).build());

        assertThat(handled).containsExactly("t/1=17", "t/2=18");
        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void byDefaultOneThatIsNoValueEndsTheConsumptionAndGoesToTheNext() {
        List<String> next = new ArrayList<>();
        consume(options -> {});
        sends("t/1", "canary-x");

        assertThat(ends).singleElement().isInstanceOf(UndecodablePayloadException.class);
        assertThat(handled).isEmpty();
        assertThat(server.acknowledged()).isEmpty();
        server.client.subscribe("t/#", Qos.AT_LEAST_ONCE).subscribe(message -> next.add(Handlers.name(message)));
        assertThat(next).containsExactly("canary-x");
    }

    @Test
    void itIsNotTriedAgainAsFailuresAre() {
        consume(options -> options.onFailure(FailurePolicy.retry(3, SECOND).thenSkip()));
        sends("t/1", "canary-x");

        assertThat(server.acknowledged()).containsExactly(1);
        assertThat(failures()).singleElement().satisfies(event -> {
            assertThat(event.attempt()).isEqualTo(1);
            assertThat(event.end()).isEqualTo(End.SKIP);
            assertThat(event.cause())
                    .isInstanceOf(UndecodablePayloadException.class)
                    .hasMessageContaining("t/1");
        });
        assertThat(server.client.statistics().handlerFailures()).isEqualTo(1);
    }

    @Test
    void aPolicyOfItsOwnIsForWhatIsNoValueAndForNothingElse() {
        consume(options -> options.onUndecodable(FailurePolicy.refuse(ReasonCode.PAYLOAD_FORMAT_INVALID)));
        sends("t/1", "canary-x");
        assertThat(server.sent()).containsExactly(new PubAck(1, ReasonCode.PAYLOAD_FORMAT_INVALID));
        assertThat(ends).isEmpty();

        sends("t/1", "-1");
        assertThat(ends).singleElement().asString().contains("negative");
    }

    @Test
    void aPoisonMessageBecomesADeadLetterAndStopsNobody() {
        consume(options -> options.concurrency(4)
                .onFailure(FailurePolicy.retry(SECOND))
                .onUndecodable(FailurePolicy.deadLetter("dead/{topic}")));
        sends(ApplicationMessage.to("t/1")
                .text("7")
                .contentType("image/png")
                .qos(Qos.AT_LEAST_ONCE)
                .build());
        sends("t/1", "1");
        sends("t/2", "2");

        Publish letter = (Publish) server.sent().stream()
                .filter(Publish.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(letter.message().topicName()).hasToString("dead/t/1");
        assertThat(letter.message().properties().contentType()).isEqualTo("image/png");
        assertThat(handled).containsExactly("t/2=2");
        server.sends(new PubAck(letter.packetIdentifier(), ReasonCode.SUCCESS));

        assertThat(handled).containsExactly("t/2=2", "t/1=1");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3);
        assertThat(ends).isEmpty();
    }

    @Test
    void aRetryOfItsOwnLetsOtherKeysPassEvenWhereOneIsProcessedAtATime() {
        consume(options -> options.onUndecodable(FailurePolicy.retry(1, SECOND).thenSkip()));
        sends("t/1", "canary-x");
        sends("t/2", "2");
        assertThat(handled).containsExactly("t/2=2");

        server.passes(Duration.ofSeconds(1));
        assertThat(server.acknowledged()).containsExactly(1, 2);
        assertThat(failures()).extracting(HandlerFailed::attempt).containsExactly(1, 2);
    }

    @Test
    void aHandlerThatDecodesByItselfHasTheSamePolicy() {
        server.client
                .consumeBatches(
                        options -> options.filter("t/#")
                                .qos(Qos.AT_LEAST_ONCE)
                                .upTo(1, Duration.ZERO)
                                .onUndecodable(FailurePolicy.skip()),
                        batch -> Mono.fromCallable(() -> batch.get(0).decode(Numbers.CODEC)))
                .subscribe(nothing -> {}, ends::add);
        server.grants();
        sends("t/1", "canary-x");

        assertThat(server.acknowledged()).containsExactly(1);
        assertThat(ends).isEmpty();
    }

    @Test
    void mqtt311CarriesTheValueWithoutPropertiesAndRefusesItWithThem() {
        server = VirtualClient.connected(options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1));

        StepVerifier.create(
                        server.client.publish(Numbers.CODEC.message("t/1", 17).build()))
                .verifyError(LimitExceededException.class);
        ApplicationMessage plain =
                Numbers.CODEC.withoutProperties().message("t/1", 17).build();
        StepVerifier.create(server.client.publish(plain)).expectNextCount(1).verifyComplete();
        assertThat(plain.payload().asUtf8()).isEqualTo("17");
    }
}

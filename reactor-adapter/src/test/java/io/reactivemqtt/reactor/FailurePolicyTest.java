package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MessageProperties;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientEvent.HandlerFailed;
import io.reactivemqtt.client.ClientEvent.MessageUndelivered;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.FailurePolicy.End;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.InMemorySessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What becomes of a message whose handler fails. */
class FailurePolicyTest {

    private static final Backoff DOUBLING = Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(4));

    private VirtualClient server =
            VirtualClient.connected(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
    private final Handlers handlers = new Handlers();
    private final List<Throwable> ends = new ArrayList<>();
    private int identifier;

    private void connected(Consumer<ClientOptions.Builder> options) {
        server = VirtualClient.connected(options);
    }

    private Disposable consume(FailurePolicy policy) {
        return consume(policy, 1);
    }

    private Disposable consume(FailurePolicy policy, int concurrency) {
        Disposable consuming = server.client
                .consume(
                        options -> options.filter("t/#")
                                .qos(Qos.EXACTLY_ONCE)
                                .concurrency(concurrency)
                                .onFailure(policy),
                        handlers::begin)
                .subscribe(nothing -> {}, ends::add);
        server.grants();
        server.events();
        return consuming;
    }

    private void sends(String topic, String name) {
        server.sends(new Publish(ApplicationMessage.of(topic, name, Qos.AT_LEAST_ONCE), ++identifier, false));
    }

    private List<HandlerFailed> failures() {
        return server.events().stream()
                .filter(HandlerFailed.class::isInstance)
                .map(HandlerFailed.class::cast)
                .toList();
    }

    // ---- stop

    @Test
    void withoutAPolicyTheConsumptionEndsAndTheMessageGoesToTheNext() {
        consume(FailurePolicy.stop());
        sends("t/1", "a");
        handlers.fails("a");
        assertThat(ends).singleElement().asString().contains("a failed");
        assertThat(server.acknowledged()).isEmpty();
        assertThat(failures()).singleElement().satisfies(event -> assertThat(event.end())
                .isEqualTo(End.STOP));

        consume(FailurePolicy.stop());
        handlers.succeeds("a");
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void stoppingCancelsTheOtherHandlersAndHandsTheirMessagesBack() {
        consume(FailurePolicy.stop(), 4);
        sends("t/1", "a");
        sends("t/2", "b");
        handlers.fails("a");
        assertThat(handlers.cancelled()).containsExactly("b");
        handlers.begun();
        consume(FailurePolicy.stop(), 4);
        assertThat(handlers.begun()).containsExactly("a", "b");
    }

    // ---- skip and refuse

    @Test
    void aSkippedMessageIsAcknowledgedAndTold() {
        consume(FailurePolicy.skip());
        sends("t/1", "a");
        handlers.fails("a");
        assertThat(server.acknowledged()).containsExactly(1);
        assertThat(ends).isEmpty();
        HandlerFailed event = failures().get(0);
        assertThat(event.topicFilter()).hasToString("t/#");
        assertThat(event.topicName()).hasToString("t/1");
        assertThat(event.messages()).isEqualTo(1);
        assertThat(event.attempt()).isEqualTo(1);
        assertThat(event.cause()).hasMessage("a failed");
        assertThat(event.end()).isEqualTo(End.SKIP);
        assertThat(event.retryIn()).isNull();
        assertThat(server.client.statistics().handlerFailures()).isEqualTo(1);
    }

    @Test
    void aRefusedMessageIsAnsweredByTheReasonCode() {
        consume(FailurePolicy.refuse(ReasonCode.PAYLOAD_FORMAT_INVALID));
        sends("t/1", "a");
        handlers.fails("a");
        assertThat(server.sent()).containsExactly(new PubAck(1, ReasonCode.PAYLOAD_FORMAT_INVALID));
        assertThat(failures().get(0).end()).isEqualTo(End.REFUSE);
    }

    @Test
    void aReasonCodeThatRefusesNothingIsNoRefusal() {
        assertThatThrownBy(() -> FailurePolicy.refuse(ReasonCode.SUCCESS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x80 or above");
        assertThatThrownBy(() -> FailurePolicy.refuse(ReasonCode.SERVER_BUSY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PUBACK");
    }

    // ---- hand back

    @Test
    void aMessageThatIsHandedBackGoesToAnotherSubscriberAndTheOthersGoOn() {
        List<String> other = new ArrayList<>();
        consume(FailurePolicy.handBack());
        sends("t/1", "a");
        server.client.subscribe("t/1", Qos.AT_LEAST_ONCE).subscribe(message -> other.add(Handlers.name(message)));
        server.grants();
        handlers.fails("a");
        assertThat(other).containsExactly("a");
        assertThat(server.acknowledged()).containsExactly(1);
        sends("t/2", "b");
        handlers.succeeds("b");
        assertThat(ends).isEmpty();
    }

    // ---- retry

    @Test
    void aMessageIsTriedAgainAfterTheBackoffAndThenAcknowledged() {
        consume(FailurePolicy.retry(DOUBLING));
        sends("t/1", "a");
        handlers.fails("a");
        assertThat(failures()).singleElement().satisfies(event -> {
            assertThat(event.end()).isNull();
            assertThat(event.retryIn()).isEqualTo(Duration.ofSeconds(1));
        });
        server.passes(Duration.ofMillis(999));
        assertThat(handlers.begun()).containsExactly("a");
        server.passes(Duration.ofMillis(1));
        assertThat(handlers.begun()).containsExactly("a");
        handlers.fails("a");
        server.passes(Duration.ofSeconds(2));
        assertThat(handlers.begun()).containsExactly("a");
        assertThat(server.acknowledged()).isEmpty();
        handlers.succeeds("a");
        assertThat(server.acknowledged()).containsExactly(1);
        assertThat(server.client.statistics().handlerFailures()).isEqualTo(2);
    }

    @Test
    void aPoisonMessageStopsThoseOfItsKeyAndNoOthers() {
        consume(FailurePolicy.retry(DOUBLING));
        sends("t/poison", "p1");
        sends("t/poison", "p2");
        sends("t/good", "g1");
        handlers.fails("p1");
        assertThat(handlers.begun()).containsExactly("p1", "g1");
        handlers.succeeds("g1");
        sends("t/good", "g2");
        handlers.succeeds("g2");
        assertThat(handlers.begun()).containsExactly("g2");
        server.passes(Duration.ofSeconds(1));
        handlers.succeeds("p1");
        assertThat(handlers.begun()).containsExactly("p1", "p2");
        handlers.succeeds("p2");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void whenTheTriesAreUsedUpItEndsAsThePolicySays() {
        consume(FailurePolicy.retry(2, DOUBLING).thenSkip());
        sends("t/1", "a");
        handlers.fails("a");
        server.passes(Duration.ofSeconds(1));
        handlers.fails("a");
        server.passes(Duration.ofSeconds(2));
        assertThat(server.acknowledged()).isEmpty();
        handlers.fails("a");
        assertThat(server.acknowledged()).containsExactly(1);
        assertThat(failures()).extracting(HandlerFailed::attempt).containsExactly(1, 2, 3);
    }

    @Test
    void aBackoffThatThrowsStopsTheConsumption() {
        consume(FailurePolicy.retry(attempt -> {
            throw new IllegalArgumentException("no bound");
        }));
        sends("t/1", "a");
        handlers.fails("a");
        assertThat(ends).singleElement().satisfies(end -> {
            assertThat(end).hasMessage("a failed");
            assertThat(end.getSuppressed()[0]).hasMessage("no bound");
        });
        assertThat(server.acknowledged()).isEmpty();
    }

    @Test
    void whoWaitsToTryAgainIsHandedBackWhenItIsCancelled() {
        Disposable first = consume(FailurePolicy.retry(DOUBLING));
        sends("t/1", "a");
        handlers.fails("a");
        handlers.begun();
        first.dispose();
        server.passes(Duration.ofSeconds(5));
        assertThat(handlers.begun()).isEmpty();
        consume(FailurePolicy.retry(DOUBLING));
        assertThat(handlers.begun()).containsExactly("a");
    }

    @Test
    void whoWaitsToTryAgainLeavesItToTheMessageThatComesAgain() {
        consume(FailurePolicy.retry(Backoff.fixed(Duration.ofMinutes(5))));
        sends("t/1", "a");
        sends("t/1", "b");
        handlers.fails("a");
        handlers.begun();
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.accept(true);
        server.sends(
                new Publish(ApplicationMessage.of("t/1", "a", Qos.AT_LEAST_ONCE), 1, true),
                new Publish(ApplicationMessage.of("t/1", "b", Qos.AT_LEAST_ONCE), 2, true));
        handlers.succeeds("a");
        handlers.succeeds("b");
        assertThat(handlers.begun()).containsExactly("a", "b");
        assertThat(server.acknowledged()).containsExactly(1, 2);
        server.passes(Duration.ofMinutes(5));
        assertThat(handlers.begun()).isEmpty();
    }

    @Test
    void disconnectDoesNotWaitForAnotherTry() {
        consume(FailurePolicy.retry(DOUBLING), 2);
        sends("t/1", "a");
        sends("t/2", "b");
        handlers.fails("a");
        boolean[] left = {false};
        server.client.disconnect(Duration.ofMinutes(1)).subscribe(report -> left[0] = true);
        handlers.fails("b"); // after which there is no other try either
        server.passes(Duration.ZERO);
        assertThat(left).containsExactly(true);
        assertThat(server.acknowledged()).isEmpty();
        assertThat(ends).isEmpty();
    }

    // ---- dead letters

    @Test
    void aDeadLetterIsPublishedAndAcknowledgedBeforeItsMessageIs() {
        consume(FailurePolicy.deadLetter("dead/{topic}"));
        sends("t/1", "a");
        handlers.fails("a");
        Publish letter = publish(server.sent());
        assertThat(letter.message().topicName()).hasToString("dead/t/1");
        assertThat(letter.message().payload().asUtf8()).isEqualTo("a");
        assertThat(letter.message().qos()).isEqualTo(Qos.AT_LEAST_ONCE);

        server.sends(new PubAck(letter.packetIdentifier(), ReasonCode.SUCCESS));
        assertThat(server.acknowledged()).containsExactly(1);
        assertThat(server.client.statistics().deadLettered()).isEqualTo(1);
        assertThat(failures().get(0).end()).isEqualTo(End.DEAD_LETTER);
    }

    @Test
    void aResponseTopicThatIsNoneDoesNotKeepTheDeadLetterFromBeingPublished() {
        consume(FailurePolicy.deadLetter("dead/{topic}"));
        MessageProperties unusable = new MessageProperties(
                true, Duration.ofMinutes(1), "text/plain", null, null, UserProperties.of("k", "v"), "r/#");
        ApplicationMessage message =
                ApplicationMessage.of(TopicName.of("t/1"), Payload.utf8("a"), Qos.AT_LEAST_ONCE, false, unusable);
        server.sends(new Publish(message, 1, false));
        handlers.fails("a");

        assertThat(publish(server.sent()).message().properties())
                .isEqualTo(new MessageProperties(true, null, "text/plain", null, null, UserProperties.of("k", "v")));
        assertThat(ends).isEmpty();
    }

    @Test
    void withAStoreADeadLetterNeedNotLeaveFirst() {
        connected(options -> options.sessionExpiryInterval(Duration.ofHours(1))
                .cleanStart(false)
                .sessionStore(new InMemorySessionStore()));
        consume(FailurePolicy.deadLetter("dead/{topic}"));
        sends("t/1", "a");
        handlers.fails("a");
        List<Packet> sent = server.sent();
        assertThat(publish(sent).message().topicName()).hasToString("dead/t/1");
        assertThat(sent).contains(new PubAck(1, ReasonCode.SUCCESS));
    }

    @Test
    void aDeadLetterThatIsRefusedStopsTheConsumptionAndTheMessageStays() {
        consume(FailurePolicy.deadLetter("dead/{topic}"));
        sends("t/1", "a");
        handlers.fails("a");
        Publish letter = publish(server.sent());
        server.sends(new PubAck(letter.packetIdentifier(), ReasonCode.NOT_AUTHORIZED));
        assertThat(ends).singleElement().asString().contains("NOT_AUTHORIZED");
        assertThat(server.acknowledged()).isEmpty();
    }

    @Test
    void aDeadLetterThatIsDroppedWithItsSessionIsNoneAndTheMessageStays() {
        connected(options -> options.session(session -> session.sessionLossPolicy(SessionLossPolicy.DROP)));
        consume(FailurePolicy.deadLetter("dead/{topic}"));
        sends("t/1", "a");
        handlers.fails("a");
        server.sent();
        server.cuts();
        server.passes(Duration.ofSeconds(1));
        server.accept(false);
        assertThat(server.client.statistics().deadLettered()).isZero();
        assertThat(ends).singleElement().asString().contains("OutcomeUnknownException");
    }

    @Test
    void theApplicationMayMakeTheDeadLetter() {
        consume(FailurePolicy.deadLetter(failed -> ApplicationMessage.to("graveyard")
                .payload(failed.payload())
                .qos(Qos.AT_LEAST_ONCE)
                .userProperty("was", failed.topicName().toString())
                .build()));
        sends("t/1", "a");
        handlers.fails("a");
        assertThat(publish(server.sent()).message().topicName()).hasToString("graveyard");
    }

    @Test
    void aDeadLetterThatMayBeLostIsNone() {
        consume(FailurePolicy.deadLetter(failed -> ApplicationMessage.of("dead", "a", Qos.AT_MOST_ONCE)));
        sends("t/1", "a");
        handlers.fails("a");
        assertThat(ends).singleElement().asString().contains("QoS 0");
        assertThat(server.acknowledged()).isEmpty();
    }

    @Test
    void aDeadLetterThatIsMissingStopsTheConsumption() {
        consume(FailurePolicy.deadLetter(failed -> none()));
        sends("t/1", "a");
        handlers.fails("a");
        assertThat(ends).singleElement().asString().contains("there is no dead letter");
    }

    @SuppressWarnings("NullAway") // the mistake of an application
    private static ApplicationMessage none() {
        @Nullable ApplicationMessage nothing = null;
        return nothing;
    }

    @Test
    void aTemplateThatCannotBeATopicNameIsRefusedAtOnce() {
        assertThatThrownBy(() -> FailurePolicy.deadLetter("dead/#")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Publish publish(List<Packet> sent) {
        return sent.stream()
                .filter(Publish.class::isInstance)
                .map(Publish.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(
            value = Qos.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void whatIsHandedBackComesAgainInTheNextConnection(Qos qos) {
        List<Boolean> duplicates = new ArrayList<>();
        connected(options -> options.cleanSession(false).keepAlive(Duration.ZERO));
        server.client
                .consume(
                        options -> options.filter("t/#").qos(Qos.EXACTLY_ONCE).onFailure(FailurePolicy.handBack()),
                        message -> {
                            duplicates.add(message.duplicate());
                            return duplicates.size() == 1 ? Mono.error(new IllegalStateException()) : Mono.empty();
                        })
                .subscribe(nothing -> {}, ends::add);
        server.grants();
        ApplicationMessage message = ApplicationMessage.of("t/1", "m", qos);
        server.sends(new Publish(message, 1, false));
        server.passes(Duration.ofMinutes(1)); // after which the connection is given up
        server.passes(Duration.ofSeconds(1));
        server.accept(true);
        server.sends(new Publish(message, 1, true));

        assertThat(duplicates).containsExactly(false, true);
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void aDeadLetterThatTheServerRefusesIsTold() {
        connected(
                options -> options.clientIdentifier("c").cleanSession(false).sessionStore(new InMemorySessionStore()));
        consume(FailurePolicy.deadLetter("dead/{topic}"));
        sends("t/1", "m");
        handlers.fails("m");
        Publish letter = (Publish) server.sent().get(0);
        server.sends(new PubAck(letter.packetIdentifier(), ReasonCode.NOT_AUTHORIZED));

        assertThat(server.events()).last().isInstanceOfSatisfying(MessageUndelivered.class, told -> {
            assertThat(told.topicName()).hasToString("dead/t/1");
            assertThat(told.cause().reasonCode()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        });
    }
}

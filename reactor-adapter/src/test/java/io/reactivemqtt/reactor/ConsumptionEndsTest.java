package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.DrainReport;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.client.SubscribeOptions.Overflow;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a consumption does when it ends, and what it does no more: with handlers at work, in lanes, and waiting to try again. */
class ConsumptionEndsTest {

    private static final Backoff SECOND = Backoff.fixed(Duration.ofSeconds(1));

    private VirtualClient server = connected(options -> {});
    private final Handlers handlers = new Handlers();
    private final List<Object> ends = new ArrayList<>();
    private int identifier;

    private static VirtualClient connected(Consumer<ClientOptions.Builder> options) {
        return VirtualClient.connected(builder -> options.accept(builder.sessionExpiryInterval(Duration.ofHours(1))
                .cleanStart(false)
                .keepAlive(Duration.ZERO)));
    }

    private static VirtualClient connectedByMqtt311() {
        return VirtualClient.connected(
                options -> options.protocolVersion(ProtocolVersion.MQTT_3_1_1).cleanSession(false));
    }

    private Disposable consume(Consumer<ConsumeOptions.Builder> options) {
        Disposable consuming = server.client
                .consume(builder -> options.accept(builder.filter("#").qos(Qos.EXACTLY_ONCE)), handlers::begin)
                .subscribe(nothing -> {}, ends::add, () -> ends.add("complete"));
        server.grants();
        return consuming;
    }

    private void consumeBatches(Consumer<ConsumeOptions.Builder> options) {
        server.client
                .consumeBatches(builder -> options.accept(builder.filter("#").qos(Qos.EXACTLY_ONCE)), handlers::begin)
                .subscribe(nothing -> {}, ends::add, () -> ends.add("complete"));
        server.grants();
    }

    private void sends(Qos qos, String topic, String... names) {
        for (String name : names) {
            server.sends(new Publish(
                    ApplicationMessage.of(topic, name, qos), qos == Qos.AT_MOST_ONCE ? 0 : ++identifier, false));
        }
    }

    private void sends(String topic, String... names) {
        sends(Qos.AT_LEAST_ONCE, topic, names);
    }

    private void sendsAgain(String topic, String name, Qos qos, int packetIdentifier) {
        server.sends(new Publish(ApplicationMessage.of(topic, name, qos), packetIdentifier, true));
    }

    // ---- it is cancelled

    @Test
    void whatFailsBehindACancelIsNotSkipped() {
        Disposable consuming = consume(options -> options.onFailure(FailurePolicy.skip()));
        sends("t", "a");
        server.client.subscribe("stop", Qos.AT_MOST_ONCE).subscribe(stop -> {
            consuming.dispose();
            handlers.fails("a");
        });
        server.grants();
        sends(Qos.AT_MOST_ONCE, "stop", "stop");
        assertThat(server.acknowledged()).isEmpty();
    }

    @Test
    void aHandlerThatFailsBecauseAnotherIsCancelledGetsNoDeadLetter() {
        Sinks.Empty<Void> shared = Sinks.empty();
        Disposable consuming = server.client
                .consume(
                        options ->
                                options.filter("#").concurrency(2).onFailure(FailurePolicy.deadLetter("dead/{topic}")),
                        message -> Handlers.name(message).equals("a")
                                ? Mono.never()
                                        .doOnCancel(
                                                () -> shared.tryEmitError(new IllegalStateException("closed as well")))
                                : shared.asMono())
                .subscribe();
        server.grants();
        sends("a", "a");
        sends("b", "b");
        consuming.dispose();
        assertThat(server.sent()).noneMatch(Publish.class::isInstance);
    }

    @Test
    void whatItLeavesGoesToAnotherInTheOrderOfArrival() {
        consume(options -> options.concurrency(2));
        sends("a", "a1", "a2");
        sends("b", "b1");
        List<String> seen = new ArrayList<>();
        server.client.subscribe("+", Qos.AT_LEAST_ONCE).subscribe(message -> seen.add(Handlers.name(message)));
        server.grants();
        handlers.fails("b1");
        assertThat(seen).containsExactly("a1", "a2", "b1");
    }

    @Test
    void aKeyThatIsChangedLosesNothing() {
        List<String> changing = new ArrayList<>(List.of("k1"));
        Disposable first = consume(options -> options.concurrency(2)
                .orderedBy(message -> Handlers.name(message).equals("a") ? changing : List.of("k2")));
        sends("t", "a", "b", "c");
        changing.set(0, "k2");
        handlers.succeeds("a");
        first.dispose();
        List<String> seen = new ArrayList<>();
        server.client.subscribe("#", Qos.AT_LEAST_ONCE).subscribe(message -> seen.add(Handlers.name(message)));
        assertThat(seen).containsExactly("b", "c");
    }

    @Test
    void aKeyThatCannotBeComparedEndsItsConsumptionAlone() {
        consume(options -> options.concurrency(2).orderedBy(message -> new Object() {
            @Override
            public boolean equals(Object other) {
                return this == other;
            }

            @Override
            public int hashCode() {
                throw new IllegalStateException("no hash");
            }
        }));
        sends("t", "a");
        assertThat(ends).singleElement().asString().contains("no hash");
        assertThat(server.client.state().isConnected()).isTrue();
    }

    // ---- the client leaves

    @Test
    void nothingIsTriedAgainOnceDisconnectHasGivenUpWaiting() {
        consume(options -> options.onFailure(FailurePolicy.retry(SECOND)));
        sends("t", "a");
        server.client.disconnect(Duration.ofSeconds(5)).subscribe();
        server.passes(Duration.ofSeconds(6));
        assertThat(handlers.begun()).containsExactly("a");
        handlers.fails("a");
        server.passes(Duration.ofSeconds(2));
        assertThat(handlers.begun()).isEmpty();
        assertThat(ends).containsExactly("complete");
    }

    @Test
    void aMessageThatComesAgainAfterADisconnectIsNotProcessedTwiceAtOnce() {
        for (Qos qos : List.of(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE)) {
            server = connected(options -> {});
            identifier = 0;
            handlers.begun();
            consume(options -> options.onFailure(FailurePolicy.retry(SECOND)));
            sends(qos, "t", "a");
            server.client.disconnect(Duration.ofSeconds(5)).subscribe();
            server.passes(Duration.ofSeconds(6));
            handlers.fails("a");
            server.client.connect().subscribe();
            server.accept(true);
            consume(options -> options.onFailure(FailurePolicy.retry(SECOND)));
            sendsAgain("t", "a", qos, 1);
            server.passes(Duration.ofMinutes(2));
            assertThat(handlers.begun()).as("" + qos).containsExactly("a", "a");
            handlers.succeeds("a");
            assertThat(server.acknowledged()).containsExactly(1);
        }
    }

    @Test
    void aBatchThatWaitsIsProcessedBeforeASessionEnds() {
        server = VirtualClient.connected(options -> {});
        consumeBatches(options -> options.upTo(10, Duration.ofHours(1)));
        sends("t", "a");
        boolean[] left = {false};
        server.client.disconnect(Duration.ofMinutes(1)).subscribe(report -> left[0] = true);
        server.passes(Duration.ofSeconds(3));
        assertThat(handlers.begun()).containsExactly("a");
        assertThat(left).containsExactly(false);
        handlers.succeeds("a");
        server.passes(Duration.ZERO);
        assertThat(left).containsExactly(true);
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void disconnectWaitsForHandlersOfQos0() {
        consume(options -> {});
        sends(Qos.AT_MOST_ONCE, "t", "a");
        boolean[] left = {false};
        server.client.disconnect(Duration.ofMinutes(1)).subscribe(report -> left[0] = true);
        server.passes(Duration.ofSeconds(1));
        assertThat(left).containsExactly(false);
        handlers.succeeds("a");
        server.passes(Duration.ZERO);
        assertThat(left).containsExactly(true);
    }

    @Test
    void disconnectWaitsForHandlersWhoseFilterWasUnsubscribed() {
        consume(options -> {});
        sends("t", "a");
        server.client.unsubscribe("#").subscribe();
        server.grants();
        boolean[] left = {false};
        server.client.disconnect(Duration.ofMinutes(1)).subscribe(report -> left[0] = true);
        server.passes(Duration.ofSeconds(1));
        assertThat(left).containsExactly(false);
        handlers.succeeds("a");
        server.passes(Duration.ZERO);
        assertThat(left).containsExactly(true);
        assertThat(server.acknowledged()).containsExactly(1);
    }

    @Test
    void aDeadLetterThatCannotLeaveBeforeTheClientEndsNothing() {
        consume(options -> options.onFailure(FailurePolicy.deadLetter("dead/{topic}")));
        sends("t", "a");
        server.cuts();
        handlers.fails("a");
        server.client.disconnect(Duration.ofSeconds(5)).subscribe();
        server.passes(Duration.ofSeconds(10));
        assertThat(ends).containsExactly("complete");
    }

    @Test
    void whatIsHandedBackBeforeASessionEndsGoesToAnother() {
        server = VirtualClient.connected(options -> {});
        consume(options -> options.onFailure(FailurePolicy.handBack()));
        sends("t", "a");
        List<String> seen = new ArrayList<>();
        server.client.subscribe("+", Qos.AT_LEAST_ONCE).subscribe(message -> seen.add(Handlers.name(message)));
        server.grants();
        server.client.disconnect(Duration.ofMinutes(1)).subscribe();
        handlers.fails("a");
        assertThat(seen).containsExactly("a");
    }

    @Test
    void aMessageThatIsRepeatedWhileTheClientLeavesDoesNoHarm() {
        server = connectedByMqtt311();
        consume(options -> options.concurrency(2).onFailure(FailurePolicy.retry(SECOND)));
        sends("a", "a");
        sends("b", "b");
        handlers.fails("a");
        server.client.disconnect(Duration.ofMinutes(1)).subscribe();
        server.events();
        sendsAgain("a", "a", Qos.AT_LEAST_ONCE, 1);
        assertThat(server.events()).noneMatch(ClientEvent.ClientFailed.class::isInstance);
    }

    @Test
    void aRepeatedMessageThatIsForgottenHoldsNothingBack() {
        server = connectedByMqtt311();
        consume(options -> options.concurrency(2).onFailure(FailurePolicy.retry(SECOND)));
        sends(Qos.EXACTLY_ONCE, "a", "a");
        sendsAgain("a", "a", Qos.EXACTLY_ONCE, 1);
        sends(Qos.EXACTLY_ONCE, "b", "b");
        handlers.fails("a");
        server.client.disconnect(Duration.ofMinutes(1)).subscribe();
        handlers.succeeds("b");
        server.passes(Duration.ZERO);
        assertThat(server.acknowledged()).containsExactly(2);
    }

    // ---- it is ended by others, while it waits to try again

    @Test
    void unsubscribingEndsIt() {
        consume(options -> options.onFailure(FailurePolicy.retry(SECOND)));
        sends("t", "a");
        handlers.fails("a");
        server.client.unsubscribe("#").subscribe();
        server.grants();
        assertThat(ends).containsExactly("complete");
        assertThat(server.acknowledged()).containsExactly(1); // the application has done with it
    }

    @Test
    void anotherClientThatTakesTheSessionOverEndsIt() {
        consume(options -> options.onFailure(FailurePolicy.retry(SECOND)));
        sends("t", "a");
        handlers.fails("a");
        server.sends(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
        server.passes(Duration.ofMinutes(10));
        assertThat(ends).hasSize(1);
    }

    @Test
    void aBufferThatOverflowsEndsIt() {
        consume(options -> options.buffer(1, Overflow.FAIL).onFailure(FailurePolicy.retry(SECOND)));
        sends(Qos.AT_MOST_ONCE, "t", "a");
        handlers.fails("a");
        sends(Qos.AT_MOST_ONCE, "t", "b", "c");
        handlers.succeeds("b");
        assertThat(ends).hasSize(1);
    }

    // ---- the Server has lost the Session

    @Test
    void whatIsHandedBackAfterTheSessionWasLostIsNotLost() {
        consume(options -> {});
        sends("t", "a", "b");
        server.cuts();
        server.passes(Duration.ofMinutes(1));
        server.accept(false);
        server.grants();
        handlers.begun();
        handlers.fails("a");
        consume(options -> {});
        handlers.succeeds("a");
        handlers.succeeds("b");
        assertThat(handlers.begun()).containsExactly("a", "b");
    }

    // ---- batches, buffers and words

    @Test
    void aBatchWhoseFirstMessageHasWaitedBeginsWhenTheOneBeforeIsDone() {
        consumeBatches(options -> options.upTo(2, Duration.ofSeconds(1)));
        sends("t", "a", "b", "c");
        server.passes(Duration.ofSeconds(30));
        handlers.succeeds("a b");
        server.passes(Duration.ZERO);
        assertThat(handlers.begun()).containsExactly("a b", "c");
    }

    @Test
    void aBatchIsTakenWhenTheBufferIsFull() {
        consumeBatches(options -> options.upTo(10, Duration.ofHours(1)).buffer(2, Overflow.PAUSE_READING));
        sends(Qos.AT_MOST_ONCE, "t", "a", "b");
        assertThat(handlers.begun()).containsExactly("a b");
        assertThat(server.isReadingPaused()).isFalse();
    }

    @Test
    void aBatchIsTakenWhenTheServerMayNotSendMore() {
        server = connected(options -> options.receiveMaximum(3));
        consumeBatches(options -> options.upTo(10, Duration.ofHours(1)));
        sends("t", "a", "b", "c");
        assertThat(handlers.begun()).containsExactly("a b c");
    }

    @Test
    void theOldestIsDroppedWhateverItsKey() {
        consume(options -> options.concurrency(2)
                .orderedBy(message -> Integer.valueOf(message.topicName().toString()))
                .buffer(2, Overflow.DROP_OLDEST));
        sends(Qos.AT_MOST_ONCE, "8", "x");
        sends(Qos.AT_MOST_ONCE, "9", "y");
        sends(Qos.AT_MOST_ONCE, "5", "old");
        sends(Qos.AT_MOST_ONCE, "1", "new");
        sends(Qos.AT_MOST_ONCE, "6", "newest");
        handlers.begun();
        handlers.succeeds("x");
        handlers.succeeds("y");
        assertThat(handlers.begun()).containsExactly("new", "newest");
    }

    @Test
    void anErrorOfAHandlerArrivesAsItIs() {
        AssertionError error = new AssertionError("mine");
        server.client
                .consume("#", Qos.AT_LEAST_ONCE, message -> Mono.error(error))
                .subscribe(nothing -> {}, ends::add);
        server.grants();
        sends("t", "a");
        assertThat(ends).containsExactly(error);
    }

    @Test
    void whatAHandlerPublishesWhileTheClientWaitsForItIsSent() {
        Sinks.Empty<Void> work = Sinks.empty();
        server.client
                .consume("t", Qos.EXACTLY_ONCE, message -> work.asMono()
                        .then(server.client.publish(ApplicationMessage.of("alarm", "hot", Qos.AT_LEAST_ONCE))))
                .subscribe(nothing -> {}, ends::add, () -> ends.add("complete"));
        server.grants();
        sends("t", "m");
        server.client.disconnect(Duration.ofSeconds(10)).subscribe(ends::add);
        List<Throwable> refused = new ArrayList<>();
        work.tryEmitEmpty();
        Publish alarm = (Publish) server.sent().get(0);
        assertThat(alarm.message().topicName()).hasToString("alarm");
        server.sends(new PubAck(alarm.packetIdentifier(), ReasonCode.SUCCESS));
        server.client
                .publish(ApplicationMessage.of("late", "", Qos.AT_LEAST_ONCE))
                .subscribe(result -> {}, refused::add);

        assertThat(server.sent())
                .containsExactly(new PubAck(1, ReasonCode.SUCCESS), new Disconnect(ReasonCode.SUCCESS));
        assertThat(ends).containsExactly("complete", DrainReport.NOTHING_LEFT);
        assertThat(refused).singleElement().isInstanceOf(ClientClosedException.class);
    }
}

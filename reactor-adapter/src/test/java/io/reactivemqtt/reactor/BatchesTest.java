package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ClientEvent.HandlerFailed;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Messages that are processed many at a time. */
class BatchesTest {

    private VirtualClient server =
            VirtualClient.connected(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
    private final Handlers handlers = new Handlers();
    private final List<Throwable> ends = new ArrayList<>();
    private int identifier;

    private Disposable consume(Consumer<ConsumeOptions.Builder> options) {
        Disposable consuming = server.client
                .consumeBatches(
                        builder -> options.accept(
                                builder.filter("#").qos(Qos.EXACTLY_ONCE).upTo(3, Duration.ofSeconds(1))),
                        handlers::begin)
                .subscribe(nothing -> {}, ends::add);
        server.grants();
        return consuming;
    }

    private void sends(String... names) {
        for (String name : names) {
            server.sends(
                    new Publish(ApplicationMessage.of("topic/" + name, name, Qos.AT_LEAST_ONCE), ++identifier, false));
        }
    }

    @Test
    void aFullBatchIsProcessedAtOnceAndAcknowledgedTogetherWhenThatIsDone() {
        consume(options -> {});
        sends("a", "b", "c");
        assertThat(handlers.begun()).containsExactly("a b c");
        assertThat(server.acknowledged()).isEmpty();
        handlers.succeeds("a b c");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3);
    }

    @Test
    void aBatchThatIsNotFullIsProcessedWhenItsFirstMessageHasWaited() {
        consume(options -> {});
        sends("a");
        server.passes(Duration.ofMillis(600));
        sends("b");
        server.passes(Duration.ofMillis(399));
        assertThat(handlers.begun()).isEmpty();
        server.passes(Duration.ofMillis(1));
        assertThat(handlers.begun()).containsExactly("a b");
    }

    @Test
    void oneBatchIsProcessedAfterTheOther() {
        consume(options -> options.concurrency(4));
        sends("a", "b", "c", "d", "e", "f", "g");
        assertThat(handlers.begun()).containsExactly("a b c");
        handlers.succeeds("a b c");
        server.passes(Duration.ZERO);
        assertThat(handlers.begun()).containsExactly("d e f");
        handlers.succeeds("d e f");
        server.passes(Duration.ZERO);
        assertThat(handlers.begun()).isEmpty();
        server.passes(Duration.ofSeconds(1));
        assertThat(handlers.begun()).containsExactly("g");
    }

    @Test
    void aBatchThatFailsIsTriedAgainWhole() {
        consume(options -> options.onFailure(
                FailurePolicy.retry(1, Backoff.fixed(Duration.ofSeconds(1))).thenSkip()));
        sends("a", "b", "c", "d");
        server.events();
        handlers.fails("a b c");
        assertThat(server.acknowledged()).isEmpty();
        assertThat(server.events())
                .filteredOn(HandlerFailed.class::isInstance)
                .singleElement()
                .satisfies(
                        event -> assertThat(((HandlerFailed) event).messages()).isEqualTo(3));
        server.passes(Duration.ofSeconds(1));
        assertThat(handlers.begun()).containsExactly("a b c", "a b c");
        handlers.fails("a b c");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3);
    }

    @Test
    void eachMessageOfABatchThatFailedGetsADeadLetter() {
        consume(options -> options.onFailure(FailurePolicy.deadLetter("dead/{topic}")));
        sends("a", "b", "c");
        handlers.fails("a b c");
        List<String> letters = new ArrayList<>();
        while (letters.size() < 3) {
            Publish letter = (Publish) server.sent().get(0);
            letters.add(letter.message().topicName().toString());
            server.sends(new PubAck(letter.packetIdentifier(), ReasonCode.SUCCESS));
        }
        assertThat(letters).containsExactly("dead/topic/a", "dead/topic/b", "dead/topic/c");
        assertThat(server.acknowledged()).containsExactly(1, 2, 3);
        assertThat(server.client.statistics().deadLettered()).isEqualTo(3);
    }

    @Test
    void aCancelledBatchIsHandedBackWithWhatWaitsBehindIt() {
        Disposable first = consume(options -> {});
        sends("a", "b", "c", "d");
        first.dispose();
        assertThat(handlers.cancelled()).containsExactly("a b c");
        handlers.begun();
        consume(options -> options.upTo(4, Duration.ofSeconds(1)));
        assertThat(handlers.begun()).containsExactly("a b c d");
        assertThat(server.acknowledged()).isEmpty();
    }

    @Test
    void disconnectProcessesNoBatchThatHasNotBegun() {
        consume(options -> {});
        sends("a", "b");
        boolean[] left = {false};
        server.client.disconnect(Duration.ofMinutes(1)).subscribe(report -> left[0] = true);
        assertThat(left).containsExactly(true);
        assertThat(handlers.begun()).isEmpty();
        assertThat(server.acknowledged()).isEmpty();
        assertThat(ends).isEmpty();
    }

    @Test
    void aBatchThatWaitsForNothingTakesWhatIsThere() {
        consume(options -> options.upTo(3, Duration.ZERO));
        sends("a");
        server.passes(Duration.ZERO);
        assertThat(handlers.begun()).containsExactly("a");
    }

    @Test
    void aBatchHasRoomForOneMessageAtLeast() {
        assertThatThrownBy(() -> ConsumeOptions.builder().upTo(0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConsumeOptions.builder().upTo(1, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBatchIsProcessedWhenOthersHaveUsedUpTheReceiveMaximum() {
        server = VirtualClient.connected(
                options -> options.cleanSession(false).receiveMaximum(4).keepAlive(Duration.ZERO));
        for (String filter : List.of("a", "b")) {
            server.client
                    .consumeBatches(options -> options.filter(filter).upTo(100, Duration.ofHours(1)), handlers::begin)
                    .subscribe(nothing -> {}, ends::add);
        }
        server.grants();
        for (String topic : List.of("a", "b", "b", "b")) {
            server.sends(new Publish(ApplicationMessage.of(topic, topic, Qos.AT_LEAST_ONCE), ++identifier, false));
        }

        assertThat(handlers.begun()).containsExactlyInAnyOrder("a", "b b b");
    }
}

package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.Backoff;
import io.reactivemqtt.client.ConsumeOptions;
import io.reactivemqtt.client.FailurePolicy;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Handlers that work side by side: those of one key one after the other. */
class LanesTest {

    private final VirtualClient server =
            VirtualClient.connected(options -> options.sessionExpiryInterval(Duration.ofHours(1)));
    private final Handlers handlers = new Handlers();
    private final List<Throwable> ends = new ArrayList<>();
    private int identifier;

    private Disposable consume(Consumer<ConsumeOptions.Builder> options) {
        Disposable consuming = server.client
                .consume(builder -> options.accept(builder.filter("#").qos(Qos.EXACTLY_ONCE)), handlers::begin)
                .subscribe(nothing -> {}, ends::add);
        server.grants();
        return consuming;
    }

    private void sends(String topic, String... names) {
        for (String name : names) {
            server.sends(new Publish(ApplicationMessage.of(topic, name, Qos.AT_LEAST_ONCE), ++identifier, false));
        }
    }

    @Test
    void messagesOfOneTopicAreProcessedOneAfterTheOtherAndOthersBesideThem() {
        consume(options -> options.concurrency(16));
        sends("a", "a1", "a2");
        sends("b", "b1");
        assertThat(handlers.begun()).containsExactly("a1", "b1");

        handlers.succeeds("b1");
        assertThat(handlers.begun()).isEmpty();
        handlers.succeeds("a1");
        assertThat(handlers.begun()).containsExactly("a2");
    }

    @Test
    void acknowledgementsLeaveInTheOrderOfArrival() {
        consume(options -> options.concurrency(16));
        sends("a", "a1", "a2");
        sends("b", "b1");
        handlers.succeeds("b1");
        assertThat(server.acknowledged()).isEmpty();
        handlers.succeeds("a1");
        assertThat(server.acknowledged()).containsExactly(1);
        handlers.succeeds("a2");
        assertThat(server.acknowledged()).containsExactly(2, 3);
    }

    @Test
    void noMoreHandlersWorkThanTheConcurrencySays() {
        consume(options -> options.concurrency(2));
        sends("a", "a1");
        sends("b", "b1");
        sends("c", "c1");
        assertThat(handlers.begun()).containsExactly("a1", "b1");
        handlers.succeeds("a1");
        assertThat(handlers.begun()).containsExactly("c1");
    }

    @Test
    void aKeyWithManyMessagesDoesNotStarveTheOthers() {
        consume(options ->
                options.concurrency(1).onFailure(FailurePolicy.retry(1, Backoff.fixed(Duration.ofSeconds(1)))));
        sends("hot", "h1", "h2", "h3");
        sends("b", "b1");
        assertThat(handlers.begun()).containsExactly("h1");
        handlers.succeeds("h1");
        assertThat(handlers.begun()).containsExactly("b1");
        handlers.succeeds("b1");
        assertThat(handlers.begun()).containsExactly("h2");
    }

    @Test
    void theApplicationMayChooseTheKey() {
        consume(options -> options.concurrency(16)
                .orderedBy(message -> Handlers.name(message).charAt(0)));
        sends("t/1", "x1");
        sends("t/2", "x2");
        sends("t/3", "y1");
        assertThat(handlers.begun()).containsExactly("x1", "y1");
    }

    @Test
    void aKeyOfItsOwnForEachMessageMeansNoOrder() {
        consume(options -> options.concurrency(16).orderedBy(message -> message));
        sends("a", "a1", "a2", "a3");
        assertThat(handlers.begun()).containsExactly("a1", "a2", "a3");
    }

    @Test
    void aKeyThatThrowsEndsItsConsumptionAloneAndHandsBackWhatItHas() {
        consume(options -> options.concurrency(2).orderedBy(message -> {
            throw new IllegalArgumentException("no key");
        }));
        List<String> seen = new ArrayList<>();
        server.client.subscribe("other", Qos.AT_LEAST_ONCE).subscribe(message -> seen.add(Handlers.name(message)));
        server.grants();
        sends("a", "a1");
        assertThat(ends).singleElement().asString().contains("no key");
        assertThat(server.acknowledged()).isEmpty();

        consume(options -> options.concurrency(2));
        assertThat(handlers.begun()).containsExactly("a1");
        sends("other", "o1");
        assertThat(seen).containsExactly("o1");
    }

    @Test
    void aKeyThatIsNullEndsItsConsumptionWithWords() {
        consume(options -> options.concurrency(2).orderedBy(message -> noKey()));
        sends("a", "a1");
        assertThat(ends).singleElement().asString().contains("orderedBy(...) has returned null");
    }

    private static @Nullable Object noKey() {
        return null;
    }

    @Test
    void whatWaitsInLanesIsHandedBackInOrderWhenItIsCancelled() {
        Disposable first = consume(options -> options.concurrency(2));
        sends("a", "a1", "a2");
        sends("b", "b1", "b2");
        assertThat(handlers.begun()).containsExactly("a1", "b1");
        first.dispose();
        assertThat(handlers.cancelled()).containsExactly("a1", "b1");

        List<String> seen = new ArrayList<>();
        server.client.subscribe("#", Qos.EXACTLY_ONCE).subscribe(message -> seen.add(Handlers.name(message)));
        assertThat(seen).containsExactly("a1", "a2", "b1", "b2");
    }

    @Test
    void whatWaitsInLanesComesAgainAfterAReconnectAndIsNotProcessedTwice() {
        consume(options -> options.concurrency(2));
        sends("a", "a1", "a2");
        assertThat(handlers.begun()).containsExactly("a1");
        server.cuts();
        server.passes(Duration.ofMinutes(1));
        server.accept(true);
        handlers.succeeds("a1");
        server.sends(
                new Publish(ApplicationMessage.of("a", "a1", Qos.AT_LEAST_ONCE), 1, true),
                new Publish(ApplicationMessage.of("a", "a2", Qos.AT_LEAST_ONCE), 2, true));
        handlers.succeeds("a1");
        assertThat(handlers.begun())
                .containsExactly("a1", "a2"); // a1 was at work, and nobody can tell its repeat from another
        handlers.succeeds("a2");
        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void disconnectWaitsForHandlersAtWorkAndTakesUpNothingMore() {
        consume(options -> options.concurrency(2));
        sends("a", "a1", "a2");
        sends("b", "b1");
        boolean[] left = {false};
        server.client.disconnect(Duration.ofMinutes(1)).subscribe(report -> {
            assertThat(report.handlersAtWork()).isZero();
            left[0] = true;
        });
        handlers.succeeds("a1");
        handlers.succeeds("b1");
        server.passes(Duration.ZERO);
        assertThat(handlers.begun()).containsExactly("a1", "b1");
        assertThat(server.acknowledged()).containsExactly(1, 3);
        assertThat(left).containsExactly(true);
        assertThat(ends).isEmpty();
    }

    @Test
    void aHandlerThatIsThereAtOnceLeavesNoStackBehind() {
        List<String> seen = new ArrayList<>();
        server.client
                .consume(options -> options.filter("#").qos(Qos.AT_LEAST_ONCE), message -> {
                    seen.add(Handlers.name(message));
                    return seen.size() == 1 ? handlers.begin(message) : Mono.empty();
                })
                .subscribe();
        server.grants();
        String[] many = new String[10_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = "m" + i;
        }
        sends("a", many);
        handlers.succeeds("m0");
        assertThat(seen).hasSize(many.length).last().isEqualTo(Objects.requireNonNull(many[many.length - 1]));
        assertThat(server.acknowledged()).hasSize(many.length);
    }
}

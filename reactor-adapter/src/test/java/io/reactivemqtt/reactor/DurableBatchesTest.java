package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What a crash repeats is the last batch, however late the store or the flush is. */
class DurableBatchesTest {

    private final GatedStore store = new GatedStore();
    private final VirtualClient server =
            VirtualClient.connected(options -> options.cleanSession(false).sessionStore(store));
    private final Handlers handlers = new Handlers();
    private int identifier;

    private Disposable consume(Function<? super List<ReceivedMessage>, ? extends Publisher<?>> handler) {
        Disposable consuming = server.client
                .consumeBatches(
                        options -> options.filter("#").qos(Qos.EXACTLY_ONCE).upTo(2, Duration.ofSeconds(1)), handler)
                .subscribe();
        server.grants();
        return consuming;
    }

    private void sends(Qos qos, String... names) {
        for (String name : names) {
            server.sends(new Publish(ApplicationMessage.of("topic", name, qos), ++identifier, false));
        }
    }

    @Test
    void aBatchBeginsWhenACrashCannotRepeatTheOneBefore() {
        consume(handlers::begin);
        sends(Qos.EXACTLY_ONCE, "a", "b", "c", "d");
        store.hold();
        handlers.succeeds("a b");
        server.passes(Duration.ZERO);
        assertThat(handlers.begun()).containsExactly("a b");
        server.fromAnotherThread(store::release);
        assertThat(handlers.begun()).containsExactly("c d");
        assertThat(server.acknowledged()).containsExactly(1, 2);
    }

    @Test
    void aBatchThatIsDoneAtOnceHoldsTheNextOneBackToo() {
        consume(batch -> Mono.from(handlers.begin(batch)).and(Mono.fromRunnable(() -> succeeds(batch))));
        store.hold();
        sends(Qos.EXACTLY_ONCE, "a", "b", "c", "d");
        assertThat(handlers.begun()).containsExactly("a b");
        server.fromAnotherThread(store::release);
        assertThat(handlers.begun()).containsExactly("c d");
    }

    private void succeeds(List<ReceivedMessage> batch) {
        handlers.succeeds(String.join(" ", batch.stream().map(Handlers::name).toList()));
    }

    @Test
    void atQos1ABatchBeginsWhenTheAnswersToTheOneBeforeAreWritten() {
        consume(handlers::begin);
        sends(Qos.AT_LEAST_ONCE, "a", "b", "c", "d");
        store.hold();
        handlers.succeeds("a b");
        assertThat(handlers.begun()).containsExactly("a b");
        assertThat(server.acknowledged()).containsExactly(1, 2);
        server.passes(Duration.ZERO);
        assertThat(handlers.begun()).containsExactly("c d");
    }

    @Test
    void aStoreThatFailsHoldsNoBatchBack() {
        consume(handlers::begin);
        sends(Qos.EXACTLY_ONCE, "a", "b", "c", "d");
        store.hold();
        handlers.succeeds("a b");
        handlers.begun();
        store.fail(new IllegalStateException("full"));
        server.fromAnotherThread(store::letGo);
        store.mend();
        server.passes(Duration.ofMinutes(1));
        server.accept(true);
        identifier = 0;
        sends(Qos.EXACTLY_ONCE, "a", "b", "c", "d");
        assertThat(handlers.begun()).containsExactly("a b");
    }

    @Test
    void whoIsCancelledMeanwhileBeginsNoOther() {
        Disposable consuming = consume(handlers::begin);
        sends(Qos.EXACTLY_ONCE, "a", "b", "c", "d");
        store.hold();
        handlers.succeeds("a b");
        consuming.dispose();
        server.fromAnotherThread(store::letGo);
        assertThat(handlers.begun()).containsExactly("a b");
        assertThat(handlers.cancelled()).isEmpty();
        assertThat(server.acknowledged()).containsExactly(1, 2);
        consume(handlers::begin);
        assertThat(handlers.begun()).containsExactly("c d");
    }
}

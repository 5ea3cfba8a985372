package io.reactivemqtt.reactor;

import static io.reactivemqtt.LinearWork.assertLinear;
import static io.reactivemqtt.LinearWork.assertLinearInAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/** However many come and go: what each costs does not grow with how many there are. */
class LinearEngineTest {

    private static final int COUNT = 2_000;

    private static List<Disposable> many(int count, IntFunction<Disposable> made) {
        List<Disposable> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(made.apply(i));
        }
        return all;
    }

    private static void end(List<Disposable> all, String order) {
        if (order.equals("the last first")) {
            Collections.reverse(all);
        }
        all.forEach(Disposable::dispose);
    }

    @ParameterizedTest
    @ValueSource(strings = {"the first first", "the last first"})
    void subscriptions(String order) {
        assertLinear(COUNT, count -> () -> {
            VirtualClient server = VirtualClient.connected(options -> {});
            List<Disposable> all = many(count, i -> server.client
                    .subscribe(options -> options.filter("meters/+/" + i)
                            .qos(Qos.AT_LEAST_ONCE)
                            .onCancel(OnCancel.UNSUBSCRIBE))
                    .subscribe());
            server.grants();
            end(all, order);
            assertThat(server.sent()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"the first first", "the last first"})
    void subscribersOfOneFilter(String order) {
        assertLinear(COUNT, count -> () -> {
            VirtualClient server = VirtualClient.connected(options -> {});
            List<Disposable> all = many(
                    count,
                    i -> server.client.subscribe("meters/#", Qos.AT_LEAST_ONCE).subscribe());
            server.grants();
            end(all, order);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"the first first", "the last first"})
    void messagesThatWaitForAConnection(String order) {
        assertLinear(COUNT, count -> () -> {
            VirtualClient server =
                    VirtualClient.create(options -> options.queue(queue -> queue.maximumMessages(count)));
            List<Disposable> all = many(count, i -> server.client
                    .publish(ApplicationMessage.of("meters/" + i, "1", Qos.AT_LEAST_ONCE))
                    .subscribe(result -> {}, failure -> {}));
            end(all, order);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"the first first", "the last first"})
    void streamsThatPublish(String order) {
        assertLinear(COUNT, count -> () -> {
            VirtualClient server = VirtualClient.connected(options -> {});
            List<Disposable> all = many(count, i -> server.client
                    .publish(Flux.<ApplicationMessage>never()
                            .startWith(ApplicationMessage.of("meters/" + i, "1", Qos.AT_MOST_ONCE)))
                    .subscribe());
            end(all, order);
            assertThat(server.sent()).isNotEmpty();
        });
    }

    @Test
    void subscriptionsThatAreRestored() {
        assertLinear(COUNT, count -> () -> {
            VirtualClient server = VirtualClient.connected(options -> {});
            List<Disposable> all = many(count, i -> server.client
                    .subscribe("meters/+/" + i, Qos.AT_LEAST_ONCE)
                    .subscribe());
            server.grants();
            server.cuts();
            server.passes(Duration.ofSeconds(60));
            end(all, "the first first");
        });
    }

    @Test
    void messagesThatArriveWithManyIdentifiers() {
        assertLinearInAll(COUNT, count -> () -> {
            VirtualClient server = VirtualClient.connected(options -> {});
            AtomicInteger received = new AtomicInteger();
            server.client.subscribe("meters/#", Qos.AT_MOST_ONCE).subscribe(message -> received.incrementAndGet());
            server.grants();
            List<Integer> identifiers = IntStream.rangeClosed(1, count).boxed().toList();
            ApplicationMessage message = ApplicationMessage.of("meters/1", "1", Qos.AT_MOST_ONCE);
            server.sends(new Publish(message, 0, false, Publish.NO_TOPIC_ALIAS, identifiers));
            server.sends(
                    Collections.nCopies(count, new Publish(message, 0, false)).toArray(Packet[]::new));
            assertThat(received).hasValueGreaterThanOrEqualTo(count);
        });
    }
}

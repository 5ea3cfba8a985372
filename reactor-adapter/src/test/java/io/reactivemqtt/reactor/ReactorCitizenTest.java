package io.reactivemqtt.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What Reactor's tools expect of publishers: they can be looked at, and the Context of the subscriber reaches the application. */
class ReactorCitizenTest {

    private static final ApplicationMessage MESSAGE = ApplicationMessage.of("a", "b", Qos.AT_LEAST_ONCE);

    private final VirtualClient virtual = VirtualClient.connected(options -> {});

    @Test
    void publishersCanBeScanned() {
        for (Object publisher : List.of(
                virtual.client.publish(MESSAGE),
                virtual.client.publish(Flux.just(MESSAGE)),
                virtual.client.subscribe("a", Qos.AT_LEAST_ONCE))) {
            Scannable scannable = Scannable.from(publisher);

            assertThat(scannable.isScanAvailable()).isTrue();
            assertThat(scannable.scan(Scannable.Attr.RUN_STYLE)).isEqualTo(Scannable.Attr.RunStyle.ASYNC);
        }
    }

    @Test
    void subscriptionsLeadToTheirSubscribers() {
        for (Flux<?> publisher : List.of(
                virtual.client.publish(MESSAGE).flux(),
                virtual.client.publish(Flux.just(MESSAGE)),
                virtual.client.subscribe("a", Qos.AT_LEAST_ONCE))) {
            Looking<Object> subscriber = new Looking<>();
            publisher.subscribe(subscriber);
            Scannable scannable = Scannable.from(subscriber.subscription);

            assertThat(scannable.isScanAvailable()).isTrue();
            assertThat(scannable.scan(Scannable.Attr.ACTUAL)).isSameAs(subscriber);
            assertThat(scannable.scan(Scannable.Attr.CANCELLED)).isNotEqualTo(true);
        }
    }

    private static final class Looking<T> implements CoreSubscriber<T>, Scannable {
        @Nullable
        Subscription subscription;

        @Override
        @SuppressWarnings("rawtypes") // of the method that this is
        public @Nullable Object scanUnsafe(Attr key) {
            return null;
        }

        @Override
        public void onSubscribe(Subscription newSubscription) {
            subscription = newSubscription;
        }

        @Override
        public void onNext(T element) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    @Test
    void contextReachesTheHandlerOfAMessage() {
        List<String> seen = new ArrayList<>();
        virtual.client
                .consume(
                        "a",
                        Qos.AT_MOST_ONCE,
                        message -> Mono.deferContextual(context -> {
                            seen.add(context.get("trace"));
                            return Mono.empty();
                        }))
                .contextWrite(context -> context.put("trace", "42"))
                .subscribe();
        virtual.grants();

        virtual.sends(
                new Publish(ApplicationMessage.of("a", "b", Qos.AT_MOST_ONCE), Packet.NO_PACKET_IDENTIFIER, false));

        assertThat(seen).containsExactly("42");
    }

    @Test
    void contextReachesTheSourceOfMessages() {
        List<String> seen = new ArrayList<>();
        Flux<ApplicationMessage> source = Flux.deferContextual(context -> {
            seen.add(context.get("trace"));
            return Flux.empty();
        });

        virtual.client
                .publish(source)
                .contextWrite(context -> context.put("trace", "42"))
                .subscribe();

        assertThat(seen).containsExactly("42");
    }
}

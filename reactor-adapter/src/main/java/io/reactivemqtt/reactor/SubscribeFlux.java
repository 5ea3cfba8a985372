package io.reactivemqtt.reactor;

import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.engine.subscribe.SubscriberStream;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** Makes a stream of messages for each subscriber. */
final class SubscribeFlux<S extends SubscriberStream> extends Flux<ReceivedMessage> implements Fuseable, Scannable {

    private final Function<? super CoreSubscriber<? super ReceivedMessage>, ? extends S> streams;
    private final Consumer<? super S> begin;

    /**
     * Returns one that begins nothing itself.
     *
     * @param begin has messages come to a stream whose subscriber knows it
     */
    SubscribeFlux(
            Function<? super CoreSubscriber<? super ReceivedMessage>, ? extends S> streams, Consumer<? super S> begin) {
        this.streams = streams;
        this.begin = begin;
    }

    @Override
    @SuppressWarnings("rawtypes") // of the method that this is
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public void subscribe(CoreSubscriber<? super ReceivedMessage> actual) {
        S stream = streams.apply(actual);
        actual.onSubscribe(stream);
        begin.accept(stream);
    }
}

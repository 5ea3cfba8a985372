package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.engine.publish.PublishStream;
import io.reactivemqtt.engine.publish.Publishing;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/**
 * Publishes the messages of a source for each subscriber, and tells what became of each.
 *
 * <p>The source is subscribed on the client's loop and asked for no more than the send window takes.
 */
final class PublishFlux extends Flux<PublishResult> implements Scannable {

    private final Publishing publishing;
    private final Publisher<? extends ApplicationMessage> source;

    PublishFlux(Publishing publishing, Publisher<? extends ApplicationMessage> source) {
        this.publishing = publishing;
        this.source = source;
    }

    @Override
    @SuppressWarnings("rawtypes") // of the method that this is
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return source;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public void subscribe(CoreSubscriber<? super PublishResult> actual) {
        PublishStream stream = new PublishStream(publishing, actual);
        actual.onSubscribe(stream);
        publishing.enter(stream, () -> stream.begin(source));
    }
}

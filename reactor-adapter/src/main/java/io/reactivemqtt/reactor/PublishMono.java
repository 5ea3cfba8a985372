package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishOptions;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.engine.publish.PublishFlow;
import io.reactivemqtt.engine.publish.Publishing;
import io.reactivemqtt.exception.MqttException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** Publishes one message for each subscriber, once it asks for the result. */
final class PublishMono extends Mono<PublishResult> implements Scannable {

    private final Publishing publishing;
    private final ApplicationMessage message;
    private final PublishOptions options;

    PublishMono(Publishing publishing, ApplicationMessage message, PublishOptions options) {
        this.publishing = publishing;
        this.message = message;
        this.options = options;
    }

    @Override
    @SuppressWarnings("rawtypes") // of the method that this is
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public void subscribe(CoreSubscriber<? super PublishResult> actual) {
        actual.onSubscribe(
                options == PublishOptions.DEFAULT
                        ? new Publication(publishing, message, actual)
                        : new PublicationWithOptions(publishing, message, options, actual));
    }

    /** One message, and its one subscriber. */
    private static class Publication extends PublishFlow implements Subscription, Scannable {

        private static final AtomicIntegerFieldUpdater<Publication> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Publication.class, "state");
        private static final int NEW = 0;
        private static final int REQUESTED = 1;
        private static final int ENDED = 2;

        private final Publishing publishing;
        private final CoreSubscriber<? super PublishResult> actual;

        @SuppressWarnings("UnusedVariable") // read through STATE
        private volatile int state;

        Publication(Publishing publishing, ApplicationMessage message, CoreSubscriber<? super PublishResult> actual) {
            super(message);
            this.publishing = publishing;
            this.actual = actual;
        }

        @Override
        @SuppressWarnings("rawtypes") // of the method that this is
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.ACTUAL) {
                return actual;
            } else if (key == Attr.TERMINATED) {
                return state == ENDED;
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n) && STATE.compareAndSet(this, NEW, REQUESTED)) {
                publish();
            }
        }

        void publish() {
            publishing.publish(this);
        }

        @Override
        public void cancel() {
            if (STATE.getAndSet(this, ENDED) == REQUESTED) {
                publishing.withdraw(this);
            }
        }

        @Override
        public Publishing publishing() {
            return publishing;
        }

        @Override
        public void succeeded(PublishResult result) {
            if (state
                    == REQUESTED) { // a cancel at this very moment is too late; an atomic operation costs as much as a
                // small message
                STATE.lazySet(this, ENDED);
                try {
                    actual.onNext(result);
                } catch (Throwable thrown) { // out of a subscriber that breaks the rules, or by an Error
                    UserCode.run(() -> actual.onError(thrown));
                    return;
                }
                try {
                    actual.onComplete();
                } catch (Throwable thrown) { // without an object for each message, as UserCode.run would take
                    UserCode.dropped(thrown);
                }
            }
        }

        @Override
        public void failed(MqttException cause) {
            if (STATE.compareAndSet(this, REQUESTED, ENDED)) {
                actual.onError(cause);
            }
        }
    }

    /** One message with options. Most have none, and pay nothing for these. */
    private static final class PublicationWithOptions extends Publication {

        private final PublishOptions options;
        private long sendUntilNanos = NEVER;

        PublicationWithOptions(
                Publishing publishing,
                ApplicationMessage message,
                PublishOptions options,
                CoreSubscriber<? super PublishResult> actual) {
            super(publishing, message, actual);
            this.options = options;
        }

        @Override
        void publish() {
            Duration within = options.sendWithin();
            if (within != null) {
                sendUntilNanos = publishing().nanosAfter(within);
            }
            super.publish();
        }

        @Override
        public PublishOptions options() {
            return options;
        }

        @Override
        public long sendUntilNanos() {
            return sendUntilNanos;
        }
    }
}

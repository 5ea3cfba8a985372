package io.reactivemqtt.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.MqttException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Observes what is published. */
final class Publications {

    private final ObservationRegistry registry;
    private final String client;
    private final boolean carries;
    private final @Nullable MqttPublishObservationConvention convention;

    /** Makes one; {@code carries}: messages may have User Properties. */
    Publications(
            ObservationRegistry registry,
            String client,
            boolean carries,
            @Nullable MqttPublishObservationConvention convention) {
        this.registry = registry;
        this.client = client;
        this.carries = carries;
        this.convention = convention;
    }

    // ---- one message

    Mono<PublishResult> publish(
            ApplicationMessage message, Function<? super ApplicationMessage, Mono<PublishResult>> work) {
        Mono<PublishResult> plain = work.apply(message);
        return Mono.deferContextual(view -> {
            Ending<MqttPublishContext> ending = begin("publish", message, parent(view));
            if (ending.observation.isNoop()) {
                return plain;
            }
            return untilEnd(work.apply(ending.context.outgoing()), ending)
                    .map(result -> ended(ending, result.withMessage(message)));
        });
    }

    /** Observes what has one answer, at whose coming the outcome is {@code done}. */
    <T> Mono<T> exchange(
            String operation,
            String done,
            ApplicationMessage message,
            Function<? super ApplicationMessage, Mono<T>> work) {
        Mono<T> plain = work.apply(message);
        return Mono.deferContextual(view -> {
            Ending<MqttPublishContext> ending = begin(operation, message, parent(view));
            if (ending.observation.isNoop()) {
                return plain;
            }
            return untilEnd(work.apply(ending.context.outgoing()), ending)
                    .doOnSuccess(answer -> ending.end(null, context -> context.outcome(done)));
        });
    }

    private static <T> Mono<T> untilEnd(Mono<T> work, Ending<MqttPublishContext> ending) {
        return work.doOnError(cause -> failed(ending, cause)).doOnCancel(() -> cancelled(ending));
    }

    // ---- many

    Flux<PublishResult> publish(
            Publisher<? extends ApplicationMessage> messages,
            Function<Publisher<? extends ApplicationMessage>, Flux<PublishResult>> work) {
        return Flux.deferContextual(view -> {
            Stream stream = new Stream(parent(view));
            return work.apply(Flux.from(messages).map(stream::begin))
                    .map(stream::end)
                    .doOnError(stream::failed)
                    .doFinally(signal -> stream.endRest(Publications::cancelled));
        });
    }

    <T> Flux<T> exchanges(
            String operation,
            String done,
            ApplicationMessage message,
            Function<? super ApplicationMessage, Flux<T>> work) {
        Flux<T> plain = work.apply(message);
        return Flux.deferContextual(view -> {
            Ending<MqttPublishContext> ending = begin(operation, message, parent(view));
            if (ending.observation.isNoop()) {
                return plain;
            }
            return work.apply(ending.context.outgoing())
                    .doOnError(cause -> failed(ending, cause))
                    .doOnCancel(() -> cancelled(ending))
                    .doOnComplete(() -> ending.end(null, context -> context.outcome(done)));
        });
    }

    /** The messages of one source that have no outcome yet. From any thread: they come by the source's, and outcomes by the client's. */
    private final class Stream {

        private final @Nullable Observation parent;

        /** By the object that is published; guarded by this. */
        private final IdentityHashMap<ApplicationMessage, Ending<MqttPublishContext>> open = new IdentityHashMap<>();

        private boolean over;

        Stream(@Nullable Observation parent) {
            this.parent = parent;
        }

        ApplicationMessage begin(ApplicationMessage message) {
            Ending<MqttPublishContext> ending = Publications.this.begin("publish", message, parent);
            if (ending.observation.isNoop()) {
                return message;
            }
            ApplicationMessage outgoing = ending.context.outgoing();
            boolean late;
            synchronized (this) {
                late = over;
                if (!late) {
                    open.put(outgoing, ending);
                }
            }
            if (late) {
                cancelled(ending);
            }
            return outgoing;
        }

        PublishResult end(PublishResult result) {
            Ending<MqttPublishContext> ending;
            synchronized (this) {
                ending = open.remove(result.message());
            }
            return ending == null ? result : ended(ending, result.withMessage(ending.context.message()));
        }

        void failed(Throwable cause) {
            endRest(ending -> Publications.failed(ending, cause));
        }

        void endRest(Consumer<Ending<MqttPublishContext>> how) {
            List<Ending<MqttPublishContext>> rest;
            synchronized (this) {
                over = true;
                rest = new ArrayList<>(open.values());
                open.clear();
            }
            rest.forEach(how);
        }
    }

    // ---- begin and end

    /** Returns what the subscriber is in the middle of; null: nothing. */
    private @Nullable Observation parent(ContextView view) {
        Observation current = registry.getCurrentObservation();
        return current == null
                ? view.getOrDefault(ObservationThreadLocalAccessor.KEY, null)
                : view.getOrDefault(ObservationThreadLocalAccessor.KEY, current);
    }

    private Ending<MqttPublishContext> begin(
            String operation, ApplicationMessage message, @Nullable Observation parent) {
        MqttPublishContext context = new MqttPublishContext(client, operation, message, carries);
        Observation observation = MqttObservation.PUBLISH.observation(
                convention, MqttPublishObservationConvention.DEFAULT, () -> context, registry);
        if (parent != null) {
            observation.parentObservation(parent);
        }
        return new Ending<>(observation.start(), context);
    }

    private static PublishResult ended(Ending<MqttPublishContext> ending, PublishResult result) {
        MqttException failure = result.outcome() == PublishOutcome.DROPPED ? null : result.failure();
        ending.end(failure, context -> context.outcome(result.outcome()));
        return result;
    }

    private static void failed(Ending<MqttPublishContext> ending, Throwable cause) {
        ending.end(cause, context -> context.outcome(cause));
    }

    private static void cancelled(Ending<MqttPublishContext> ending) {
        ending.end(null, context -> context.outcome(MqttPublishContext.CANCELLED));
    }
}

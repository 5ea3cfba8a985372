package io.reactivemqtt.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicTemplate;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.micrometer.MqttProcessContext.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Observes the handlers of one subscription. */
final class Processing {

    private final ObservationRegistry registry;
    private final String client;
    private final @Nullable MqttProcessObservationConvention convention;

    /** What each filter is called in a tag; in the order of the options. */
    private final Map<TopicFilter, String> templates;

    Processing(
            ObservationRegistry registry,
            String client,
            @Nullable MqttProcessObservationConvention convention,
            SubscribeOptions options) {
        this.registry = registry;
        this.client = client;
        this.convention = convention;
        this.templates = templates(options);
    }

    private static Map<TopicFilter, String> templates(SubscribeOptions options) {
        Map<TopicFilter, String> templates = new LinkedHashMap<>();
        for (TopicFilter filter : options.topicFilters()) {
            templates.put(filter, filter.hasWildcard() ? filter.toString() : KeyValue.NONE_VALUE);
        }
        for (TopicTemplate template : options.templates()) {
            templates.put(template.filter(), template.toString());
        }
        return templates;
    }

    Mono<Void> message(ReceivedMessage message, Supplier<Mono<Void>> handler) {
        return run(Operation.PROCESS, template(message), List.of(message), handler);
    }

    <T> Mono<T> request(ReceivedMessage message, Supplier<? extends Mono<T>> handler) {
        return run(Operation.RESPOND, template(message), List.of(message), handler);
    }

    Mono<Void> batch(List<ReceivedMessage> messages, Supplier<Mono<Void>> handler) {
        String template = templates.size() == 1 ? templates.values().iterator().next() : "several";
        return run(Operation.BATCH, template, messages, handler);
    }

    private String template(ReceivedMessage message) {
        for (Map.Entry<TopicFilter, String> entry : templates.entrySet()) {
            if (templates.size() == 1 || entry.getKey().matches(message.topicName())) {
                return entry.getValue();
            }
        }
        return KeyValue.NONE_VALUE;
    }

    private <T> Mono<T> run(
            Operation operation, String template, List<ReceivedMessage> messages, Supplier<? extends Mono<T>> handler) {
        return Mono.defer(() -> {
            MqttProcessContext context = new MqttProcessContext(client, operation, template, messages);
            Observation observation = MqttObservation.PROCESS
                    .observation(convention, MqttProcessObservationConvention.DEFAULT, () -> context, registry)
                    .start();
            if (observation.isNoop()) {
                return handler.get();
            }
            Ending<MqttProcessContext> ending = new Ending<>(observation, context);
            return inScope(ending, handler)
                    .doOnSuccess(done -> ending.end(null, end -> end.outcome("processed")))
                    .doOnError(cause -> failed(ending, cause))
                    .doOnCancel(() -> ending.end(null, end -> end.outcome("cancelled")))
                    .contextWrite(view -> view.put(ObservationThreadLocalAccessor.KEY, observation));
        });
    }

    /** Calls the handler where it sees the observation in its thread. */
    private static <T> Mono<T> inScope(Ending<MqttProcessContext> ending, Supplier<? extends Mono<T>> handler) {
        Observation.Scope scope = ending.observation.openScope();
        try {
            return handler.get();
        } catch (Throwable thrown) {
            failed(ending, thrown);
            throw thrown;
        } finally {
            scope.close();
        }
    }

    private static void failed(Ending<MqttProcessContext> ending, Throwable cause) {
        ending.end(cause, end -> end.outcome("failed"));
    }
}

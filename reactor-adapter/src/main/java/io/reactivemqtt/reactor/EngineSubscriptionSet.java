package io.reactivemqtt.reactor;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.TopicTemplate;
import io.reactivemqtt.client.ReceivedMessage;
import io.reactivemqtt.client.SubscribeOptions;
import io.reactivemqtt.engine.subscribe.ChangingStream;
import io.reactivemqtt.engine.subscribe.Subscribing;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Hands changes to the stream that is open, and the next one what the last one had. */
final class EngineSubscriptionSet implements SubscriptionSet {

    private final Subscribing subscribing;
    private final ProtocolVersion version;
    private final SubscribeOptions options;

    /** The last one that was opened; it knows what the set has. */
    private final AtomicReference<@Nullable ChangingStream> last = new AtomicReference<>();

    EngineSubscriptionSet(Subscribing subscribing, ProtocolVersion version, SubscribeOptions options) {
        this.subscribing = subscribing;
        this.version = version;
        this.options = options;
    }

    @Override
    public Flux<ReceivedMessage> messages() {
        return Flux.defer(() -> {
            ChangingStream before = last.get();
            if (before != null && before.isOpen()) {
                return Flux.error(new IllegalStateException("the set's messages() have a subscriber already"));
            }
            return new SubscribeFlux<>(actual -> open(before, actual), subscribing::join);
        });
    }

    private ChangingStream open(@Nullable ChangingStream before, CoreSubscriber<? super ReceivedMessage> actual) {
        ChangingStream stream = new ChangingStream(subscribing, options, before, actual);
        last.set(stream);
        return stream;
    }

    @Override
    public Mono<ReasonCode> add(String filter) {
        return add(parse(filter), null);
    }

    @Override
    public Mono<ReasonCode> add(String filter, Qos qos) {
        return add(parse(filter), Objects.requireNonNull(qos, "qos"));
    }

    private static TopicTemplate parse(String filter) {
        return TopicTemplate.of(Objects.requireNonNull(filter, "filter"));
    }

    private Mono<ReasonCode> add(TopicTemplate template, @Nullable Qos qos) {
        TopicSubscription added = options.subscription(template.filter().requireIn(version), qos);
        return whenOpen((stream, sink) -> stream.add(added, template, sink));
    }

    @Override
    public Mono<ReasonCode> remove(String filter) {
        TopicFilter topicFilter = parse(filter).filter();
        return whenOpen((stream, sink) -> stream.remove(topicFilter, sink));
    }

    private Mono<ReasonCode> whenOpen(BiConsumer<ChangingStream, MonoSink<ReasonCode>> change) {
        return Mono.create(sink -> {
            ChangingStream stream = last.get();
            if (stream == null) {
                sink.error(ChangingStream.notOpen());
            } else {
                change.accept(stream, sink);
            }
        });
    }

    @Override
    public List<TopicFilter> topicFilters() {
        ChangingStream stream = last.get();
        return stream == null ? options.topicFilters() : stream.topicFilters();
    }
}

package io.reactivemqtt.reactor;

import io.reactivemqtt.client.ReceivedMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Handlers that a test ends one by one. */
final class Handlers {

    private final Map<String, Sinks.Empty<Void>> working = new LinkedHashMap<>();
    private final List<String> begun = new ArrayList<>();
    private final List<String> cancelled = new ArrayList<>();

    /** Begins to process {@code message}, and ends when it is told to. */
    Publisher<?> begin(ReceivedMessage message) {
        return begin(name(message));
    }

    /** Begins to process {@code batch}, and ends when it is told to. */
    Publisher<?> begin(List<ReceivedMessage> batch) {
        return begin(String.join(" ", batch.stream().map(Handlers::name).toList()));
    }

    private Publisher<?> begin(String name) {
        Sinks.Empty<Void> sink = Sinks.empty();
        working.put(name, sink);
        begun.add(name);
        return sink.asMono().doOnCancel(() -> cancelled.add(name));
    }

    static String name(ReceivedMessage message) {
        return message.payload().asUtf8();
    }

    /** Returns what was begun since this was last asked. */
    List<String> begun() {
        List<String> all = List.copyOf(begun);
        begun.clear();
        return all;
    }

    List<String> cancelled() {
        return cancelled;
    }

    void succeeds(String name) {
        end(name).tryEmitEmpty();
    }

    void fails(String name) {
        end(name).tryEmitError(new IllegalStateException(name + " failed"));
    }

    private Sinks.Empty<Void> end(String name) {
        Sinks.Empty<Void> sink = working.remove(name);
        if (sink == null) {
            throw new AssertionError("nobody works on " + name + ", but on " + working.keySet());
        }
        return sink;
    }

    /** A handler that fails with all. */
    static Mono<Void> failing() {
        return Mono.error(new IllegalStateException("never"));
    }
}

package io.reactivemqtt.topic;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Stub. */
public final class TopicFilterTree<T> {
    private final Map<TopicFilter, T> all = new LinkedHashMap<>();

    /** Stub. */
    public TopicFilterTree() {}

    /** Stub. */
    public void add(TopicFilter filter, T value) {
        all.put(filter, value);
    }

    /** Stub. */
    public void remove(TopicFilter filter, T value) {
        all.remove(filter, value);
    }

    /** Stub. */
    public void match(TopicName name, Consumer<? super T> consumer) {
        all.forEach((f, v) -> {
            if (f.matches(name)) {
                consumer.accept(v);
            }
        });
    }
}

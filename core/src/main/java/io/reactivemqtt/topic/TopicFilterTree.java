package io.reactivemqtt.topic;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values that stand under Topic Filters, found by the Topic Names that the filters match (MQTT 5.0 §4.7).
 *
 * <p>A tree with one node for each level of the filters, so that a search costs as many steps as the Topic Name has levels and
 * not as many as there are filters. It answers as {@link TopicFilter#matches} does for each filter: a Shared Subscription
 * counts by its {@linkplain TopicFilter#matchedPart matched part}. A search allocates nothing. Not thread-safe.
 *
 * @param <T> what stands under the filters; told apart by {@code equals}
 */
public final class TopicFilterTree<T> {

    private final TopicFilterNode<T> root = new TopicFilterNode<>(null, "");

    /** What a search works on, from the first on; a search inside a search finds it taken and makes its own. */
    private @Nullable Frontier<T> spare;

    /**
     * Puts {@code value} under {@code topicFilter}, behind what stands there already.
     *
     * @return whether it did not stand there before
     */
    public boolean add(TopicFilter topicFilter, T value) {
        String pattern = topicFilter.matchedPart();
        TopicFilterNode<T> node = root;
        for (int start = 0; start <= pattern.length(); ) {
            int end = levelEnd(pattern, start);
            node = node.childOrNew(pattern.substring(start, end));
            start = end + 1;
        }
        return node.add(topicFilter, value);
    }

    /**
     * Takes {@code value} away from under {@code topicFilter}.
     *
     * @return whether it stood there
     */
    public boolean remove(TopicFilter topicFilter, T value) {
        String pattern = topicFilter.matchedPart();
        TopicFilterNode<T> node = root;
        for (int start = 0; start <= pattern.length(); ) {
            int end = levelEnd(pattern, start);
            TopicFilterNode<T> child = node.child(pattern, start, end);
            if (child == null) {
                return false;
            }
            node = child;
            start = end + 1;
        }
        boolean removed = node.remove(topicFilter, value);
        node.removeBranchIfEmpty();
        return removed;
    }

    /** Tells whether nothing stands under any filter. */
    public boolean isEmpty() {
        return root.isEmpty();
    }

    /**
     * Tells {@code consumer} each value whose filter matches {@code topicName}: a value once for each such filter, the values
     * of one filter in the order in which they were added.
     *
     * @param consumer must not change this tree
     */
    public void match(TopicName topicName, Consumer<? super T> consumer) {
        Frontier<T> frontier = spare == null ? new Frontier<>() : spare;
        spare = null;
        try {
            match(topicName.toString(), frontier, consumer);
        } finally {
            frontier.clear();
            spare = frontier;
        }
    }

    /** Level by level, all nodes at once that the name has led to: no recursion, however deep a filter is. */
    private void match(String name, Frontier<T> frontier, Consumer<? super T> consumer) {
        boolean wildcards = name.charAt(0) != '$'; // in the first level they take no name with $ [MQTT-4.7.2-1]
        frontier.next.add(root);
        for (int start = 0; start <= name.length() && !frontier.next.isEmpty(); ) {
            int end = levelEnd(name, start);
            frontier.swap();
            for (int i = 0; i < frontier.current.size(); i++) {
                TopicFilterNode<T> node = frontier.current.get(i);
                if (wildcards) {
                    tell(node.numberSign(), consumer);
                    frontier.add(node.plusSign());
                }
                frontier.add(node.literal(name, start, end));
            }
            wildcards = true;
            start = end + 1;
        }
        for (int i = 0; i < frontier.next.size(); i++) { // the nodes of whole names, if the name led so far
            TopicFilterNode<T> node = frontier.next.get(i);
            tell(node, consumer);
            tell(node.numberSign(), consumer); // "a/#" also takes "a": the parent level
        }
    }

    private static <T> void tell(@Nullable TopicFilterNode<T> node, Consumer<? super T> consumer) {
        if (node != null) {
            node.forEachValue(consumer);
        }
    }

    private static int levelEnd(String levels, int start) {
        int slash = levels.indexOf('/', start);
        return slash < 0 ? levels.length() : slash;
    }

    /** The nodes that a search has come to at one level, and those that it continues with at the next. */
    private static final class Frontier<T> {
        private List<TopicFilterNode<T>> current = new ArrayList<>();
        private List<TopicFilterNode<T>> next = new ArrayList<>();

        void add(@Nullable TopicFilterNode<T> node) {
            if (node != null) {
                next.add(node);
            }
        }

        void swap() {
            List<TopicFilterNode<T>> done = current;
            current = next;
            next = done;
            next.clear();
        }

        void clear() {
            current.clear();
            next.clear();
        }
    }
}

package io.reactivemqtt.topic;

import io.reactivemqtt.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One level of one or more Topic Filters.
 *
 * <p>The children are a hash table of its own making, because {@code HashMap} can only be asked with a {@code String}, and a
 * level of the Topic Name that is searched for is a part of one.
 */
final class TopicFilterNode<T> {

    private static final String PLUS_SIGN = "+";
    private static final String NUMBER_SIGN = "#";

    private final @Nullable TopicFilterNode<T> parent;
    private final String level;
    private final List<Entry<T>> entries = new ArrayList<>(0); // which grows to one

    private @Nullable TopicFilterNode<T> plusSign;
    private @Nullable TopicFilterNode<T> numberSign;

    private @Nullable TopicFilterNode<T>[] literals = newTable(2); // a power of two
    private int literalCount;
    private @Nullable TopicFilterNode<T> nextInSlot;

    private record Entry<T>(TopicFilter topicFilter, T value) {}

    TopicFilterNode(@Nullable TopicFilterNode<T> parent, String level) {
        this.parent = parent;
        this.level = level;
    }

    boolean add(TopicFilter topicFilter, T value) {
        Entry<T> entry = new Entry<>(topicFilter, value);
        return !entries.contains(entry) && entries.add(entry);
    }

    boolean remove(TopicFilter topicFilter, T value) {
        return entries.remove(new Entry<>(topicFilter, value));
    }

    void forEachValue(Consumer<? super T> consumer) {
        for (int i = 0; i < entries.size(); i++) {
            consumer.accept(entries.get(i).value());
        }
    }

    /** Tells whether no value stands here or below. */
    boolean isEmpty() {
        return entries.isEmpty() && plusSign == null && numberSign == null && literalCount == 0;
    }

    /** Removes this node from its parent if nothing is left of it, then the parent from its own, and so on. */
    void removeBranchIfEmpty() {
        TopicFilterNode<T> node = this;
        while (node.parent != null && node.isEmpty()) {
            node.parent.removeChild(node);
            node = node.parent;
        }
    }

    /** Returns the child for the wildcard {@code +}. */
    @Nullable
    TopicFilterNode<T> plusSign() {
        return plusSign;
    }

    /** Returns the child for the wildcard {@code #}. */
    @Nullable
    TopicFilterNode<T> numberSign() {
        return numberSign;
    }

    /** Returns the child for the level that stands between the two indexes, wildcard or not. */
    @Nullable
    TopicFilterNode<T> child(String levels, int start, int end) {
        if (end - start == 1 && levels.charAt(start) == '+') {
            return plusSign;
        }
        if (end - start == 1 && levels.charAt(start) == '#') {
            return numberSign;
        }
        return literal(levels, start, end);
    }

    /** Returns the child for the level that stands between the two indexes and is no wildcard. */
    @Nullable
    TopicFilterNode<T> literal(String levels, int start, int end) {
        if (literalCount == 0) {
            return null;
        }
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + levels.charAt(i); // as String.hashCode has it
        }
        TopicFilterNode<T> node = literals[slot(hash)];
        while (node != null && (node.level.length() != end - start || !levels.startsWith(node.level, start))) {
            node = node.nextInSlot;
        }
        return node;
    }

    TopicFilterNode<T> childOrNew(String childLevel) {
        TopicFilterNode<T> known = child(childLevel, 0, childLevel.length());
        if (known != null) {
            return known;
        }
        TopicFilterNode<T> child = new TopicFilterNode<>(this, childLevel);
        switch (childLevel) {
            case PLUS_SIGN -> plusSign = child;
            case NUMBER_SIGN -> numberSign = child;
            default -> addLiteral(child);
        }
        return child;
    }

    private void addLiteral(TopicFilterNode<T> child) {
        if (literalCount == literals.length) {
            @Nullable TopicFilterNode<T>[] smaller = literals;
            literals = newTable(2 * smaller.length);
            for (TopicFilterNode<T> first : smaller) {
                for (TopicFilterNode<T> node = first; node != null; ) {
                    TopicFilterNode<T> rest = node.nextInSlot;
                    putIntoSlot(node);
                    node = rest;
                }
            }
        }
        putIntoSlot(child);
        literalCount++;
    }

    private void putIntoSlot(TopicFilterNode<T> child) {
        int slot = slot(child.level.hashCode());
        child.nextInSlot = literals[slot];
        literals[slot] = child;
    }

    private void removeChild(TopicFilterNode<T> child) {
        switch (child.level) {
            case PLUS_SIGN -> plusSign = null;
            case NUMBER_SIGN -> numberSign = null;
            default -> removeLiteral(child);
        }
    }

    @SuppressWarnings("ReferenceEquality") // nodes are themselves, not values
    private void removeLiteral(TopicFilterNode<T> child) {
        int slot = slot(child.level.hashCode());
        TopicFilterNode<T> before = null;
        TopicFilterNode<T> node = literals[slot];
        while (node != null && node != child) {
            before = node;
            node = node.nextInSlot;
        }
        if (before == null) {
            literals[slot] = child.nextInSlot;
        } else {
            before.nextInSlot = child.nextInSlot;
        }
        literalCount--;
    }

    private int slot(int hash) {
        return (hash ^ hash >>> 16) & literals.length - 1;
    }

    @SuppressWarnings("unchecked") // there are no arrays of a generic type
    private static <T> @Nullable TopicFilterNode<T>[] newTable(int length) {
        return (@Nullable TopicFilterNode<T>[]) new TopicFilterNode<?>[length];
    }
}

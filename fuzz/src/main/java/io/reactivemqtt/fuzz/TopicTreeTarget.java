package io.reactivemqtt.fuzz;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.topic.TopicFilterTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tree of Topic Filters: each operation is a byte, a filter or a name behind it, whose levels are bytes. A list that is searched
 * from its beginning to its end says what the tree has to answer.
 */
public final class TopicTreeTarget {

    private static final String[] LEVELS = {"", "a", "b", "$x", "+", "#", "Aa", "BB", "$share", "$SYS", "\u00E9", "a+"};
    private static final int MOST_OPERATIONS = 32;

    /** What stands under a filter: an object of its own for each time that it is put there. */
    private record Entry(TopicFilter filter, List<String> levels, int value) {}

    private final byte[] input;
    private int at;

    private final TopicFilterTree<Integer> tree = new TopicFilterTree<>();
    private final List<Entry> list = new ArrayList<>();

    private TopicTreeTarget(byte[] input) {
        this.input = input;
    }

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        new TopicTreeTarget(input).run();
    }

    private void run() {
        for (int operation = 0; operation < MOST_OPERATIONS && at < input.length; operation++) {
            int code = input[at++];
            String text = text();
            switch (code & 3) {
                case 0, 1 -> put(text, code >> 2 & 3);
                case 2 -> take(text, code >> 2 & 3);
                default -> search(text);
            }
        }
        Promise.that(tree.isEmpty() == list.isEmpty(), "the tree is empty, or is not");
        for (Entry entry : list) {
            Promise.that(tree.remove(entry.filter, entry.value), "what was put there is not there");
        }
        Promise.that(tree.isEmpty(), "something is left when all is removed");
    }

    /** Levels up to one byte that ends them. */
    private String text() {
        StringBuilder text = new StringBuilder();
        for (boolean first = true; at < input.length; first = false) {
            int level = input[at++] & 0x7F;
            if (level >= LEVELS.length && level < 64) {
                return text.toString();
            }
            text.append(first ? "" : "/");
            if (level < LEVELS.length) {
                text.append(LEVELS[level]);
            } else {
                text.append((char) level).append((char) (level + 1));
            }
        }
        return text.toString();
    }

    private static @Nullable TopicFilter filter(String text) {
        List<String> levels = PlainMatching.levels(text);
        boolean isFilter = PlainMatching.isFilter(levels);
        TopicFilter filter;
        try {
            filter = TopicFilter.of(text);
        } catch (IllegalArgumentException refused) {
            Promise.that(!isFilter, "a Topic Filter is refused");
            return null;
        }
        Promise.that(isFilter, "what is no Topic Filter is taken");
        return filter;
    }

    private void put(String text, int value) {
        TopicFilter filter = filter(text);
        if (filter != null) {
            boolean isNew = find(filter, value) == null;
            Promise.that(tree.add(filter, value) == isNew, "what is new in the tree");
            if (isNew) {
                List<String> levels = PlainMatching.matchedPart(PlainMatching.levels(text));
                Promise.equal(filter.matchedPart(), String.join("/", levels), "what is matched");
                list.add(new Entry(filter, levels, value));
            }
        }
    }

    private void take(String text, int value) {
        TopicFilter filter = filter(text);
        if (filter != null) {
            Entry entry = find(filter, value);
            Promise.that(tree.remove(filter, value) == (entry != null), "what was in the tree");
            list.remove(entry);
        }
    }

    private @Nullable Entry find(TopicFilter filter, int value) {
        for (Entry entry : list) {
            if (entry.value == value && entry.filter.toString().equals(filter.toString())) {
                return entry;
            }
        }
        return null;
    }

    private void search(String text) {
        if (text.isEmpty() || text.indexOf('+') >= 0 || text.indexOf('#') >= 0) {
            Promise.that(!TopicName.isValid(text), "what is no Topic Name is taken");
            return;
        }
        TopicName name = TopicName.of(text);
        List<String> levels = PlainMatching.levels(text);
        int[] found = new int[4];
        tree.match(name, value -> found[value]++);
        for (Entry entry : list) {
            boolean matches = PlainMatching.matches(entry.levels, levels);
            Promise.that(entry.filter.matches(name) == matches, "a filter says otherwise than the standard");
            found[entry.value] -= matches ? 1 : 0;
        }
        Promise.that(
                found[0] == 0 && found[1] == 0 && found[2] == 0 && found[3] == 0,
                "the tree says otherwise than the standard");
    }
}

package io.reactivemqtt.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicFilterTreeTest {

    private final TopicFilterTree<String> tree = new TopicFilterTree<>();

    @Test
    void valueIsFoundUnderEachFilterThatMatches() {
        add("a/b", "a/+", "a/#", "#", "+/b", "a", "a/b/c", "b/#");

        assertThat(matches("a/b")).containsExactlyInAnyOrder("a/b", "a/+", "a/#", "#", "+/b");
        assertThat(matches("a")).containsExactlyInAnyOrder("a", "a/#", "#");
        assertThat(matches("c/d")).containsExactly("#");
    }

    @Test
    void sameValueIsToldOnceForEachFilter() {
        tree.add(TopicFilter.of("a"), "x");
        tree.add(TopicFilter.of("+"), "x");
        tree.add(TopicFilter.of("$share/g/a"), "x");

        assertThat(matches("a")).containsExactly("x", "x", "x");
    }

    @Test
    void valuesOfOneFilterKeepTheirOrder() {
        for (String value : List.of("c", "a", "b")) {
            assertThat(tree.add(TopicFilter.of("t"), value)).isTrue();
        }
        assertThat(tree.add(TopicFilter.of("t"), "a")).isFalse();

        assertThat(matches("t")).containsExactly("c", "a", "b");
        tree.remove(TopicFilter.of("t"), "a");
        tree.add(TopicFilter.of("t"), "a");
        assertThat(matches("t")).containsExactly("c", "b", "a");
    }

    @Test
    @Spec({"MQTT-4.7.2-1", "3.1.1:MQTT-4.7.2-1"})
    void wildcardInTheFirstLevelTakesNoNameThatBeginsWithDollar() {
        add("#", "+/x", "+", "$SYS/#", "$SYS/+", "+/#");

        assertThat(matches("$SYS/x")).containsExactlyInAnyOrder("$SYS/#", "$SYS/+");
        assertThat(matches("$SYS")).containsExactly("$SYS/#");
        assertThat(matches("a/$x")).containsExactlyInAnyOrder("#", "+/#");
    }

    @Test
    @Spec("MQTT-4.8.2-2")
    void sharedSubscriptionCountsByItsFilterAlone() {
        add("$share/g1/a/+", "$share/g2/a/+");

        assertThat(matches("a/b")).containsExactly("$share/g1/a/+", "$share/g2/a/+");
        assertThat(matches("$share/g1/a/b")).isEmpty();
        tree.remove(TopicFilter.of("$share/g1/a/+"), "$share/g1/a/+");
        assertThat(matches("a/b")).containsExactly("$share/g2/a/+");
    }

    @Test
    @Spec({"MQTT-4.7.3-4", "3.1.1:MQTT-4.7.3-4"})
    void levelsAreComparedCharacterByCharacter() {
        add("a//b", "/a", "a/", "A", "\u00E9", "e\u0301", "/");

        for (String name : List.of("a//b", "/a", "a/", "A", "\u00E9", "e\u0301", "/")) {
            assertThat(matches(name)).containsExactly(name);
        }
    }

    @Test
    void treeIsEmptyAgainWhenAllIsRemoved() {
        List<String> filters =
                List.of("a/b/c", "a", "a/+/c", "#", "+", "$share/g/a/#", "Aa", "BB", "AaAa", "BBBB", "AaBB");
        filters.forEach(this::add);
        assertThat(tree.isEmpty()).isFalse();

        for (String filter : filters) {
            assertThat(tree.remove(TopicFilter.of(filter), "another")).isFalse();
            assertThat(tree.remove(TopicFilter.of(filter), filter)).isTrue();
            assertThat(tree.remove(TopicFilter.of(filter), filter)).isFalse();
        }
        assertThat(tree.isEmpty()).isTrue();
        assertThat(matches("a/b/c")).isEmpty();
    }

    @Test
    void searchInsideASearchIsASearchOfItsOwn() {
        add("a", "+", "b");
        List<String> found = new ArrayList<>();
        tree.match(TopicName.of("a"), value -> {
            found.add(value);
            tree.match(TopicName.of("b"), found::add);
        });

        assertThat(found).hasSize(6).containsOnly("a", "+", "b");
        assertThat(matches("b")).containsExactlyInAnyOrder("+", "b");
    }

    @Test
    void deepestFilterAndNameNeedNoDeepStack() {
        String levels = "+/".repeat(32_766) + "+";
        add(levels);

        assertThat(matches("a/".repeat(32_766) + "a")).containsExactly(levels);
        tree.remove(TopicFilter.of(levels), levels);
        assertThat(tree.isEmpty()).isTrue();
    }

    private void add(String... filters) {
        for (String filter : filters) {
            tree.add(TopicFilter.of(filter), filter);
        }
    }

    private List<String> matches(String name) {
        List<String> found = new ArrayList<>();
        tree.match(TopicName.of(name), found::add);
        return found;
    }
}

package io.reactivemqtt.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class TopicFilterTreeProperties {

    @Provide
    Arbitrary<TopicFilter> filters() {
        Arbitrary<String> plain = Combinators.combine(
                        Arbitraries.of("a", "b", "$x", "", "+", "Aa", "BB")
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(4),
                        Arbitraries.of("", "/#"))
                .as((levels, end) -> String.join("/", levels) + end);
        return Arbitraries.oneOf(plain, Arbitraries.just("#"), plain.map(filter -> "$share/g/" + filter))
                .filter(filter -> !filter.isEmpty() && !filter.equals("$share/g/"))
                .map(TopicFilter::of);
    }

    @Provide
    Arbitrary<TopicName> names() {
        return Arbitraries.of("a", "b", "$x", "", "c", "Aa", "BB")
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .map(levels -> String.join("/", levels))
                .filter(name -> !name.isEmpty())
                .map(TopicName::of);
    }

    @Property(tries = 500)
    @Spec({"MQTT-4.7.2-1", "MQTT-4.7.3-4", "3.1.1:MQTT-4.7.2-1"})
    void treeFindsWhatEachFilterSaysForItself(
            @ForAll @Size(max = 30) List<@From("filters") TopicFilter> added,
            @ForAll @Size(max = 15) List<@From("filters") TopicFilter> removed,
            @ForAll @Size(min = 1, max = 10) List<@From("names") TopicName> names) {
        TopicFilterTree<TopicFilter> tree = new TopicFilterTree<>();
        Set<TopicFilter> there = new HashSet<>();
        added.forEach(filter -> assertThat(tree.add(filter, filter)).isEqualTo(there.add(filter)));
        removed.forEach(filter -> assertThat(tree.remove(filter, filter)).isEqualTo(there.remove(filter)));

        for (TopicName name : names) {
            List<TopicFilter> found = new ArrayList<>();
            tree.match(name, found::add);

            assertThat(found)
                    .containsExactlyInAnyOrderElementsOf(there.stream()
                            .filter(filter -> filter.matches(name))
                            .toList());
        }
        assertThat(tree.isEmpty()).isEqualTo(there.isEmpty());
    }

    @Property(tries = 300)
    void treeIsEmptyWhenAllThatWasAddedIsRemoved(@ForAll @Size(max = 50) Set<@From("filters") TopicFilter> filters) {
        TopicFilterTree<Integer> tree = new TopicFilterTree<>();
        filters.forEach(filter -> tree.add(filter, 1));
        filters.forEach(filter -> tree.add(filter, 2));
        filters.forEach(filter -> tree.remove(filter, 1));
        assertThat(tree.isEmpty()).isEqualTo(filters.isEmpty());
        filters.forEach(filter -> tree.remove(filter, 2));
        assertThat(tree.isEmpty()).isTrue();
    }
}

package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"#", "a/#", "/#", "+", "+/a", "a/+/b", "+/+", "/+", "/", "a//b", "$SYS/#", "$shared/a", "$"})
    @Spec({"MQTT-4.7.1-1", "MQTT-4.7.1-2", "3.1.1:MQTT-4.7.1-2", "3.1.1:MQTT-4.7.1-3"})
    void wildcardThatFillsItsLevelIsTaken(String filter) {
        assertThat(TopicFilter.of(filter)).hasToString(filter);
        assertThat(TopicFilter.of(filter).isShared()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a#", "a/#/b", "#a", "##", "#/", "+#", "a+", "+a", "a/b+", "a/+b/c", "++", "a\u0000", "\uDC00"
            })
    @Spec({
        "MQTT-3.8.3-1",
        "MQTT-3.10.3-1",
        "MQTT-4.7.1-1",
        "MQTT-4.7.1-2",
        "MQTT-4.7.3-1",
        "MQTT-4.7.3-2",
        "3.1.1:MQTT-3.8.3-1",
        "3.1.1:MQTT-3.10.3-1",
        "3.1.1:MQTT-4.7.1-2",
        "3.1.1:MQTT-4.7.1-3",
        "3.1.1:MQTT-4.7.3-1",
        "3.1.1:MQTT-4.7.3-2"
    })
    void whatIsNoTopicFilterIsRefused(String filter) {
        assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.of(filter));
    }

    @Test
    @Spec({"MQTT-4.7.3-3", "3.1.1:MQTT-4.7.3-3"})
    void filterHasAtMost65535Bytes() {
        assertThat(TopicFilter.of("a".repeat(65_535)).toString()).hasSize(65_535);
        assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.of("a".repeat(65_536)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$share",
                "$share/",
                "$share/g",
                "$share/g/",
                "$share//a",
                "$share/+/a",
                "$share/#/a",
                "$share/g+/a",
                "$share/g/a#",
                "$share/g/$share/h/a"
            })
    @Spec({"MQTT-4.8.2-1", "MQTT-4.8.2-2"})
    void whatIsNoSharedSubscriptionIsRefusedInMqtt5(String filter) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicFilter.of(filter).requireIn(ProtocolVersion.MQTT_5_0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$share",
                "$share/",
                "$share/x",
                "$share/g/",
                "$share//a",
                "$share/+/a",
                "$share/#",
                "$share/g/$share"
            })
    @Spec("3.1.1:MQTT-4.7.1-3")
    void whatBeginsWithShareIsAnOrdinaryTopicFilterInMqtt311(String filter) {
        TopicFilter ordinary = TopicFilter.of(filter).requireIn(ProtocolVersion.MQTT_3_1_1);

        assertThat(ordinary).hasToString(filter);
        assertThat(ordinary.isShared()).isFalse();
        assertThat(ordinary.matchedPart()).isEqualTo(filter);
        assertThat(ordinary.matches(TopicName.of(filter.replace("+", "b").replace("#", "b"))))
                .isTrue();
        assertThat(ordinary.matches(TopicName.of("a"))).isFalse();
    }

    @Test
    @Spec({"MQTT-4.8.2-1", "MQTT-4.8.2-2"})
    void sharedSubscriptionIsTakenApartAndPutTogether() {
        TopicFilter filter = TopicFilter.of("$share/group/a/+");
        SharedSubscription shared = Objects.requireNonNull(filter.shared());

        assertThat(shared).isEqualTo(new SharedSubscription("group", TopicFilter.of("a/+")));
        assertThat(shared.toTopicFilter()).isEqualTo(filter);
        assertThat(filter.matchedPart()).isEqualTo("a/+");
        assertThat(filter.hasWildcard()).isTrue();
        assertThat(TopicFilter.of("$share/group/a").hasWildcard()).isFalse();
        assertThat(TopicFilter.of("$share/group//a").matchedPart()).isEqualTo("/a");
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, a/b, false",
        "a/b, a, false",
        "#, a, true",
        "#, /, true",
        "#, a/b/c, true",
        "a/#, a, true",
        "a/#, a/, true",
        "a/#, a/b/c, true",
        "a/#, ab, false",
        "a/b/#, a, false",
        "+, a, true",
        "+, a/b, false",
        "+, /, false",
        "+/+, /a, true",
        "/+, /a, true",
        "+/+, /, true",
        "a/+, a/, true",
        "a/+, a, false",
        "a/+/b, a//b, true",
        "+/#, a, true",
        "a/+/#, a/b, true",
        "a/+/#, a, false",
        "a//b, a/b, false",
        "/a, a, false",
        "a/, a, false",
        "A, a, false",
        "\u00E9, e\u0301, false",
        "#, $SYS, false",
        "+/b, $SYS/b, false",
        "#, $SYS/b, false",
        "$SYS/#, $SYS/b, true",
        "$SYS/+, $SYS/b, true",
        "$SYS/#, $SYS, true",
        "a/+, a/$b, true",
        "$share/g/a/+, a/b, true",
        "$share/g/#, $SYS/b, false",
        "$share/g/a, $share/g/a, false"
    })
    @Spec({
        "MQTT-4.7.1-1",
        "MQTT-4.7.1-2",
        "MQTT-4.7.2-1",
        "MQTT-4.7.3-4",
        "MQTT-4.8.2-2",
        "3.1.1:MQTT-4.7.1-2",
        "3.1.1:MQTT-4.7.1-3",
        "3.1.1:MQTT-4.7.2-1",
        "3.1.1:MQTT-4.7.3-4"
    })
    void filterTakesTheNamesThatTheStandardSaysItTakes(String filter, String name, boolean matches) {
        assertThat(TopicFilter.of(filter).matches(TopicName.of(name))).isEqualTo(matches);
    }

    private static List<String> paths(List<String> levels, int longest) {
        List<String> paths = new ArrayList<>(levels);
        List<String> last = levels;
        for (int i = 1; i < longest; i++) {
            last = last.stream()
                    .flatMap(path -> levels.stream().map(level -> path + "/" + level))
                    .toList();
            paths.addAll(last);
        }
        return paths;
    }

    @Test
    void filtersOverlapIfThereIsATopicNameThatBothTake() {
        List<TopicName> names = paths(List.of("a", "b", "", "$s"), 4).stream()
                .filter(TopicName::isValid)
                .map(TopicName::of)
                .toList();
        List<TopicFilter> filters = Stream.concat(
                        paths(List.of("a", "b", "", "+", "$s"), 3).stream(),
                        paths(List.of("a", "", "+", "$s"), 2).stream().map(path -> path + "/#"))
                .filter(filter -> !filter.isEmpty())
                .map(TopicFilter::of)
                .toList();
        for (TopicFilter one : filters) {
            List<TopicName> taken = names.stream().filter(one::matches).toList();
            for (TopicFilter other : filters) {
                assertThat(one.overlaps(other))
                        .as(one + " and " + other)
                        .isEqualTo(taken.stream().anyMatch(other::matches));
            }
        }
        assertThat(TopicFilter.of("$share/g/a/+").overlaps(TopicFilter.of("a/b")))
                .isTrue();
    }
}

package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicTemplateTest {

    private static @Nullable String value(String template, String variable, String topicName) {
        return TopicTemplate.of(template).valueOf(variable, TopicName.of(topicName));
    }

    @Test
    void aLevelInBracesIsOneLevelWithAName() {
        TopicTemplate template = TopicTemplate.of("sensors/{id}/{kind.of-it_2}/#");

        assertThat(template.filter()).isEqualTo(TopicFilter.of("sensors/+/+/#"));
        assertThat(template.variables()).containsExactly("id", "kind.of-it_2");
        assertThat(template.valueOf("id", TopicName.of("sensors/7/t"))).isEqualTo("7");
        assertThat(template.valueOf("kind.of-it_2", TopicName.of("sensors/7/t")))
                .isEqualTo("t");
        assertThat(template).hasToString("sensors/{id}/{kind.of-it_2}/#");
    }

    @Test
    void aVariableMayBeTheFirstOrTheOnlyLevelAndMayBeEmpty() {
        assertThat(value("{a}", "a", "x")).isEqualTo("x");
        assertThat(value("{a}/b", "a", "x/b")).isEqualTo("x");
        assertThat(value("a/{b}", "b", "a/")).isEmpty();
        assertThat(value("{a}/b", "a", "/b")).isEmpty();
    }

    @Test
    void theWordsInFrontOfASharedSubscriptionAreNoLevels() {
        TopicTemplate template = TopicTemplate.of("$share/workers/orders/{id}");

        assertThat(template.filter()).isEqualTo(TopicFilter.of("$share/workers/orders/+"));
        assertThat(template.valueOf("id", TopicName.of("orders/9"))).isEqualTo("9");
    }

    @Test
    void whatIsNotAllOfALevelInBracesIsItself() {
        for (String literal : List.of("a/{}", "a/x{b}", "a/{b}x", "a/{b", "a/{b c}", "a/{b{c}}", "plain")) {
            TopicTemplate template = TopicTemplate.of(literal);
            assertThat(template.filter()).isEqualTo(TopicFilter.of(literal));
            assertThat(template.variables()).isEmpty();
        }
        assertThat(TopicTemplate.literal(TopicFilter.of("a/{b}")).filter()).isEqualTo(TopicFilter.of("a/{b}"));
    }

    @Test
    void nothingIsToldOfAnotherVariableOrATopicNameThatDoesNotMatch() {
        assertThat(value("a/{b}", "c", "a/1")).isNull();
        assertThat(value("a/{b}", "b", "x/1")).isNull();
        assertThat(value("a/{b}", "b", "a/1/2")).isNull();
    }

    @Test
    void oneNameForTwoLevelsIsRefused() {
        assertThatThrownBy(() -> TopicTemplate.of("a/{b}/{b}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a/{b}/{b}")
                .hasMessageContaining("named b");
        assertThatThrownBy(() -> TopicTemplate.of("a/{b}/#/c")).isInstanceOf(IllegalArgumentException.class);
    }
}

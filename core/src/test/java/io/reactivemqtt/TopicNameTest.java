package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "+", "#", "a/+/b", "a#", "a+", "a\u0000", "\uD800"})
    @Spec({
        "MQTT-1.5.4-1",
        "MQTT-1.5.4-2",
        "MQTT-3.1.3-11",
        "MQTT-3.3.2-2",
        "MQTT-3.3.2-14",
        "MQTT-4.7.0-1",
        "MQTT-4.7.3-1",
        "MQTT-4.7.3-2",
        "3.1.1:MQTT-3.3.2-2",
        "3.1.1:MQTT-4.7.1-1",
        "3.1.1:MQTT-4.7.3-1",
        "3.1.1:MQTT-4.7.3-2"
    })
    void whatIsNoTopicNameIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> TopicName.of(name));
    }

    @Test
    @Spec({"MQTT-4.7.3-3", "3.1.1:MQTT-4.7.3-3"})
    void nameHasAtMost65535Bytes() {
        assertThat(TopicName.of("a".repeat(65_535)).encodedLength()).isEqualTo(65_535);
        assertThat(TopicName.of("\u00E9".repeat(32_767)).encodedLength()).isEqualTo(65_534);
        assertThatIllegalArgumentException().isThrownBy(() -> TopicName.of("a".repeat(65_536)));
        assertThatIllegalArgumentException().isThrownBy(() -> TopicName.of("\u00E9".repeat(32_768)));
    }

    @Test
    @Spec({"MQTT-4.7.3-4", "3.1.1:MQTT-4.7.3-4"})
    void namesAreComparedCharacterByCharacter() {
        assertThat(TopicName.of("a/b")).isEqualTo(TopicName.of("a/b")).hasSameHashCodeAs(TopicName.of("a/b"));
        assertThat(TopicName.of("a/b")).isNotEqualTo(TopicName.of("A/b")).isNotEqualTo(TopicName.of("a//b"));
        assertThat(TopicName.of("\u00E9")).isNotEqualTo(TopicName.of("e\u0301"));
    }

    @Test
    void nameRecognisesItsOwnBytes() {
        TopicName name = TopicName.of("caf\u00E9");
        ByteBuffer source = ByteBuffer.wrap("xcaf\u00E9y".getBytes(StandardCharsets.UTF_8));

        assertThat(name.encodesTo(source, 1, 5)).isTrue();
        assertThat(name.encodesTo(source, 0, 5)).isFalse();
        assertThat(name.encodesTo(source, 1, 4)).isFalse();
        assertThat(name.encodesTo(source, 1, 6)).isFalse();
        assertThat(source.position()).isZero();
    }
}

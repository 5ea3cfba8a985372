package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.UserProperties.UserProperty;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserPropertiesTest {

    @Test
    void nameMayComeMoreThanOnceAndOrderIsKept() {
        UserProperties properties =
                UserProperties.of("a", "1").with("b", "2").with("a", "3").with("", "");

        assertThat(properties.entries()).extracting(UserProperty::value).containsExactly("1", "2", "3", "");
        assertThat(properties.first("a")).isEqualTo("1");
        assertThat(properties.all("a")).containsExactly("1", "3");
        assertThat(properties.first("c")).isNull();
        assertThat(properties.all("c")).isEmpty();
        assertThat(properties.isEmpty()).isFalse();
        assertThat(UserProperties.EMPTY.isEmpty()).isTrue();
    }

    @Test
    void listIsCopied() {
        List<UserProperty> entries = new ArrayList<>(List.of(new UserProperty("a", "1")));
        UserProperties properties = new UserProperties(entries);
        entries.clear();

        assertThat(properties).isEqualTo(UserProperties.of("a", "1"));
    }

    @Test
    @Spec("MQTT-1.5.7-1")
    void bothHalvesAreUtf8EncodedStrings() {
        for (String wrong : List.of("\u0000", "\uD800", "a".repeat(65_536))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new UserProperty(wrong, ""));
            assertThatIllegalArgumentException().isThrownBy(() -> new UserProperty("", wrong));
        }
    }
}

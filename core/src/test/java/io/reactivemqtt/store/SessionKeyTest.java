package io.reactivemqtt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SessionKeyTest {

    @Test
    void keysOfTheSameNamesAreEqual() {
        assertThat(SessionKey.of("plant", "meter"))
                .isEqualTo(SessionKey.of("plant", "meter"))
                .hasSameHashCodeAs(SessionKey.of("plant", "meter"))
                .isNotEqualTo(SessionKey.of("meter", "plant"))
                .isNotEqualTo(SessionKey.of("meter"));
        assertThat(SessionKey.of("meter")).isEqualTo(SessionKey.of("", "meter"));
    }

    @Test
    void messagesQuoteTheNames() {
        assertThat(SessionKey.of("meter")).hasToString("\"meter\"");
        assertThat(SessionKey.of("plant", "meter")).hasToString("\"meter\" in \"plant\"");
    }

    @Test
    void nothingIsStoredUnderAnEmptyClientIdentifierOrWhatIsNoUtf8() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SessionKey.of(""))
                .withMessageContaining("needs a Client");
        assertThatIllegalArgumentException().isThrownBy(() -> SessionKey.of("\uD800"));
        assertThatIllegalArgumentException().isThrownBy(() -> SessionKey.of("a\0b", "meter"));
    }
}

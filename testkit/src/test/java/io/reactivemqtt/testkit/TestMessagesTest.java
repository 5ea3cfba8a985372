package io.reactivemqtt.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import org.junit.jupiter.api.Test;

class TestMessagesTest {

    private final TestMessages.Received message = TestMessages.received("a/b", "text", Qos.AT_LEAST_ONCE);

    @Test
    void messageIsAsItWasSent() {
        assertThat(message.topicName()).hasToString("a/b");
        assertThat(message.payload().asUtf8()).isEqualTo("text");
        assertThat(message.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(message.duplicate()).isFalse();
        assertThat(message.acknowledgement()).isNull();
        assertThat(message.isHandedBack()).isFalse();
    }

    @Test
    void firstWordOfTheHandlerCounts() {
        message.acknowledge(ReasonCode.QUOTA_EXCEEDED);
        message.acknowledge();
        message.handBack();

        assertThat(message.acknowledgement()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        assertThat(message.isHandedBack()).isFalse();
    }

    @Test
    void messageThatIsHandedBackIsNotAcknowledged() {
        message.handBack();
        message.acknowledge();

        assertThat(message.isHandedBack()).isTrue();
        assertThat(message.acknowledgement()).isNull();
    }

    @Test
    void repeatedMessageIsFresh() {
        message.acknowledge();

        TestMessages.Received repeated = message.asDuplicate().matching(3);

        assertThat(repeated.duplicate()).isTrue();
        assertThat(repeated.subscriptionIdentifiers()).containsExactly(3);
        assertThat(repeated.acknowledgement()).isNull();
    }

    @Test
    void codeThatNoAcknowledgementCarriesIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> message.acknowledge(ReasonCode.BANNED));
    }
}

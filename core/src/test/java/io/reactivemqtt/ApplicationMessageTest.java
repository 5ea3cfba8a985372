package io.reactivemqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ApplicationMessageTest {

    @Test
    void messageStartsWithNothingSaid() {
        ApplicationMessage message = ApplicationMessage.to("a").build();

        assertThat(message.qos()).isEqualTo(Qos.AT_MOST_ONCE);
        assertThat(message.retain()).isFalse();
        assertThat(message.payload()).isEqualTo(Payload.EMPTY);
        assertThat(message.properties()).isSameAs(MessageProperties.NONE);
        assertThat(ApplicationMessage.of("a", "", Qos.AT_MOST_ONCE)).isEqualTo(message);
    }

    @Test
    void allThatWasSaidIsKept() {
        ApplicationMessage message = ApplicationMessage.to(TopicName.of("a"))
                .payload(Payload.utf8("old"))
                .text("new")
                .qos(Qos.EXACTLY_ONCE)
                .retain(true)
                .messageExpiryInterval(Duration.ofMinutes(1))
                .contentType("text/plain")
                .responseTopic("r")
                .correlationData(Payload.utf8("c"))
                .userProperty("k", "v")
                .build();

        assertThat(message.payload().asUtf8()).isEqualTo("new");
        assertThat(message.qos()).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(message.retain()).isTrue();
        assertThat(message.properties())
                .isEqualTo(new MessageProperties(
                        true,
                        Duration.ofSeconds(60),
                        "text/plain",
                        TopicName.of("r"),
                        Payload.utf8("c"),
                        UserProperties.of("k", "v")));
    }

    @Test
    void aCopyIsEqualUntilSomethingElseIsSaid() {
        ApplicationMessage message = ApplicationMessage.to("a")
                .text("text")
                .qos(Qos.EXACTLY_ONCE)
                .retain(true)
                .messageExpiryInterval(Duration.ofMinutes(1))
                .contentType("text/plain")
                .responseTopic("r")
                .correlationData(Payload.utf8("c"))
                .userProperty("k", "v")
                .build();

        assertThat(message.toBuilder().build()).isEqualTo(message);
        assertThat(ApplicationMessage.to("a").build().toBuilder().build().properties())
                .isSameAs(MessageProperties.NONE);
        ApplicationMessage other =
                message.toBuilder().topicName("b").userProperty("k", "w").build();
        assertThat(other.topicName()).isEqualTo(TopicName.of("b"));
        assertThat(other.properties().userProperties().entries()).hasSize(2);
        assertThat(other.payload()).isSameAs(message.payload());
        assertThat(message.properties().userProperties().entries()).hasSize(1);
    }

    @Test
    void aCopyKeepsAResponseTopicThatCannotBeUsedUntilThereIsAnother() {
        ApplicationMessage received = ApplicationMessage.of(
                TopicName.of("a"),
                Payload.EMPTY,
                Qos.AT_LEAST_ONCE,
                false,
                new MessageProperties(false, null, null, null, null, UserProperties.EMPTY, "r/#"));

        assertThat(received.toBuilder().build()).isEqualTo(received);
        assertThat(received.toBuilder().responseTopic("r").build().properties().unusableResponseTopic())
                .isNull();
    }

    @Test
    @Spec({"MQTT-3.3.2-14", "MQTT-3.3.2-19", "MQTT-4.7.0-1"})
    void partOutOfItsRangeIsRefused() {
        ApplicationMessage.Builder builder = ApplicationMessage.to("a");

        assertThatIllegalArgumentException().isThrownBy(() -> builder.responseTopic("a/#"));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ApplicationMessage.to("a").contentType("\uD800").build());
        assertThatIllegalArgumentException().isThrownBy(() -> ApplicationMessage.to("a")
                .correlationData(Payload.of(new byte[65_536]))
                .build());
        for (Duration wrong :
                new Duration[] {Duration.ofSeconds(-1), Duration.ofMillis(1500), Duration.ofSeconds(4_294_967_296L)}) {
            assertThatIllegalArgumentException().isThrownBy(() -> ApplicationMessage.to("a")
                    .messageExpiryInterval(wrong)
                    .build());
        }
    }

    @Test
    void willHasItsOwnLimits() {
        ApplicationMessage tooLarge =
                ApplicationMessage.to("a").payload(Payload.of(new byte[65_536])).build();

        assertThatIllegalArgumentException().isThrownBy(() -> Will.of(tooLarge));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Will.of(ApplicationMessage.to("a").build()).withDelay(Duration.ofMillis(1)));
        assertThat(Will.of(ApplicationMessage.to("a").build()).delay()).isZero();
    }

    @Test
    void contentStaysOutOfToString() {
        ApplicationMessage message = ApplicationMessage.to("a")
                .text("secret")
                .userProperty("k", "secret")
                .build();

        assertThat(message.toString()).doesNotContain("secret").contains("6 bytes");
    }
}

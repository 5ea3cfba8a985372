package io.reactivemqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.Spec;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.packet.Publish;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SentTopicAliasesTest {

    private static int use(SentTopicAliases aliases, String name) {
        int alias = aliases.of(TopicName.of(name));
        if (alias < 0) {
            aliases.said(alias);
        }
        return alias;
    }

    @Test
    void aNameGetsOneWhenItIsUsedForTheSecondTimeAndTheServerLearnsItOnce() {
        SentTopicAliases aliases = new SentTopicAliases(10);

        assertThat(List.of(use(aliases, "meters/1"), use(aliases, "meters/1"), use(aliases, "meters/1")))
                .containsExactly(0, -1, 1);
        assertThat(List.of(use(aliases, "meters/2"), use(aliases, "meters/2"), use(aliases, "meters/1")))
                .containsExactly(0, -2, 1);
    }

    @Test
    void aNameThatIsNoLongerThanThePropertyGetsNone() {
        SentTopicAliases aliases = new SentTopicAliases(10);

        assertThat(List.of(use(aliases, "abc"), use(aliases, "abc"), use(aliases, "abc")))
                .containsOnly(0);
    }

    @Test
    void whatWasNotSaidIsSaidTheNextTime() {
        SentTopicAliases aliases = new SentTopicAliases(10);
        aliases.of(TopicName.of("meters/1"));

        assertThat(aliases.of(TopicName.of("meters/1"))).isEqualTo(-1);
        assertThat(aliases.of(TopicName.of("meters/1"))).isEqualTo(-1);
    }

    @Test
    @Spec({"MQTT-3.3.2-8", "MQTT-3.3.2-9", "MQTT-3.2.2-17"})
    void noneIsBeyondTheMaximumAndWhoComesAgainAndAgainTakesThePlaceOfWhoDoesNot() {
        SentTopicAliases aliases = new SentTopicAliases(2);
        for (int i = 0; i < 4; i++) {
            use(aliases, "meters/1");
            use(aliases, "meters/2");
        }

        List<Integer> given = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            given.add(use(aliases, "meters/3"));
            use(aliases, "meters/2");
        }

        assertThat(given).allMatch(alias -> alias >= -2 && alias <= 2);
        assertThat(given.get(given.size() - 1)).isPositive();
        assertThat(use(aliases, "meters/1")).isNotPositive();
    }

    @Test
    void namesThatComeOnceAreForgotten() {
        SentTopicAliases aliases = new SentTopicAliases(2);
        for (int i = 0; i < 10_000; i++) {
            use(aliases, "meters/" + i);
        }

        assertThat(aliases).extracting("known").asInstanceOf(MAP).hasSizeLessThan(20);
    }

    static List<ApplicationMessage> messages() {
        return List.of(
                ApplicationMessage.of("meters/1", "", Qos.AT_MOST_ONCE),
                ApplicationMessage.of("meters/1", "42", Qos.EXACTLY_ONCE),
                ApplicationMessage.to("meters/1")
                        .text("42")
                        .qos(Qos.AT_LEAST_ONCE)
                        .retain(true)
                        .messageExpiryInterval(Duration.ofSeconds(7))
                        .userProperty("k", "v".repeat(130))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whoReadsHasTheWholeNameFirstByTheNameAndThenByTheAlias(ApplicationMessage message) {
        PacketEncoder encoder = PacketEncoder.of(ProtocolVersion.MQTT_5_0);
        PacketDecoder decoder = new PacketDecoder(ProtocolVersion.MQTT_5_0, new DecoderLimits(1_000_000, 10));
        int identifier = message.qos() == Qos.AT_MOST_ONCE ? 0 : 7;

        for (int alias : new int[] {SentTopicAliases.NONE, -3, 3}) {
            int length = encoder.encodedLength(message, alias);
            ByteBuffer bytes = ByteBuffer.allocate(length);
            encoder.encode(message, identifier, identifier > 0, alias, bytes);

            assertThat(bytes.hasRemaining()).isFalse();
            assertThat(decoder.decode(bytes.flip()))
                    .isEqualTo(new Publish(message, identifier, identifier > 0, Math.abs(alias), List.of()));
        }
        assertThat(encoder.encodedLength(message, 3))
                .isEqualTo(encoder.encodedLength(message, -3) - "meters/1".length())
                .isLessThan(encoder.encodedLength(message));
    }
}

package io.reactivemqtt.codec;

import static io.reactivemqtt.LinearWork.assertLinear;
import static io.reactivemqtt.LinearWork.assertLinearInAll;
import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.UserProperties.UserProperty;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.Subscribe;
import io.reactivemqtt.packet.UnsubAck;
import io.reactivemqtt.topic.TopicFilterTree;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However a peer fills its packets: what they cost grows with their bytes and no faster. */
class LinearDecodingTest {

    private static final DecoderLimits LIMITS = new DecoderLimits(268_435_460, 65_535);

    private static Runnable decoding(ProtocolVersion version, byte[] bytes) {
        return () -> {
            PacketDecoder decoder = new PacketDecoder(version, LIMITS);
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                Packet packet = Objects.requireNonNull(decoder.decode(source));
                assertThat(packet).hasSameHashCodeAs(packet); // which reads all that is in it
            }
        };
    }

    private static Runnable decoding(Packet packet) {
        return decoding(MQTT_5_0, Bytes.encode(MQTT_5_0, packet));
    }

    private static ApplicationMessage message(String topic) {
        return ApplicationMessage.of(TopicName.of(topic), Payload.EMPTY, Qos.AT_MOST_ONCE);
    }

    private static byte[] manyPackets(int count, IntFunction<Packet> packets) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        IntStream.range(0, count).forEach(i -> bytes.writeBytes(Bytes.encode(MQTT_5_0, packets.apply(i))));
        return bytes.toByteArray();
    }

    @Test
    void subscriptionIdentifiers() {
        assertLinear(
                50_000,
                count -> decoding(new Publish(
                        message("a"),
                        0,
                        false,
                        Publish.NO_TOPIC_ALIAS,
                        IntStream.rangeClosed(1, count).boxed().toList())));
    }

    @Test
    void userProperties() {
        assertLinear(
                30_000,
                count -> decoding(new Publish(
                        ApplicationMessage.to("a")
                                .userProperties(new UserProperties(IntStream.range(0, count)
                                        .mapToObj(i -> new UserProperty("n" + i, "v" + i))
                                        .toList()))
                                .build(),
                        0,
                        false)));
    }

    @Test
    void userPropertiesThatStandBetweenSubscriptionIdentifiers() {
        assertLinear(30_000, count -> {
            ByteArrayOutputStream properties = new ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                properties.writeBytes(Bytes.bytes("26 00 01 'a' 00 00 0B 07"));
            }
            ByteBuffer packet = ByteBuffer.allocate(properties.size() + 20).put((byte) 0x30);
            VariableByteInteger.put(3 + VariableByteInteger.length(properties.size()) + properties.size(), packet);
            packet.put(Bytes.bytes("00 01 'a'"));
            VariableByteInteger.put(properties.size(), packet);
            packet.put(properties.toByteArray()).flip();
            byte[] bytes = new byte[packet.remaining()];
            packet.get(bytes);
            return decoding(MQTT_5_0, bytes);
        });
    }

    @Test
    void userPropertiesOfAnApplication() {
        assertLinear(5_000, count -> () -> {
            ApplicationMessage.Builder message = ApplicationMessage.to("a");
            for (int i = 0; i < count; i++) {
                message.userProperty("n", "v");
            }
            assertThat(message.build().properties().userProperties().entries()).hasSize(count);
        });
    }

    @Test
    void reasonCodes() {
        assertLinear(
                200_000,
                count -> decoding(
                        new SubAck(1, Collections.nCopies(count, ReasonCode.SUCCESS), null, UserProperties.EMPTY)));
        assertLinear(
                200_000,
                count -> decoding(
                        new UnsubAck(1, Collections.nCopies(count, ReasonCode.SUCCESS), null, UserProperties.EMPTY)));
    }

    @Test
    void topicFilters() {
        assertLinear(
                20_000,
                count -> decoding(new Subscribe(
                        1,
                        IntStream.range(0, count)
                                .mapToObj(i -> TopicSubscription.of("a/+/" + i + "/#", Qos.AT_MOST_ONCE))
                                .toList(),
                        null,
                        UserProperties.EMPTY)));
    }

    @Test
    void topicNamesOneAfterTheOther() {
        assertLinear(20_000, count -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                bytes.writeBytes(Bytes.encode(MQTT_3_1_1, new Publish(message("t/" + i), 0, false)));
            }
            return decoding(MQTT_3_1_1, bytes.toByteArray());
        });
    }

    @Test
    void topicAliases() {
        assertLinear(
                15_000,
                count -> decoding(
                        MQTT_5_0, manyPackets(count, i -> new Publish(message("t/" + i), 0, false, i + 1, List.of()))));
    }

    @Test
    void acknowledgements() {
        assertLinear(
                15_000,
                count -> decoding(
                        MQTT_5_0,
                        manyPackets(
                                count,
                                i -> new PubAck(i + 1, ReasonCode.SUCCESS, "words", UserProperties.of("a", "b")))));
    }

    @Test
    void smallestPacketsInOneRead() {
        assertLinearInAll(100_000, count -> {
            byte[] pings = new byte[2 * count];
            byte[] acknowledgements = new byte[4 * count];
            for (int i = 0; i < count; i++) {
                pings[2 * i] = (byte) 0xD0;
                System.arraycopy(Bytes.bytes("40 02 00 01"), 0, acknowledgements, 4 * i, 4);
            }
            Runnable pinged = decoding(MQTT_5_0, pings);
            Runnable acknowledged = decoding(MQTT_5_0, acknowledgements);
            return () -> {
                pinged.run();
                acknowledged.run();
            };
        });
    }

    @Test
    void aPacketThatArrivesByteByByte() {
        assertLinearInAll(200_000, length -> {
            byte[] bytes = Bytes.encode(
                    MQTT_5_0,
                    new Publish(
                            ApplicationMessage.of(TopicName.of("a"), Payload.of(new byte[length]), Qos.AT_MOST_ONCE),
                            0,
                            false));
            return () -> {
                PacketDecoder decoder = new PacketDecoder(MQTT_5_0, LIMITS);
                ByteBuffer source = ByteBuffer.wrap(bytes).limit(0);
                Packet packet = null;
                while (packet == null) {
                    source.limit(source.limit() + 1);
                    packet = decoder.decode(source);
                }
                assertThat(source.position()).isEqualTo(bytes.length);
            };
        });
    }

    @Test
    void stepsOfAnAuthentication() {
        assertLinearInAll(
                15_000,
                count -> decoding(
                        MQTT_5_0,
                        manyPackets(
                                count,
                                i -> new Auth(
                                        ReasonCode.CONTINUE_AUTHENTICATION,
                                        "method",
                                        Payload.utf8("step " + i),
                                        "words",
                                        UserProperties.of("a", "b")))));
    }

    @Test
    void propertiesOfAConnAck() {
        assertLinearInAll(
                30_000,
                count -> decoding(ConnAck.builder()
                        .userProperties(new UserProperties(IntStream.range(0, count)
                                .mapToObj(i -> new UserProperty("n" + i, "v" + i))
                                .toList()))
                        .build()));
    }

    @Test
    void filtersThatANameMatches() {
        AtomicLong matched = new AtomicLong();
        assertLinearInAll(10_000, count -> {
            TopicFilterTree<Integer> tree = new TopicFilterTree<>();
            for (int i = 0; i < count; i++) {
                tree.add(TopicFilter.of("a/+/" + i), i);
            }
            return () -> {
                for (int i = 0; i < count; i++) {
                    tree.match(TopicName.of("a/b/" + i), matched::addAndGet);
                }
            };
        });
        assertThat(matched).hasPositiveValue();
    }

    @Test
    void textAboveAscii() {
        assertLinear(
                5_000,
                count -> decoding(
                        MQTT_5_0, manyPackets(100, i -> new Publish(message("ä€".repeat(count / 2)), 0, false))));
    }

    @Test
    void topicLevels() {
        TopicFilterTree<Integer> tree = new TopicFilterTree<>();
        List<TopicFilter> filters = IntStream.range(0, 100)
                .mapToObj(i -> TopicFilter.of("+/".repeat(i) + "#"))
                .toList();
        filters.forEach(filter -> tree.add(filter, 1));
        AtomicLong matched = new AtomicLong();

        assertLinear(10_000, count -> {
            TopicName topicName = TopicName.of("/".repeat(count));
            return () -> {
                for (int i = 0; i < 20; i++) {
                    tree.match(topicName, matched::addAndGet);
                    filters.forEach(
                            filter -> assertThat(filter.matches(topicName)).isTrue());
                }
            };
        });
        assertThat(matched).hasPositiveValue();
    }

    @Test
    void sharedSubscriptionsInSharedSubscriptions() { // as deep as a filter can be, each copied out of the other
        assertLinear(1_500, count -> {
            String filter = "$share/g/".repeat(count) + "t";
            return () -> {
                for (int i = 0; i < 20; i++) {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> TopicFilter.of(filter).requireIn(MQTT_5_0));
                }
            };
        });
    }
}

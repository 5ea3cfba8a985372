package io.reactivemqtt.engine.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.Spec;
import io.reactivemqtt.codec.DecoderLimits;
import io.reactivemqtt.codec.PacketDecoder;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.Publish;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What leaves where the Server allows Topic Aliases. */
class TopicAliasTest {

    private static final String TOPIC = "meters/7/temperature";

    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext context = channel.pipeline().firstContext();
    private final BatchWriter writer = new BatchWriter(ProtocolVersion.MQTT_5_0);
    private final PacketDecoder server = new PacketDecoder(ProtocolVersion.MQTT_5_0, new DecoderLimits(1_000, 10));

    @AfterEach
    void keepsNothing() {
        channel.finishAndReleaseAll();
    }

    private static ApplicationMessage message(int payloadBytes) {
        return ApplicationMessage.of(TOPIC, "x".repeat(payloadBytes), Qos.AT_LEAST_ONCE);
    }

    /** Returns what the Server reads of three messages, and puts their sizes on the wire into {@code sizes}. */
    private List<Publish> publishesThree(int payloadBytes, List<Integer> sizes) {
        List<Publish> read = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            if (i == 2) { // as what waited for the store
                writer.write((Packet) new Publish(message(payloadBytes), i, false), context);
            } else {
                writer.write(message(payloadBytes), i, false, context);
            }
            writer.flush(context);
            ByteBuf bytes = channel.readOutbound();
            sizes.add(bytes.readableBytes());
            read.add((Publish) server.decode(bytes.nioBuffer()));
            bytes.release();
        }
        return read;
    }

    @Test
    @Spec({"MQTT-3.2.2-17", "MQTT-3.3.2-9"})
    void theSecondMessageOfATopicTellsTheAliasAndTheThirdHasItInPlaceOfTheName() {
        writer.connected(ConnAck.builder().topicAliasMaximum(5).build(), 256);
        List<Integer> sizes = new ArrayList<>();

        assertThat(publishesThree(10, sizes))
                .extracting(
                        Publish::topicAlias,
                        publish -> publish.message().topicName().toString())
                .containsExactly(tuple(0, TOPIC), tuple(1, TOPIC), tuple(1, TOPIC));
        assertThat(sizes.get(1)).isEqualTo(sizes.get(0) + 3);
        assertThat(sizes.get(2)).isEqualTo(sizes.get(0) + 3 - TOPIC.length());
    }

    @Test
    @Spec("MQTT-3.2.2-18")
    void thereIsNoneWhereTheServerAllowsNone() {
        writer.connected(ConnAck.accepted(false), 256);

        assertThat(publishesThree(10, new ArrayList<>()))
                .extracting(Publish::topicAlias)
                .containsOnly(0);
    }

    @Test
    void thereIsNoneByOption() {
        writer.connected(ConnAck.builder().topicAliasMaximum(5).build(), 0);

        assertThat(publishesThree(10, new ArrayList<>()))
                .extracting(Publish::topicAlias)
                .containsOnly(0);
    }

    @Test
    @Spec("MQTT-3.2.2-15")
    void noPacketBecomesTooLargeByIt() {
        List<Integer> sizes = new ArrayList<>();
        publishesThree(10, sizes);
        writer.connected(
                ConnAck.builder()
                        .topicAliasMaximum(5)
                        .maximumPacketSize(sizes.get(0) + 2L)
                        .build(),
                256);

        assertThat(publishesThree(10, new ArrayList<>()))
                .extracting(Publish::topicAlias)
                .containsOnly(0);
    }
}

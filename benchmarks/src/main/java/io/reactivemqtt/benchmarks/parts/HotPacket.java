package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The packets that each message takes, so that all of a client's throughput hangs on them. */
public enum HotPacket {
    PUBLISH_QOS_0_64_BYTES,
    PUBLISH_QOS_0_1_KIB,
    PUBLISH_QOS_1_64_BYTES,
    PUBLISH_QOS_1_1_KIB,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP;

    /** How many packets stand in one batch: in 1 KiB each they are about what one read of a busy socket brings. */
    static final int BATCH = 64;

    private static final int TOPIC_NAMES = 10;
    private static final int FIRST_IDENTIFIER = 1000;

    /** Returns packets with an identifier each, whose Topic Names repeat as those of devices do. */
    List<Packet> batch() {
        List<Packet> batch = new ArrayList<>();
        for (int number = 0; number < BATCH; number++) {
            batch.add(packet(number));
        }
        return batch;
    }

    /** Returns direct memory that holds {@code batch} exactly, as a transport has it. */
    static ByteBuffer encoded(List<Packet> batch, ProtocolVersion version) {
        PacketEncoder encoder = PacketEncoder.of(version);
        ByteBuffer bytes = ByteBuffer.allocateDirect(
                batch.stream().mapToInt(encoder::encodedLength).sum());
        batch.forEach(packet -> encoder.encode(packet, bytes));
        return bytes.flip();
    }

    private Packet packet(int number) {
        int packetIdentifier = FIRST_IDENTIFIER + number;
        return switch (this) {
            case PUBLISH_QOS_0_64_BYTES -> publish(number, Qos.AT_MOST_ONCE, 64);
            case PUBLISH_QOS_0_1_KIB -> publish(number, Qos.AT_MOST_ONCE, 1024);
            case PUBLISH_QOS_1_64_BYTES -> publish(number, Qos.AT_LEAST_ONCE, 64);
            case PUBLISH_QOS_1_1_KIB -> publish(number, Qos.AT_LEAST_ONCE, 1024);
            case PUBACK -> new PubAck(packetIdentifier, ReasonCode.SUCCESS);
            case PUBREC -> new PubRec(packetIdentifier, ReasonCode.SUCCESS);
            case PUBREL -> new PubRel(packetIdentifier, ReasonCode.SUCCESS);
            case PUBCOMP -> new PubComp(packetIdentifier, ReasonCode.SUCCESS);
        };
    }

    private static Publish publish(int number, Qos qos, int payloadBytes) {
        return new Publish(
                ApplicationMessage.of(
                        TopicName.of("building/7/room/" + number % TOPIC_NAMES + "/temperature"),
                        Payload.of(new byte[payloadBytes]),
                        qos),
                qos == Qos.AT_MOST_ONCE ? Packet.NO_PACKET_IDENTIFIER : FIRST_IDENTIFIER + number,
                false);
    }
}

package io.reactivemqtt.codec;

import static io.reactivemqtt.ProtocolVersion.MQTT_3_1_1;
import static io.reactivemqtt.ProtocolVersion.MQTT_5_0;
import static io.reactivemqtt.codec.Bytes.decoder;
import static io.reactivemqtt.codec.Bytes.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.Spec;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for all packets, and for all bytes that are none. */
class CodecProperties {

    @Provide
    Arbitrary<Packet> packetsOf5() {
        return Packets.of5();
    }

    @Provide
    Arbitrary<Packet> packetsOf311() {
        return Packets.of311();
    }

    @Property(tries = 1000)
    @Spec({"MQTT-2.2.2-1", "MQTT-3.3.2-10"})
    void packetOf5IsReadAsItWasWritten(@ForAll @From("packetsOf5") Packet packet) {
        assertThat(Bytes.decode(MQTT_5_0, encode(MQTT_5_0, packet))).isEqualTo(packet);
    }

    @Property(tries = 500)
    void packetOf311IsReadAsItWasWritten(@ForAll @From("packetsOf311") Packet packet) {
        assertThat(Bytes.decode(MQTT_3_1_1, encode(MQTT_3_1_1, packet))).isEqualTo(packet);
    }

    @Provide
    Arbitrary<Publish> publishesOfClients() {
        return Packets.publish5()
                .map(Publish.class::cast)
                .map(publish -> new Publish(publish.message(), publish.packetIdentifier(), publish.dup()));
    }

    @Property(tries = 500)
    void messageIsWrittenAsItsPublish(@ForAll @From("publishesOfClients") Publish publish) {
        PacketEncoder encoder = PacketEncoder.of(MQTT_5_0);
        ByteBuffer target = ByteBuffer.allocate(encoder.encodedLength(publish.message()));

        encoder.encode(publish.message(), publish.packetIdentifier(), publish.dup(), target);

        assertThat(target.array()).isEqualTo(encode(MQTT_5_0, publish));
        assertThat(target.hasRemaining()).isFalse();
    }

    @Property
    void plainAcknowledgementIsWrittenAsItsPacket(
            @ForAll @IntRange(min = 1, max = 65_535) int packetIdentifier,
            @ForAll @From("acknowledgements") PacketType type) {
        ByteBuffer target = ByteBuffer.allocate(PacketEncoder.PLAIN_ACKNOWLEDGEMENT);

        target.putInt(PacketEncoder.encode(type, packetIdentifier));

        Packet packet = Acknowledgement.of(type, packetIdentifier, ReasonCode.SUCCESS);
        assertThat(target.array()).isEqualTo(encode(MQTT_5_0, packet)).isEqualTo(encode(MQTT_3_1_1, packet));
    }

    @Provide
    Arbitrary<PacketType> acknowledgements() {
        return Arbitraries.of(PacketType.PUBACK, PacketType.PUBREC, PacketType.PUBREL, PacketType.PUBCOMP);
    }

    @Property(tries = 200)
    @Spec({"MQTT-6.0.0-2", "3.1.1:MQTT-6.0.0-2"})
    void piecesInWhichTheBytesArriveDoNotMatter(
            @ForAll @Size(min = 1, max = 5) List<@From("packetsOf5") Packet> packets, @ForAll long seed) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (Packet packet : packets) {
            if (!(packet instanceof Connect)) { // it would change the version
                stream.writeBytes(encode(MQTT_5_0, packet));
            }
        }
        byte[] bytes = stream.toByteArray();
        List<Packet> atOnce = Bytes.decodeAll(decoder(MQTT_5_0), ByteBuffer.wrap(bytes));

        assertThat(inPieces(bytes, new Random(seed))).isEqualTo(atOnce);
    }

    private static List<Packet> inPieces(byte[] bytes, Random random) {
        PacketDecoder decoder = decoder(MQTT_5_0);
        List<Packet> packets = new ArrayList<>();
        ByteBuffer source = ByteBuffer.allocate(bytes.length).limit(0);
        for (int arrived = 0; arrived < bytes.length; ) {
            int piece = Math.min(1 + random.nextInt(7), bytes.length - arrived);
            source.compact().put(bytes, arrived, piece).flip();
            arrived += piece;
            packets.addAll(Bytes.decodeAll(decoder, source));
        }
        assertThat(source.hasRemaining()).isFalse();
        return packets;
    }

    @Property(tries = 1000)
    @Spec({"MQTT-4.13.1-1", "3.1.1:MQTT-4.8.0-1"})
    void bytesThatAreNoPacketAreRefusedAndNothingElseHappens(@ForAll ProtocolVersion version, @ForAll byte[] bytes) {
        assertPacketsOrRefusal(version, bytes);
    }

    @Property(tries = 1000)
    void packetsOfGarbageAreRefusedAndNothingElseHappens(
            @ForAll ProtocolVersion version, @ForAll byte firstByte, @ForAll @Size(max = 100) byte[] body) {
        byte[] packet = new byte[2 + body.length];
        packet[0] = firstByte;
        packet[1] = (byte) body.length;
        System.arraycopy(body, 0, packet, 2, body.length);

        assertPacketsOrRefusal(version, packet);
    }

    @Property(tries = 1000)
    @Spec({"MQTT-4.13.1-1", "3.1.1:MQTT-4.8.0-1"})
    void damagedPacketIsRefusedOrIsAnotherPacket(@ForAll @From("packetsOf5") Packet packet, @ForAll long seed) {
        assertPacketsOrRefusal(MQTT_5_0, damaged(encode(MQTT_5_0, packet), new Random(seed)));
    }

    @Property(tries = 500)
    void damagedPacketOf311IsRefusedOrIsAnotherPacket(@ForAll @From("packetsOf311") Packet packet, @ForAll long seed) {
        assertPacketsOrRefusal(MQTT_3_1_1, damaged(encode(MQTT_3_1_1, packet), new Random(seed)));
    }

    /** Changes, removes or inserts up to three bytes, and mostly mends the length when it fits one byte. */
    static byte[] damaged(byte[] packet, Random random) {
        byte[] bytes = packet.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    longer[at] = (byte) random.nextInt(256);
                    bytes = longer;
                }
            }
        }
        if (random.nextInt(4) > 0 && bytes.length <= 129 && bytes.length >= 2) {
            bytes[1] = (byte) (bytes.length - 2);
        }
        return bytes;
    }

    /** Whatever comes out can also be sent, and sent again it is the same. */
    private static void assertPacketsOrRefusal(ProtocolVersion version, byte[] bytes) {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        PacketDecoder decoder = decoder(version);
        try {
            while (true) {
                int before = source.position();
                Packet packet = decoder.decode(source);
                if (packet == null) {
                    assertThat(source.position()).isEqualTo(before);
                    return;
                }
                assertThat(source.position()).isGreaterThanOrEqualTo(before + 2);
                ProtocolVersion spoken = packet instanceof Connect connect ? connect.protocolVersion() : version;
                assertThat(Bytes.decode(spoken, encode(spoken, packet))).isEqualTo(packet);
                if (packet instanceof Connect) {
                    return; // what follows may be of another version than was asked for
                }
            }
        } catch (ProtocolViolationException refused) {
            assertThat(refused.reasonCode()).isNotNull();
            assertThat(source.limit()).isEqualTo(bytes.length);
        }
    }
}

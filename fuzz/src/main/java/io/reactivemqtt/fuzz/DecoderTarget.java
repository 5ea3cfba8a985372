package io.reactivemqtt.fuzz;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.codec.DecoderLimits;
import io.reactivemqtt.codec.PacketDecoder;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Connect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decoder: a byte for the version, one for the pieces in which the rest arrives, then what a peer sends. Out come packets, then a
 * violation or nothing; the same in pieces as at once; what came out is written and read again as it was; and no more is allocated
 * than a multiple of what arrived.
 */
public final class DecoderTarget {

    private static final int HEAD = 2;
    private static final int LARGEST_PACKET = 1024 * 1024;
    private static final DecoderLimits LIMITS = new DecoderLimits(LARGEST_PACKET, 64);

    /** Tables, exceptions with their stacks, and what looking at it takes itself. */
    private static final long ALLOCATED_ALWAYS = 64 * 1024;

    private static final long ALLOCATED_PER_BYTE = 200;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private DecoderTarget() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < HEAD) {
            return;
        }
        ProtocolVersion version = (input[0] & 1) == 0 ? ProtocolVersion.MQTT_5_0 : ProtocolVersion.MQTT_3_1_1;
        int length = input.length - HEAD;
        List<Packet> packets = new ArrayList<>();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        ProtocolViolationException violation = atOnce(version, ByteBuffer.wrap(input, HEAD, length), packets);
        if (THREADS.getCurrentThreadAllocatedBytes() - before > mostAllocated(length)) {
            before = THREADS.getCurrentThreadAllocatedBytes(); // the first time, classes are loaded
            atOnce(version, ByteBuffer.wrap(input, HEAD, length), new ArrayList<>());
            Promise.that(
                    THREADS.getCurrentThreadAllocatedBytes() - before <= mostAllocated(length),
                    "more is allocated than what arrives accounts for");
        }
        List<Packet> again = new ArrayList<>();
        ProtocolViolationException violationAgain = inPieces(version, input, again, new Pieces(input[1]));
        Promise.equal(again, packets, "pieces matter");
        Promise.equal(said(violationAgain), said(violation), "pieces matter to what is wrong");
        for (Packet packet : packets) {
            ProtocolVersion spoken = packet instanceof Connect connect ? connect.protocolVersion() : version;
            writtenAndRead(spoken, packet);
            version = spoken;
        }
    }

    private static long mostAllocated(int length) {
        return ALLOCATED_ALWAYS + ALLOCATED_PER_BYTE * length;
    }

    private static @Nullable String said(@Nullable ProtocolViolationException violation) {
        return violation == null ? null : violation.reasonCode() + " " + violation.getMessage();
    }

    private static @Nullable ProtocolViolationException atOnce(
            ProtocolVersion version, ByteBuffer source, List<Packet> packets) {
        PacketDecoder decoder = new PacketDecoder(version, LIMITS);
        int limit = source.limit();
        try {
            while (true) {
                int before = source.position();
                Packet packet = decoder.decode(source);
                Promise.that(source.limit() == limit, "the limit is moved");
                if (packet == null) {
                    Promise.that(source.position() == before, "the position is moved without a packet");
                    return null;
                }
                Promise.that(source.position() >= before + 2, "a packet has no bytes");
                packets.add(packet);
            }
        } catch (ProtocolViolationException violation) {
            Promise.that(violation.reasonCode() != null, "there is no Reason Code");
            Promise.that(source.limit() == limit, "the limit is moved");
            return violation;
        }
    }

    /** As a connection reads: short acknowledgements by the way of their own, and what is missing is known. */
    private static @Nullable ProtocolViolationException inPieces(
            ProtocolVersion version, byte[] input, List<Packet> packets, Pieces pieces) {
        PacketDecoder decoder = new PacketDecoder(version, LIMITS);
        ByteBuffer source = ByteBuffer.wrap(input, HEAD, 0);
        try {
            while (source.limit() < input.length) {
                source.limit(source.limit() + pieces.next(input.length - source.limit()));
                while (one(decoder, source, packets)) {
                    // until there is no whole packet any more
                }
                Promise.that(PacketDecoder.missing(source) > 0, "nothing is missing of what is no packet yet");
            }
            return null;
        } catch (ProtocolViolationException violation) {
            return violation;
        }
    }

    private static boolean one(PacketDecoder decoder, ByteBuffer source, List<Packet> packets) {
        int acknowledgement = decoder.takeAcknowledgement(source);
        if (acknowledgement != PacketDecoder.NO_ACKNOWLEDGEMENT) {
            PacketType type = PacketDecoder.acknowledgedType(acknowledgement);
            packets.add(Acknowledgement.of(
                    type, PacketDecoder.acknowledgedIdentifier(acknowledgement), ReasonCode.SUCCESS));
            return true;
        }
        Packet packet = decoder.decode(source);
        return packet != null && packets.add(packet);
    }

    private static void writtenAndRead(ProtocolVersion version, Packet packet) {
        PacketEncoder encoder = PacketEncoder.of(version);
        ByteBuffer bytes = ByteBuffer.allocate(encoder.encodedLength(packet));
        encoder.encode(packet, bytes);
        Promise.that(!bytes.hasRemaining(), "encodedLength is wrong");
        Packet read = new PacketDecoder(version, LIMITS).decode(bytes.flip());
        Promise.equal(read, packet, "a packet is read otherwise than it was written");
        Promise.that(!bytes.hasRemaining(), "a packet is not read to its end");
    }
}

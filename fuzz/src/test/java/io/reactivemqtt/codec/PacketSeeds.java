package io.reactivemqtt.codec;

import io.reactivemqtt.ProtocolVersion;
import java.util.List;
import java.util.stream.Stream;

/** The bytes of the packets that the codec is tested with, of all kinds and with all that may stand in them. */
public final class PacketSeeds {

    private PacketSeeds() {}

    /** Returns those of {@code version}. */
    public static List<byte[]> of(ProtocolVersion version) {
        return Stream.concat(GoldenPacket.all().stream(), GoldenPacket.decodedOnly().stream())
                .filter(golden -> golden.version() == version)
                .map(golden -> Bytes.bytes(golden.bytes()))
                .toList();
    }
}

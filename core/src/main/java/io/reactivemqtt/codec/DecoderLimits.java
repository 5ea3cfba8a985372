package io.reactivemqtt.codec;

/**
 * What a {@link PacketDecoder} takes from its peer at most; whatever is beyond is refused with a Reason Code.
 *
 * <p>What stands inside a packet has no limit of its own but the packet's: nothing that is read takes more than a small multiple
 * of the bytes that arrived.
 *
 * @param maximumPacketSize the largest packet in bytes, header included, 2 to 268,435,460; more: 0x95
 * @param topicAliasMaximum the highest Topic Alias, 0 to 65,535; 0: none at all; more: 0x94
 */
public record DecoderLimits(int maximumPacketSize, int topicAliasMaximum) {

    /** Packets of 1 MiB, no Topic Alias. */
    public static final DecoderLimits DEFAULT = new DecoderLimits(1024 * 1024, 0);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a limit is out of its range
     */
    public DecoderLimits {
        requirePacketSize(maximumPacketSize);
        if (topicAliasMaximum < 0 || topicAliasMaximum > 65_535) {
            throw new IllegalArgumentException("the Topic Alias Maximum is 0 to 65535, not " + topicAliasMaximum);
        }
    }

    static int requirePacketSize(int bytes) {
        if (bytes < 2) {
            throw new IllegalArgumentException("the Maximum Packet Size is at least 2 bytes, not " + bytes);
        }
        return bytes;
    }
}

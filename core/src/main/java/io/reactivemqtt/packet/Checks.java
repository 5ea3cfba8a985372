package io.reactivemqtt.packet;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.check.Utf8;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What several packets refuse. */
final class Checks {

    private Checks() {}

    static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }

    static void requirePacketIdentifier(int packetIdentifier) {
        if (packetIdentifier < 1 || packetIdentifier > 65_535) {
            throw new IllegalArgumentException("a Packet Identifier is 1 to 65535, not " + packetIdentifier);
        }
    }

    static void requireListed(ReasonCode reasonCode, Set<ReasonCode> listed, PacketType type) {
        if (!listed.contains(reasonCode)) {
            throw new IllegalArgumentException(type + " does not carry the Reason Code " + reasonCode);
        }
    }

    static void requireText(@Nullable String text, String what) {
        if (text != null) {
            Utf8.require(text, what);
        }
    }

    static void requireRange(@Nullable Integer value, int minimum, int maximum, String what) {
        if (value != null && (value < minimum || value > maximum)) {
            throw new IllegalArgumentException(what + " is " + minimum + " to " + maximum + ", not " + value);
        }
    }

    static void requireUnsigned32(@Nullable Long value, long minimum, String what) {
        if (value != null && (value < minimum || value > 0xFFFF_FFFFL)) {
            throw new IllegalArgumentException(what + " is " + minimum + " to 4294967295, not " + value);
        }
    }
}

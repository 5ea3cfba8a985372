package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Input.protocolError;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.exception.ProtocolViolationException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The Topic Names that this connection has received: those that stand behind a Topic Alias, and a small cache of the others.
 *
 * <p>Most messages repeat a Topic Name of before, many the last one. The cache compares bytes in the buffer, so a hit neither
 * decodes nor allocates. A name has two slots; the third that wants the same two drives the older one out.
 */
final class ReceivedTopicNames {

    private static final int SLOTS = 256; // a power of two
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L; // odd, half of its bits set
    private static final int LONGEST_CACHED = 256; // bytes, so that a peer cannot make the cache large

    private @Nullable TopicName last;
    private @Nullable TopicName @Nullable [] cache; // made when the second name comes
    private final int topicAliasMaximum;
    private @Nullable TopicName @Nullable [] aliases; // made when the first alias comes; index 0 stays empty

    ReceivedTopicNames(int topicAliasMaximum) {
        this.topicAliasMaximum = topicAliasMaximum;
    }

    /**
     * Reads a Topic Name, or null for one of no bytes.
     *
     * @throws ProtocolViolationException if it is not well-formed UTF-8
     * @throws IllegalArgumentException if it has a wildcard [MQTT-3.3.2-2]
     */
    @Nullable
    TopicName read(ByteBuffer source) {
        int length = Input.lengthOfWhatFollows(source);
        if (length == 0) {
            return null;
        }
        if (length > LONGEST_CACHED) {
            return TopicName.of(Input.string(source, length));
        }
        int start = source.position();
        TopicName topicName = last;
        if (topicName != null && topicName.encodesTo(source, start, length)) {
            source.position(start + length);
            return topicName;
        }
        topicName = topicName == null ? TopicName.of(Input.string(source, length)) : another(source, start, length);
        last = topicName;
        return topicName;
    }

    private TopicName another(ByteBuffer source, int start, int length) {
        @Nullable TopicName[] known = cache;
        if (known == null) {
            known = new @Nullable TopicName[SLOTS];
            cache = known;
        }
        int slot = slot(source, start, length);
        for (int either = slot; either <= slot + 1; either++) {
            TopicName cached = known[either];
            if (cached != null && cached.encodesTo(source, start, length)) {
                source.position(start + length);
                return cached;
            }
        }
        TopicName topicName = TopicName.of(Input.string(source, length));
        known[slot + 1] = known[slot];
        known[slot] = topicName;
        return topicName;
    }

    /** Returns the first of the two slots of a name; eight bytes at once, for it is worked out for every message. */
    private static int slot(ByteBuffer source, int start, int length) {
        int end = start + length;
        int at = start;
        long hash = length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = (hash ^ source.getLong(at)) * MIX;
            hash ^= hash >>> 32;
        }
        for (; at < end; at++) {
            hash = (hash ^ source.get(at)) * MIX;
        }
        return (int) (hash >>> 40) & SLOTS - 2;
    }

    /**
     * Returns the Topic Name of a PUBLISH with a Topic Alias, and remembers it if it came along (MQTT 5.0 §3.3.2.3.4).
     *
     * @param topicName as it came along, or null
     * @throws ProtocolViolationException if the alias is out of range, or stands for nothing yet
     */
    TopicName resolve(int topicAlias, @Nullable TopicName topicName) {
        if (topicAlias == 0 || topicAlias > topicAliasMaximum) {
            throw new ProtocolViolationException(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "the Topic Alias " + topicAlias + " is not in 1 to " + topicAliasMaximum
                            + " [MQTT-3.1.2-26] [MQTT-3.3.2-8]");
        }
        if (aliases == null) {
            aliases = new @Nullable TopicName[topicAliasMaximum + 1];
        }
        if (topicName != null) {
            aliases[topicAlias] = topicName;
            return topicName;
        }
        TopicName known = aliases[topicAlias];
        if (known == null) {
            throw protocolError(
                    "the Topic Alias " + topicAlias + " is unknown: no PUBLISH of this connection has set it");
        }
        return known;
    }
}

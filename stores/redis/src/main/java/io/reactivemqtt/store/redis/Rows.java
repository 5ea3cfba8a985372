package io.reactivemqtt.store.redis;

import io.reactivemqtt.store.common.Entry;
import io.reactivemqtt.store.common.RecoveryReader.Section;
import io.reactivemqtt.store.common.Row;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Rows, places and what else the scripts keep, as bytes whose order is that of the numbers: a score of a sorted set is a double, in which
 * not all numbers have room.
 */
final class Rows {

    /** Of a row: its kind, and its key. */
    static final int ROW = 1 + Long.BYTES;

    /** Of what is kept beside a content: place and Packet Identifier. */
    static final int STATE = Long.BYTES + Short.BYTES;

    /** No place has these bytes: places are positive. */
    private static final long NO_PLACE = Long.MIN_VALUE;

    private static final byte WITHOUT_PLACE = 0;
    private static final byte WITH_PLACE = 1;

    private Rows() {}

    /** Adds a number so that unsigned bytes have its order. */
    private static ByteBuffer put(ByteBuffer bytes, long number) {
        return bytes.putLong(number ^ Long.MIN_VALUE);
    }

    static ByteBuffer put(ByteBuffer bytes, Row row) {
        return put(bytes.put((byte) row.kind()), row.key());
    }

    static ByteBuffer put(ByteBuffer bytes, @Nullable Long place, int packetIdentifier) {
        return put(bytes, place == null ? NO_PLACE : place).putShort((short) packetIdentifier);
    }

    static byte[] of(Row row) {
        byte[] bytes = new byte[ROW];
        put(ByteBuffer.wrap(bytes), row);
        return bytes;
    }

    /** Returns the argument that begins a page behind {@code after}. */
    static byte[] behind(Section section, long after) {
        int length = 3 + Long.BYTES + (section.isByPlace() ? Long.BYTES : 0);
        byte[] bytes = new byte[length];
        ByteBuffer begin = ByteBuffer.wrap(bytes).put((byte) '(');
        put(begin.put((byte) section.kind()).put(flag(section)), after);
        if (section.isByPlace()) {
            begin.putLong(-1L); // whatever the key at that place is
        }
        return bytes;
    }

    /** Returns the argument that ends all pages of {@code section}. */
    static byte[] endOf(Section section) {
        return new byte[] {'(', (byte) section.kind(), (byte) (flag(section) + 1)};
    }

    private static byte flag(Section section) {
        return section.isByPlace() ? WITH_PLACE : WITHOUT_PLACE;
    }

    /** Returns what was read; where the parts do not belong together, with an identifier that no message has. */
    static Entry entry(byte[] member, byte[] state, byte[] content) {
        ByteBuffer ordered = ByteBuffer.wrap(member);
        short kind = ordered.get();
        Long place = ordered.get() == WITH_PLACE ? number(ordered) : null;
        Row row = new Row(kind, number(ordered));
        ByteBuffer beside = ByteBuffer.wrap(state.length == STATE ? state : new byte[STATE]);
        long placeBeside = number(beside);
        boolean agree = placeBeside == (place == null ? NO_PLACE : place);
        return new Entry(row, place, agree ? Short.toUnsignedInt(beside.getShort()) : -1, content);
    }

    private static long number(ByteBuffer bytes) {
        return bytes.getLong() ^ Long.MIN_VALUE;
    }
}

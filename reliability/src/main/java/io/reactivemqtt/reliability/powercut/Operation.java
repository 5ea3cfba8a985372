package io.reactivemqtt.reliability.powercut;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a process did to a file, as {@code recorder.c} has written it down. */
final class Operation {

    /** Kind, length of the name, offset, length of the data. */
    private static final int HEAD = 1 + Short.BYTES + Long.BYTES + Integer.BYTES;

    private final Kind kind;
    private final String name;
    private final int offset;
    private final byte[] data;

    /** What can be done. */
    enum Kind {
        WRITE('W'),
        TRUNCATE('T'),
        CREATE('C'),
        UNLINK('U'),
        SYNC('S');

        private final char sign;

        Kind(char sign) {
            this.sign = sign;
        }

        private static Kind of(byte sign) throws IOException {
            for (Kind kind : values()) {
                if (kind.sign == sign) {
                    return kind;
                }
            }
            throw new IOException("the record has the kind " + sign);
        }
    }

    Operation(Kind kind, String name, long offset, byte[] data) {
        this.kind = kind;
        this.name = name;
        this.offset = Math.toIntExact(offset);
        this.data = data;
    }

    Kind kind() {
        return kind;
    }

    /** Returns the name of the file; empty for the directory itself. */
    String name() {
        return name;
    }

    /** Returns where it is written, or the size of what is cut off. */
    int offset() {
        return offset;
    }

    /** Returns what is written; not a copy. */
    byte[] data() {
        return data;
    }

    int end() {
        return offset + data.length;
    }

    boolean is(Kind one) {
        return kind == one;
    }

    @Override
    public String toString() {
        return kind + " " + name + " " + offset + "+" + data.length;
    }

    /** Returns all that stands in {@code record}, in its order. */
    static List<Operation> read(Path record) throws IOException {
        List<Operation> operations = new ArrayList<>();
        try (InputStream file = Files.newInputStream(record);
                DataInputStream in = new DataInputStream(new BufferedInputStream(file))) {
            for (byte[] head = in.readNBytes(HEAD); head.length > 0; head = in.readNBytes(HEAD)) {
                if (head.length < HEAD) {
                    throw new EOFException("the record ends within " + operations.size());
                }
                ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.nativeOrder());
                Kind kind = Kind.of(fields.get());
                byte[] name = new byte[Short.toUnsignedInt(fields.getShort())];
                long offset = fields.getLong();
                byte[] data = new byte[fields.getInt()];
                in.readFully(name);
                in.readFully(data);
                operations.add(new Operation(kind, new String(name, StandardCharsets.UTF_8), offset, data));
            }
        }
        return operations;
    }
}

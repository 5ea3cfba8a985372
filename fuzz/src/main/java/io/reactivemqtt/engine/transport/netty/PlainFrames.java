package io.reactivemqtt.engine.transport.netty;

import io.reactivemqtt.fuzz.Pieces;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** What a Server's frames say, by RFC 6455 §5 in the simplest way: the bytes of MQTT in them, up to the first that is none. */
final class PlainFrames {

    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PONG = 10;
    private static final int LARGEST = 64 * 1024;
    private static final int LARGEST_CONTROL = 125;

    private final byte[] stream;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private boolean isInMessage;
    private boolean areGoingOn = true;
    private int at;

    private PlainFrames(byte[] stream) {
        this.stream = stream;
    }

    static PlainFrames of(byte[] stream) {
        PlainFrames frames = new PlainFrames(stream);
        while (frames.areGoingOn && frames.next()) {
            // until one has not all arrived
        }
        return frames;
    }

    /** Returns the bytes of MQTT. */
    byte[] payload() {
        return payload.toByteArray();
    }

    /** Tells whether more may follow. */
    boolean areGoingOn() {
        return areGoingOn;
    }

    private int left() {
        return stream.length - at;
    }

    private boolean next() {
        if (left() < 1) {
            return false;
        }
        int first = stream[at] & 0xFF;
        int code = first & 0x0F;
        if (left() < 2) {
            return false;
        }
        int second = stream[at + 1] & 0xFF;
        int shortLength = second & 0x7F;
        areGoingOn = (first & RESERVED) == 0
                && (second & MASKED) == 0
                && (code >= CLOSE ? isControl(first, shortLength) : isData(code));
        if (!areGoingOn) {
            return false;
        }
        int lengthBytes = shortLength < 126 ? 0 : shortLength == 126 ? 2 : 8;
        if (left() < 2 + lengthBytes) {
            return false;
        }
        long length = shortLength;
        if (lengthBytes > 0) {
            length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | (stream[at + 2 + i] & 0xFF);
            }
            if (length < (lengthBytes == 2 ? 126 : 65_536)) {
                areGoingOn = false; // not the shortest way to say it
                return false;
            }
        }
        if (length > LARGEST) {
            areGoingOn = false;
            return false;
        }
        int start = at + 2 + lengthBytes;
        if (stream.length - start < length) {
            return false;
        }
        at = start + (int) length;
        take(first, Arrays.copyOfRange(stream, start, at));
        return areGoingOn;
    }

    private static boolean isControl(int first, int length) {
        int code = first & 0x0F;
        return (first & FIN) != 0 && length <= LARGEST_CONTROL && code <= PONG && !(code == CLOSE && length == 1);
    }

    private boolean isData(int code) {
        return code == CONTINUATION ? isInMessage : code <= BINARY && !isInMessage;
    }

    private void take(int first, byte[] content) {
        int code = first & 0x0F;
        if (code == CLOSE || code == TEXT) {
            areGoingOn = false; // one ends it, the other is none of MQTT's [MQTT-6.0.0-1]
        } else if (code < CLOSE) {
            isInMessage = (first & FIN) == 0;
            payload.writeBytes(content);
        }
    }

    // ---- the other way

    /** Puts the bytes of {@code input} from {@code from} on into frames, with a ping here and there. */
    static byte[] framed(byte[] input, int from, Pieces pieces) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        boolean first = true;
        for (int start = from; start < input.length; ) {
            int length = pieces.next(input.length - start);
            int kind = pieces.next(16);
            boolean last = kind > 4;
            if (kind == 2) {
                length = 0;
            } else if (kind == 3) {
                frame(stream, FIN | 9, input, start, Math.min(length, LARGEST_CONTROL));
            }
            frame(stream, (last ? FIN : 0) | (first ? BINARY : CONTINUATION), input, start, length);
            first = last;
            start += length;
        }
        return stream.toByteArray();
    }

    private static void frame(ByteArrayOutputStream stream, int first, byte[] input, int start, int length) {
        stream.write(first);
        if (length < 126) {
            stream.write(length);
        } else {
            stream.write(126);
            stream.write(length >> 8);
            stream.write(length);
        }
        stream.write(input, start, length);
    }
}

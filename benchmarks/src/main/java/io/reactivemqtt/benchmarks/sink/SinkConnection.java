package io.reactivemqtt.benchmarks.sink;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * One client of the sink, in MQTT 5.0 or 3.1.1. What it is told by names:
 *
 * <ul>
 *   <li>SUBSCRIBE to {@code push/QOS/BYTES/COUNT}: so many messages of that size follow, to a topic of that name, with
 *       {@value #WINDOW} unacknowledged at most and what the client's Receive Maximum allows.
 *   <li>PUBLISH to {@code hold/…}: is not acknowledged, to {@code fence}: is acknowledged, but not counted.
 *   <li>a Client Identifier that begins with {@code wide}: is told no Receive Maximum; all others {@value #WINDOW}.
 * </ul>
 */
final class SinkConnection {

    private static final int WINDOW = 1000;
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int ROOM_FOR_ANSWERS = 64 * 1024;
    private static final int LONGEST_ANSWER = 128;
    private static final int PROPERTY_RECEIVE_MAXIMUM = 0x21;
    private static final byte[] HOLD = "hold/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FENCE = "fence".getBytes(StandardCharsets.US_ASCII);

    private final SinkServer server;
    private final ByteChannel channel;

    /** Small until the first message: thousands of connections may rest here. */
    private ByteBuffer in = ByteBuffer.allocateDirect(1024);

    private ByteBuffer out = ByteBuffer.allocateDirect(1024);
    private boolean mqtt5;

    // ---- counted since the server was last told
    private int publishes;
    private int pushedNow;
    private int acknowledged;
    private int violations;

    // ---- what is pushed
    private byte[] pushed = {};
    private int pushedIdentifierAt;
    private int pushedQos;
    private int toPush;
    private int window = WINDOW;
    private int inFlight;
    private int nextIdentifier = 1;

    SinkConnection(SinkServer server, ByteChannel channel) {
        this.server = server;
        this.channel = channel;
    }

    /** Reads and writes; returns whether it waits for bytes to read, not for those that it writes to be taken. */
    boolean onReady(boolean writable, boolean readable) throws IOException {
        try {
            return exchange(writable, readable);
        } finally {
            tell();
        }
    }

    private void tell() {
        server.count(publishes, pushedNow, acknowledged, violations);
        publishes = 0;
        pushedNow = 0;
        acknowledged = 0;
        violations = 0;
    }

    private boolean exchange(boolean writable, boolean readable) throws IOException {
        if (writable) {
            write();
        }
        if (readable) {
            if (channel.read(in) < 0) {
                throw new EOFException();
            }
            takePackets();
            tell(); // before the answers leave: who has the one to a fence finds all counted
        }
        do {
            push();
            write();
        } while (canPush() && out.position() == 0);
        return out.position() == 0; // what is not taken stops the reading
    }

    private void write() throws IOException {
        if (out.position() > 0) {
            out.flip();
            channel.write(out);
            out.compact();
        }
    }

    // ---- packets

    private void takePackets() throws IOException {
        boolean busy = in.position() > in.capacity() / 2;
        in.flip();
        int consumed = 0;
        while (true) {
            in.position(consumed);
            if (in.remaining() < 2) {
                break;
            }
            int first = in.get() & 0xFF;
            int length = remainingLength();
            if (length < 0 || in.remaining() < length) {
                break;
            }
            int end = in.position() + length;
            if (out.remaining() < LONGEST_ANSWER) {
                growOut();
            }
            take(first, end);
            consumed = end;
        }
        in.position(consumed);
        in.compact();
        if (busy && in.capacity() < BUFFER_BYTES) {
            in = ByteBuffer.allocateDirect(BUFFER_BYTES).put(in.flip());
        }
    }

    private void growOut() {
        out = ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES * 2, out.capacity() * 2))
                .put(out.flip());
    }

    private int remainingLength() {
        int value = 0;
        for (int shift = 0; in.hasRemaining(); shift += 7) {
            int digit = in.get();
            value |= (digit & 0x7F) << shift;
            if (digit >= 0) {
                return value;
            }
        }
        return -1;
    }

    private void take(int first, int end) throws IOException {
        switch (first >> 4) {
            case 1 -> onConnect();
            case 3 -> onPublish(first >> 1 & 3);
            case 4, 7 -> onPushedAcknowledged();
            case 5 -> answer(0x62, in.getShort()); // PUBREC: PUBREL
            case 6 -> { // PUBREL: PUBCOMP
                publishes++;
                answer(0x70, in.getShort());
            }
            case 8 -> onSubscribe(end);
            case 10 -> onUnsubscribe();
            case 12 -> out.put((byte) 0xD0).put((byte) 0);
            case 14 -> throw new EOFException();
            default -> violations++;
        }
    }

    private void answer(int first, short identifier) {
        out.put((byte) first).put((byte) 2).putShort(identifier);
    }

    private void onConnect() {
        in.position(in.position() + 6); // MQTT
        mqtt5 = in.get() == 5;
        in.position(in.position() + 3); // flags, Keep Alive
        if (mqtt5) {
            int propertiesEnd = remainingLength() + in.position();
            readReceiveMaximum(propertiesEnd);
            in.position(propertiesEnd);
        }
        boolean wide = string().startsWith("wide");
        if (!mqtt5) {
            out.put(new byte[] {0x20, 2, 0, 0});
        } else if (wide) {
            out.put(new byte[] {0x20, 3, 0, 0, 0});
        } else {
            out.put(new byte[] {0x20, 6, 0, 0, 3, PROPERTY_RECEIVE_MAXIMUM, WINDOW >> 8, (byte) WINDOW});
        }
    }

    private void readReceiveMaximum(int end) {
        while (in.position() < end) {
            int property = in.get();
            switch (property) {
                case PROPERTY_RECEIVE_MAXIMUM -> window = Math.min(WINDOW, in.getShort() & 0xFFFF);
                case 0x11, 0x27 -> in.getInt();
                case 0x22 -> in.getShort();
                case 0x17, 0x19 -> in.get();
                default -> throw new IllegalStateException("a property that no benchmark sends: " + property);
            }
        }
    }

    private void onPublish(int qos) {
        int topicLength = in.getShort();
        int topicAt = in.position();
        if (qos == 0) {
            publishes++;
            return;
        }
        short identifier = in.getShort(topicAt + topicLength);
        if (qos == 2) {
            answer(0x50, identifier);
        } else if (!topicIs(HOLD, topicAt, topicLength)) {
            answer(0x40, identifier);
            if (!topicIs(FENCE, topicAt, topicLength)) {
                publishes++;
            }
        }
    }

    private boolean topicIs(byte[] beginning, int topicAt, int topicLength) {
        if (topicLength < beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if (in.get(topicAt + i) != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    private void onSubscribe(int end) {
        short identifier = in.getShort();
        if (mqtt5) {
            in.position(remainingLength() + in.position());
        }
        byte[] granted = new byte[64];
        int filters = 0;
        while (in.position() < end) {
            String filter = string();
            granted[filters++] = (byte) (in.get() & 3);
            if (filter.startsWith("push/")) {
                preparePush(filter);
            }
        }
        out.put((byte) 0x90).put((byte) (2 + (mqtt5 ? 1 : 0) + filters)).putShort(identifier);
        if (mqtt5) {
            out.put((byte) 0);
        }
        out.put(granted, 0, filters);
    }

    private void onUnsubscribe() {
        short identifier = in.getShort();
        if (mqtt5) {
            out.put((byte) 0xB0)
                    .put((byte) 4)
                    .putShort(identifier)
                    .put((byte) 0)
                    .put((byte) 0);
        } else {
            answer(0xB0, identifier);
        }
    }

    private String string() {
        byte[] bytes = new byte[in.getShort() & 0xFFFF];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // ---- pushing

    private void preparePush(String topic) {
        growOut();
        String[] words = topic.split("/", -1);
        byte[] name = topic.getBytes(StandardCharsets.US_ASCII);
        int payload = Integer.parseInt(words[2]);
        pushedQos = Integer.parseInt(words[1]);
        toPush = Integer.parseInt(words[3]);
        int length = 2 + name.length + (pushedQos > 0 ? 2 : 0) + (mqtt5 ? 1 : 0) + payload;
        ByteBuffer packet = ByteBuffer.allocate(length + 5);
        packet.put((byte) (0x30 | pushedQos << 1));
        for (int rest = length; ; rest >>>= 7) {
            packet.put((byte) (rest > 127 ? rest | 0x80 : rest));
            if (rest <= 127) {
                break;
            }
        }
        packet.putShort((short) name.length).put(name);
        pushedIdentifierAt = packet.position();
        packet.position(packet.position() + (pushedQos > 0 ? 2 : 0) + (mqtt5 ? 1 : 0) + payload);
        pushed = new byte[packet.position()];
        packet.flip().get(pushed);
    }

    private boolean canPush() {
        return toPush > 0 && (pushedQos == 0 || inFlight < window);
    }

    private void push() {
        while (canPush() && out.remaining() > pushed.length + ROOM_FOR_ANSWERS) {
            if (pushedQos > 0) {
                inFlight++;
                pushed[pushedIdentifierAt] = (byte) (nextIdentifier >> 8);
                pushed[pushedIdentifierAt + 1] = (byte) nextIdentifier;
                nextIdentifier = nextIdentifier % 65_535 + 1;
            }
            out.put(pushed);
            toPush--;
            pushedNow++;
        }
    }

    private void onPushedAcknowledged() {
        inFlight--;
        if (inFlight < 0) {
            violations++;
        }
        acknowledged++;
    }
}

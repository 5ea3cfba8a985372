package io.reactivemqtt.store.r2dbc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which row of a Session.
 *
 * @param kind one of the constants
 * @param key within the kind
 */
record Row(short kind, long key) {

    static final short SESSION = 0;
    static final short SUBSCRIPTION = 1;
    static final short INCOMING = 2;
    static final short RECEIPT = 3;
    static final short OUTGOING = 4;

    static final Row RESERVED = new Row(SESSION, 1);
    static final Row CONNECTION = new Row(SESSION, 2);

    static Row subscription(String topicFilter) {
        return new Row(SUBSCRIPTION, ByteBuffer.wrap(sha256(topicFilter)).getLong());
    }

    static Row incoming(int packetIdentifier) {
        return new Row(INCOMING, packetIdentifier);
    }

    static Row receipt(long sequence) {
        return new Row(RECEIPT, sequence);
    }

    static Row outgoing(long sequence) {
        return new Row(OUTGOING, sequence);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return switch (kind) {
            case SESSION -> key == RESERVED.key ? "highest sequence" : "end of the last connection";
            case SUBSCRIPTION -> "subscription";
            case INCOMING -> "identifier of an incoming message";
            case RECEIPT -> "receipt of message " + key;
            default -> "outgoing message " + key;
        };
    }
}

package io.reactivemqtt.store.common;

import java.nio.ByteBuffer;

/**
 * Which row of a Session.
 *
 * @param kind one of the constants
 * @param key within the kind
 */
public record Row(short kind, long key) {

    /** The highest sequence, and the end of the last connection. */
    public static final short SESSION = 0;
    /** Subscriptions. */
    public static final short SUBSCRIPTION = 1;
    /** Packet Identifiers of received QoS 2 messages that were processed. */
    public static final short INCOMING = 2;
    /** Receipts of messages that were enqueued. */
    public static final short RECEIPT = 3;
    /** Messages to send. */
    public static final short OUTGOING = 4;

    static final Row RESERVED = new Row(SESSION, 1);
    static final Row CONNECTION = new Row(SESSION, 2);

    static Row subscription(String topicFilter) {
        return new Row(SUBSCRIPTION, ByteBuffer.wrap(Hashes.sha256(topicFilter)).getLong());
    }

    /** Returns the row of an incoming message. */
    public static Row incoming(int packetIdentifier) {
        return new Row(INCOMING, packetIdentifier);
    }

    static Row receipt(long sequence) {
        return new Row(RECEIPT, sequence);
    }

    static Row outgoing(long sequence) {
        return new Row(OUTGOING, sequence);
    }

    /** Says in words which it is. */
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

package io.reactivemqtt.codec;

import static io.reactivemqtt.codec.Property.Carrier.AUTH;
import static io.reactivemqtt.codec.Property.Carrier.CONNACK;
import static io.reactivemqtt.codec.Property.Carrier.CONNECT;
import static io.reactivemqtt.codec.Property.Carrier.DISCONNECT;
import static io.reactivemqtt.codec.Property.Carrier.PUBACK;
import static io.reactivemqtt.codec.Property.Carrier.PUBCOMP;
import static io.reactivemqtt.codec.Property.Carrier.PUBLISH;
import static io.reactivemqtt.codec.Property.Carrier.PUBREC;
import static io.reactivemqtt.codec.Property.Carrier.PUBREL;
import static io.reactivemqtt.codec.Property.Carrier.SUBACK;
import static io.reactivemqtt.codec.Property.Carrier.SUBSCRIBE;
import static io.reactivemqtt.codec.Property.Carrier.UNSUBACK;
import static io.reactivemqtt.codec.Property.Carrier.WILL;

import org.jspecify.annotations.Nullable;

/** The properties of MQTT 5.0, their types, and where each may stand (§2.2.2.2, table 2-4). */
enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, Type.ZERO_OR_ONE, PUBLISH, WILL),
    MESSAGE_EXPIRY_INTERVAL(0x02, Type.FOUR_BYTE_INTEGER, PUBLISH, WILL),
    CONTENT_TYPE(0x03, Type.STRING, PUBLISH, WILL),
    RESPONSE_TOPIC(0x08, Type.STRING, PUBLISH, WILL),
    CORRELATION_DATA(0x09, Type.BINARY_DATA, PUBLISH, WILL),
    SUBSCRIPTION_IDENTIFIER(0x0B, Type.VARIABLE_BYTE_INTEGER, PUBLISH, SUBSCRIBE),
    SESSION_EXPIRY_INTERVAL(0x11, Type.FOUR_BYTE_INTEGER, CONNECT, CONNACK, DISCONNECT),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Type.STRING, CONNACK),
    SERVER_KEEP_ALIVE(0x13, Type.TWO_BYTE_INTEGER, CONNACK),
    AUTHENTICATION_METHOD(0x15, Type.STRING, CONNECT, CONNACK, AUTH),
    AUTHENTICATION_DATA(0x16, Type.BINARY_DATA, CONNECT, CONNACK, AUTH),
    REQUEST_PROBLEM_INFORMATION(0x17, Type.ZERO_OR_ONE, CONNECT),
    WILL_DELAY_INTERVAL(0x18, Type.FOUR_BYTE_INTEGER, WILL),
    REQUEST_RESPONSE_INFORMATION(0x19, Type.ZERO_OR_ONE, CONNECT),
    RESPONSE_INFORMATION(0x1A, Type.STRING, CONNACK),
    SERVER_REFERENCE(0x1C, Type.STRING, CONNACK, DISCONNECT),
    REASON_STRING(0x1F, Type.STRING, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH),
    RECEIVE_MAXIMUM(0x21, Type.TWO_BYTE_INTEGER, CONNECT, CONNACK),
    TOPIC_ALIAS_MAXIMUM(0x22, Type.TWO_BYTE_INTEGER, CONNECT, CONNACK),
    TOPIC_ALIAS(0x23, Type.TWO_BYTE_INTEGER, PUBLISH),
    MAXIMUM_QOS(0x24, Type.ZERO_OR_ONE, CONNACK),
    RETAIN_AVAILABLE(0x25, Type.ZERO_OR_ONE, CONNACK),
    USER_PROPERTY(0x26, Type.STRING_PAIR, Carrier.values()),
    MAXIMUM_PACKET_SIZE(0x27, Type.FOUR_BYTE_INTEGER, CONNECT, CONNACK),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Type.ZERO_OR_ONE, CONNACK),
    SUBSCRIPTION_IDENTIFIERS_AVAILABLE(0x29, Type.ZERO_OR_ONE, CONNACK),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Type.ZERO_OR_ONE, CONNACK);

    /** What may have properties: the packets but PINGREQ and PINGRESP, and the Will inside CONNECT. */
    enum Carrier {
        CONNECT,
        CONNACK,
        PUBLISH,
        WILL,
        PUBACK,
        PUBREC,
        PUBREL,
        PUBCOMP,
        SUBSCRIBE,
        SUBACK,
        UNSUBSCRIBE,
        UNSUBACK,
        DISCONNECT,
        AUTH;

        @SuppressWarnings("EnumOrdinal") // never leaves this process
        private int bit() {
            return 1 << ordinal();
        }
    }

    /** How a value is encoded; a byte is 0 or 1 wherever there is one. */
    enum Type {
        ZERO_OR_ONE,
        TWO_BYTE_INTEGER,
        FOUR_BYTE_INTEGER,
        VARIABLE_BYTE_INTEGER,
        STRING,
        STRING_PAIR,
        BINARY_DATA
    }

    static final int HIGHEST_IDENTIFIER = 0x2A;

    private static final @Nullable Property[] BY_IDENTIFIER = new @Nullable Property[HIGHEST_IDENTIFIER + 1];

    static {
        for (Property property : values()) {
            BY_IDENTIFIER[property.identifier] = property;
        }
    }

    private final int identifier;
    private final Type type;
    private final int carriers;

    Property(int identifier, Type type, Carrier... carriers) {
        this.identifier = identifier;
        this.type = type;
        int bits = 0;
        for (Carrier carrier : carriers) {
            bits |= carrier.bit();
        }
        this.carriers = bits;
    }

    /** Returns the number in front of the value; each takes one byte. */
    int identifier() {
        return identifier;
    }

    Type type() {
        return type;
    }

    boolean mayStandIn(Carrier carrier) {
        return (carriers & carrier.bit()) != 0;
    }

    /** Tells whether it may come more than once in {@code carrier}: only what is a list there. */
    boolean mayRepeatIn(Carrier carrier) {
        return this == USER_PROPERTY || (this == SUBSCRIPTION_IDENTIFIER && carrier == PUBLISH);
    }

    /** Tells whether 0 is a Protocol Error. */
    boolean isNeverZero() {
        return this == RECEIVE_MAXIMUM || this == MAXIMUM_PACKET_SIZE || this == SUBSCRIPTION_IDENTIFIER;
    }

    /** Returns the property of an identifier, or null if the standard lists none. */
    static @Nullable Property of(int identifier) {
        return identifier > HIGHEST_IDENTIFIER ? null : BY_IDENTIFIER[identifier];
    }
}

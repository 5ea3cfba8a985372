package io.reactivemqtt;

import org.jspecify.annotations.Nullable;

/**
 * How an operation ended (MQTT 5.0 §2.4): below 0x80 well, from 0x80 on not.
 *
 * <p>Which packet may carry which code is the packet's own rule. MQTT 3.1.1's return codes are shown by the code that means
 * the same.
 */
public enum ReasonCode {
    /** 0x00: done; in SUBACK: granted QoS 0; in DISCONNECT: normal disconnection. */
    SUCCESS(0x00),
    /** 0x01, SUBACK: granted at most QoS 1. */
    GRANTED_QOS_1(0x01),
    /** 0x02, SUBACK: granted at most QoS 2. */
    GRANTED_QOS_2(0x02),
    /** 0x04, DISCONNECT: the Server shall publish the Will. */
    DISCONNECT_WITH_WILL_MESSAGE(0x04),
    /** 0x10, PUBACK and PUBREC: accepted, but nobody subscribes to it. */
    NO_MATCHING_SUBSCRIBERS(0x10),
    /** 0x11, UNSUBACK: there was no such subscription. */
    NO_SUBSCRIPTION_EXISTED(0x11),
    /** 0x18, AUTH: the exchange goes on. */
    CONTINUE_AUTHENTICATION(0x18),
    /** 0x19, AUTH: authenticate again. */
    REAUTHENTICATE(0x19),
    /** 0x80: no code that says more applies, or the sender does not say. */
    UNSPECIFIED_ERROR(0x80),
    /** 0x81: the bytes are no packet. */
    MALFORMED_PACKET(0x81),
    /** 0x82: the packet must not stand here, or says something it must not. */
    PROTOCOL_ERROR(0x82),
    /** 0x83: valid, but not accepted by this receiver. */
    IMPLEMENTATION_SPECIFIC_ERROR(0x83),
    /** 0x84: the Server does not speak this version of MQTT. */
    UNSUPPORTED_PROTOCOL_VERSION(0x84),
    /** 0x85: the Client Identifier is not allowed by the Server. */
    CLIENT_IDENTIFIER_NOT_VALID(0x85),
    /** 0x86: the Server does not accept this User Name or Password. */
    BAD_USER_NAME_OR_PASSWORD(0x86),
    /** 0x87: not allowed. */
    NOT_AUTHORIZED(0x87),
    /** 0x88: the Server is not available. */
    SERVER_UNAVAILABLE(0x88),
    /** 0x89: the Server is busy; try again later. */
    SERVER_BUSY(0x89),
    /** 0x8A: this client is banned. */
    BANNED(0x8A),
    /** 0x8B: the Server shuts down. */
    SERVER_SHUTTING_DOWN(0x8B),
    /** 0x8C: the authentication method is not supported, or not the one in use. */
    BAD_AUTHENTICATION_METHOD(0x8C),
    /** 0x8D: nothing was received for one and a half Keep Alive. */
    KEEP_ALIVE_TIMEOUT(0x8D),
    /** 0x8E: another connection uses the same Client Identifier. */
    SESSION_TAKEN_OVER(0x8E),
    /** 0x8F: a valid Topic Filter, but not accepted. */
    TOPIC_FILTER_INVALID(0x8F),
    /** 0x90: a valid Topic Name, but not accepted. */
    TOPIC_NAME_INVALID(0x90),
    /** 0x91: the Packet Identifier is in use already. */
    PACKET_IDENTIFIER_IN_USE(0x91),
    /** 0x92: the Packet Identifier is not known. */
    PACKET_IDENTIFIER_NOT_FOUND(0x92),
    /** 0x93: more unacknowledged messages than Receive Maximum allows. */
    RECEIVE_MAXIMUM_EXCEEDED(0x93),
    /** 0x94: Topic Alias 0, above the maximum, or not set. */
    TOPIC_ALIAS_INVALID(0x94),
    /** 0x95: larger than Maximum Packet Size. */
    PACKET_TOO_LARGE(0x95),
    /** 0x96: too many messages in too short a time. */
    MESSAGE_RATE_TOO_HIGH(0x96),
    /** 0x97: a limit imposed by the Server is exceeded. */
    QUOTA_EXCEEDED(0x97),
    /** 0x98: closed by an administrator. */
    ADMINISTRATIVE_ACTION(0x98),
    /** 0x99: the payload is not what its Payload Format Indicator says. */
    PAYLOAD_FORMAT_INVALID(0x99),
    /** 0x9A: the Server keeps no retained messages. */
    RETAIN_NOT_SUPPORTED(0x9A),
    /** 0x9B: a QoS above the Server's Maximum QoS. */
    QOS_NOT_SUPPORTED(0x9B),
    /** 0x9C: use another Server for now. */
    USE_ANOTHER_SERVER(0x9C),
    /** 0x9D: the Server has moved for good. */
    SERVER_MOVED(0x9D),
    /** 0x9E: the Server has no Shared Subscriptions. */
    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED(0x9E),
    /** 0x9F: connections come too fast. */
    CONNECTION_RATE_EXCEEDED(0x9F),
    /** 0xA0: the connection has lasted as long as it may. */
    MAXIMUM_CONNECT_TIME(0xA0),
    /** 0xA1: the Server has no Subscription Identifiers. */
    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED(0xA1),
    /** 0xA2: the Server has no subscriptions with wildcards. */
    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED(0xA2);

    private static final @Nullable ReasonCode[] BY_CODE = new @Nullable ReasonCode[256];

    static {
        for (ReasonCode reasonCode : values()) {
            BY_CODE[reasonCode.code] = reasonCode;
        }
    }

    private final int code;

    ReasonCode(int code) {
        this.code = code;
    }

    /** Returns the byte that stands in packets, 0 to 255. */
    public int code() {
        return code;
    }

    /** Tells whether the operation failed: the code is 0x80 or above. */
    public boolean isError() {
        return code >= 0x80;
    }

    /** Returns the Reason Code of a byte, or null if the standard lists none. */
    public static @Nullable ReasonCode of(int code) {
        return code < 0 || code > 255 ? null : BY_CODE[code];
    }

    /** Returns name and number, as in {@code NOT_AUTHORIZED (0x87)}. */
    @Override
    public String toString() {
        return String.format("%s (0x%02X)", name(), code);
    }
}

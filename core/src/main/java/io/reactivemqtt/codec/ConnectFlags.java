package io.reactivemqtt.codec;

/** The Connect Flags and what stands before them in CONNECT (MQTT 5.0 §3.1.2). */
final class ConnectFlags {

    static final String PROTOCOL_NAME = "MQTT";

    static final int RESERVED = 0b0000_0001;
    static final int CLEAN_START = 0b0000_0010;
    static final int WILL = 0b0000_0100;
    static final int WILL_QOS_SHIFT = 3;
    static final int WILL_RETAIN = 0b0010_0000;
    static final int PASSWORD = 0b0100_0000;
    static final int USER_NAME = 0b1000_0000;

    private ConnectFlags() {}
}

package io.reactivemqtt;

/** The versions of MQTT that this client speaks. */
public enum ProtocolVersion {
    /** MQTT 3.1.1, Protocol Level 4. */
    MQTT_3_1_1(4),
    /** MQTT 5.0, Protocol Version 5. */
    MQTT_5_0(5);

    private final int level;

    ProtocolVersion(int level) {
        this.level = level;
    }

    /** Returns the byte that stands for this version in CONNECT. */
    public int level() {
        return level;
    }
}

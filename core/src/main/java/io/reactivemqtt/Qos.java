package io.reactivemqtt;

/** Quality of Service: what sender and receiver do so that an Application Message arrives (MQTT 5.0 §4.3). */
public enum Qos {
    /** QoS 0: sent once, never acknowledged; a cut connection loses it. */
    AT_MOST_ONCE(0),
    /** QoS 1: acknowledged; sent again after a cut, so it may arrive twice. */
    AT_LEAST_ONCE(1),
    /** QoS 2: a handshake of four packets; arrives once. */
    EXACTLY_ONCE(2);

    private static final Qos[] LEVELS = values();

    private final int level;

    Qos(int level) {
        this.level = level;
    }

    /** Returns the number that stands in packets: 0, 1 or 2. */
    public int level() {
        return level;
    }

    /**
     * Returns the QoS of a level.
     *
     * @throws IllegalArgumentException if {@code level} is not 0, 1 or 2
     */
    public static Qos of(int level) {
        if (level < 0 || level >= LEVELS.length) {
            throw new IllegalArgumentException("QoS is 0, 1 or 2, not " + level);
        }
        return LEVELS[level];
    }
}

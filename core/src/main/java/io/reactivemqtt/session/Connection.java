package io.reactivemqtt.session;

/**
 * What is only true while connected: what was negotiated, and how much of it is used up. Dropping this is the reset.
 */
final class Connection {

    /** Counts connections, so that a flow tells whether it was sent on this one. */
    final int number;

    final ServerLimits limits;

    /** When its CONNACK came. */
    final long sinceNanos;

    /**
     * What is held back of the quota at first, because the connections before ended at once: it is given back as messages are
     * acknowledged, so that one message alone is seen to bring the next end about.
     */
    int heldBack;

    /**
     * How many QoS 1 and 2 PUBLISH packets may still be sent (MQTT 5.0 §4.9). A PUBREL that is sent again counts as one of
     * them until its PUBCOMP, so that the Server's Receive Maximum holds however it counts; so this may be below zero.
     */
    int sendQuota;

    Connection(int number, ServerLimits limits, long nowNanos) {
        this.number = number;
        this.limits = limits;
        this.sinceNanos = nowNanos;
        this.sendQuota = limits.receiveMaximum();
    }

    /** Lets one PUBLISH go at first, whatever the quota. */
    void beginWithOne() {
        heldBack = Math.max(0, sendQuota - 1);
        sendQuota -= heldBack;
    }

    /** A place in the window is free again; and another one, while some are held back. */
    void freed() {
        sendQuota++;
        if (heldBack > 0) {
            heldBack--;
            sendQuota++;
        }
    }
}

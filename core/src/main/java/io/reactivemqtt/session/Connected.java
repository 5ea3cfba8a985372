package io.reactivemqtt.session;

/**
 * What is only true while connected: what was negotiated, and how much of it is used up. Dropping this is the reset.
 */
final class Connected {

    /** Counts connections, so that a flow tells whether it was sent on this one. */
    final int number;

    final ServerLimits limits;

    /**
     * How many QoS 1 and 2 PUBLISH packets may still be sent (MQTT 5.0 §4.9). A PUBREL that is sent again counts as one of
     * them until its PUBCOMP, so that the Server's Receive Maximum holds however it counts; so this may be below zero.
     */
    int sendQuota;

    Connected(int number, ServerLimits limits) {
        this.number = number;
        this.limits = limits;
        this.sendQuota = limits.receiveMaximum();
    }
}

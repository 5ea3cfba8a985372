package io.reactivemqtt.session;

import io.reactivemqtt.packet.PacketType;
import org.jspecify.annotations.Nullable;

/**
 * All that is only true while connected: what was negotiated, how much of it is used up, and what waits on this connection. Dropping
 * this is the reset.
 */
final class Connection implements Phase {

    /** Counts connections, so that a flow tells whether it was sent on this one. */
    final int number;

    final ServerLimits limits;

    final KeepAlive keepAlive;

    /** What has arrived and waits; null until something has, for most of thousands of clients are idle. */
    @Nullable
    ReceiveWindow received;

    /** Whether the transport takes more. */
    boolean writable;

    /**
     * How many QoS 1 and 2 PUBLISH packets may still be sent (MQTT 5.0 §4.9). A PUBREL that is sent again counts as one of
     * them until its PUBCOMP, so that the Server's Receive Maximum holds however it counts; so this may be below zero.
     */
    int sendQuota;

    /** The sequence of the last message that was accepted before this connection: others are within its limits. */
    long acceptedBefore;

    /** An acknowledgement that had to leave and is larger than the Server takes: the connection cannot go on. */
    @Nullable
    PacketType unsayable;

    /** The wish to disconnect, which waits for messages on their way; meanwhile no new ones are taken. */
    @Nullable
    PendingDisconnect pendingDisconnect;

    /** A re-authentication under way. */
    @Nullable
    Authentication authentication;

    /** When messages at QoS 1 and 2 may leave, or might since: with its CONNACK, or after a while of quiet. */
    private long publishingSinceNanos;

    /** Whether that time is still to come. */
    private boolean quiet;

    /**
     * What is held back of the quota at first, because the connections before ended at once: it is given back as messages are
     * acknowledged, so that one message alone is seen to bring the next end about.
     */
    private int heldBack;

    Connection(int number, ServerLimits limits, KeepAlive keepAlive, boolean writable, long nowNanos) {
        this.number = number;
        this.limits = limits;
        this.keepAlive = keepAlive;
        this.writable = writable;
        this.publishingSinceNanos = nowNanos;
        this.sendQuota = limits.receiveMaximum();
    }

    /** Lets no message at QoS 1 or 2 go before {@code untilNanos}, and then one alone, whatever the quota. */
    void beginQuietly(long untilNanos) {
        quiet = true;
        publishingSinceNanos = untilNanos;
        heldBack = Math.max(0, sendQuota - 1);
        sendQuota -= heldBack;
    }

    /** Ends the quiet if it is time; true if it did. */
    boolean endQuiet(long nowNanos) {
        boolean over = quiet && nowNanos - publishingSinceNanos >= 0;
        if (over) {
            quiet = false;
            publishingSinceNanos = nowNanos;
        }
        return over;
    }

    long publishingSinceNanos() {
        return publishingSinceNanos;
    }

    /** Tells whether a message at QoS 1 or 2 may leave now. */
    boolean takesPublish() {
        return writable && sendQuota > 0 && !quiet;
    }

    /** A place in the window is free again; and another one, while some are held back. */
    void freed() {
        if (quiet && sendQuota > 0) {
            heldBack++;
            return;
        }
        sendQuota++;
        if (heldBack > 0) {
            heldBack--;
            sendQuota++;
        }
    }

    @Override
    public long deadlineNanos() {
        long deadline = keepAlive.deadlineNanos();
        if (quiet) {
            deadline = Math.min(deadline, publishingSinceNanos);
        }
        if (authentication != null) {
            deadline = Math.min(deadline, authentication.deadlineNanos());
        }
        return pendingDisconnect == null ? deadline : Math.min(deadline, pendingDisconnect.deadlineNanos());
    }
}

package io.reactivemqtt.testkit.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A message that the Server has for the client, and what became of it. Any thread. */
public final class Delivery {

    /** Where it stands in the exchange of packets. */
    enum Stage {
        /** It was never sent. */
        WAITING,
        /** PUBLISH was sent. */
        SENT,
        /** QoS 2: the client has acknowledged by PUBREC. */
        RECEIVED,
        /** Nothing more is sent of it. */
        DONE
    }

    private final ApplicationMessage message;
    private final long acceptedNanos;
    private final AtomicInteger sent = new AtomicInteger();
    private volatile Stage stage = Stage.WAITING;
    private volatile @Nullable ReasonCode acknowledgement;

    Delivery(ApplicationMessage message, long acceptedNanos) {
        this.message = message;
        this.acceptedNanos = acceptedNanos;
    }

    /** Returns the message, with the QoS at which it is sent. */
    public ApplicationMessage message() {
        return message;
    }

    /**
     * Returns how often it was sent: 0 if it waits or has expired, more than once if the client had not acknowledged it when the
     * connection was lost.
     */
    public int timesSent() {
        return sent.get();
    }

    /** Tells whether the client has acknowledged it, which it never does at QoS 0. */
    public boolean isAcknowledged() {
        return acknowledgement != null;
    }

    /** Returns the Reason Code of the PUBACK or PUBREC, or null if none has come. */
    public @Nullable ReasonCode acknowledgement() {
        return acknowledgement;
    }

    Stage stage() {
        return stage;
    }

    /** Returns the message with what is left of its Message Expiry Interval, or null if that has passed before it was ever sent. */
    @Nullable
    ApplicationMessage at(long nowNanos) {
        Duration interval = message.properties().messageExpiryInterval();
        if (interval == null) {
            return message;
        }
        Duration left = interval.minusSeconds(TimeUnit.NANOSECONDS.toSeconds(nowNanos - acceptedNanos));
        if (stage == Stage.WAITING && (left.isNegative() || left.isZero())) {
            return null;
        }
        return message.withMessageExpiryInterval(left.isNegative() ? Duration.ZERO : left);
    }

    void expired() {
        stage = Stage.DONE;
    }

    void sent() {
        sent.incrementAndGet();
        stage = message.qos() == Qos.AT_MOST_ONCE ? Stage.DONE : Stage.SENT;
    }

    void acknowledged(ReasonCode reasonCode) {
        acknowledgement = reasonCode;
        stage = message.qos() == Qos.EXACTLY_ONCE && !reasonCode.isError() ? Stage.RECEIVED : Stage.DONE;
    }

    @Override
    public String toString() {
        return "Delivery[" + message + ", sent " + sent + " times, acknowledged " + acknowledgement + "]";
    }
}

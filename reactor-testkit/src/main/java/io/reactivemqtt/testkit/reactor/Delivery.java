package io.reactivemqtt.testkit.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A message that the Server has for the client, and what became of it. Any thread. */
public final class Delivery {

    /** Where it stands in the exchange of packets. */
    enum Stage {
        /** It was never sent, or not on this connection. */
        WAITING,
        /** PUBLISH was sent. */
        SENT,
        /** QoS 2: the client has acknowledged by PUBREC. */
        RECEIVED,
        /** Nothing more is sent of it. */
        DONE
    }

    private final ApplicationMessage message;
    private volatile Stage stage = Stage.WAITING;
    private final AtomicInteger sent = new AtomicInteger();
    private volatile @Nullable ReasonCode acknowledgement;

    Delivery(ApplicationMessage message) {
        this.message = message;
    }

    /** Returns the message, with the QoS at which it is sent. */
    public ApplicationMessage message() {
        return message;
    }

    /** Returns how often it was sent: more than once if the client did not acknowledge it before the connection was lost. */
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

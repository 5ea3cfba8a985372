package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.packet.Publish;
import org.jspecify.annotations.Nullable;

/**
 * One incoming QoS 1 or 2 message between its arrival and its last acknowledgement: the handle by which the application says
 * that it is done. It belongs to the session that made it.
 */
public final class Delivery {

    /** How far an incoming flow is; {@link IncomingFlows} has the table. */
    enum Stage {
        DELIVERED,
        RECEIVED
    }

    final int packetIdentifier;
    final Qos qos;
    final long receivedNanos;

    /** Null where an earlier process received it. */
    final @Nullable TopicName topicName;

    /** The message, until the application is done with it. */
    @Nullable
    ApplicationMessage message;

    int connectionNumber;
    Stage stage = Stage.DELIVERED;
    ReasonCode reasonCode = ReasonCode.SUCCESS;
    boolean pubRecSent;

    Delivery(Publish publish, int connectionNumber, long nowNanos) {
        this.packetIdentifier = publish.packetIdentifier();
        this.message = publish.message();
        this.topicName = message.topicName();
        this.qos = message.qos();
        this.connectionNumber = connectionNumber;
        this.receivedNanos = nowNanos;
    }

    private Delivery(int packetIdentifier, long nowNanos) {
        this.packetIdentifier = packetIdentifier;
        this.topicName = null;
        this.qos = Qos.EXACTLY_ONCE;
        this.receivedNanos = nowNanos;
        this.stage = Stage.RECEIVED;
        this.pubRecSent = true; // perhaps; so a PUBREL is no surprise
    }

    /** Tells whether a crash does not lose it: the application is done with it, and has not refused it. */
    boolean isStored() {
        return stage == Stage.RECEIVED && !reasonCode.isError();
    }

    /** Returns what an earlier process was done with. */
    static Delivery recovered(int packetIdentifier, long nowNanos) {
        return new Delivery(packetIdentifier, nowNanos);
    }
}

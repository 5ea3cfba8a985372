package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
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

    final char packetIdentifier;
    final boolean exactlyOnce;
    final long receivedNanos;

    /** Null where an earlier process received it; at QoS 2 without its payload once the application is done with it. */
    @Nullable
    ApplicationMessage message;

    int connectionNumber;
    Stage stage = Stage.DELIVERED;
    ReasonCode reasonCode = ReasonCode.SUCCESS;
    boolean pubRecSent;

    Delivery(Publish publish, int connectionNumber, long nowNanos) {
        this.packetIdentifier = (char) publish.packetIdentifier();
        this.message = publish.message();
        this.exactlyOnce = message.qos() == Qos.EXACTLY_ONCE;
        this.connectionNumber = connectionNumber;
        this.receivedNanos = nowNanos;
    }

    private Delivery(int packetIdentifier, long nowNanos) {
        this.packetIdentifier = (char) packetIdentifier;
        this.exactlyOnce = true;
        this.receivedNanos = nowNanos;
        this.stage = Stage.RECEIVED;
        this.pubRecSent = true; // perhaps; so a PUBREL is no surprise
    }

    Qos qos() {
        return exactlyOnce ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE;
    }

    /** The application is done with it; the Server may take long to release it, and nobody needs the payload. */
    void done(ReasonCode answer) {
        stage = Stage.RECEIVED;
        reasonCode = answer;
        if (exactlyOnce && message != null) {
            message = ApplicationMessage.of(message.topicName(), Payload.EMPTY, Qos.EXACTLY_ONCE);
        }
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

package io.reactivemqtt.session;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;

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
    int connectionNumber;
    Stage stage = Stage.DELIVERED;
    ReasonCode reasonCode = ReasonCode.SUCCESS;
    boolean pubRecSent;

    Delivery(int packetIdentifier, Qos qos, int connectionNumber) {
        this.packetIdentifier = packetIdentifier;
        this.qos = qos;
        this.connectionNumber = connectionNumber;
    }
}

package io.reactivemqtt.session.crash;

import io.reactivemqtt.Qos;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.ConnectionBegun;
import io.reactivemqtt.store.SessionChange.ConnectionEnded;
import io.reactivemqtt.store.SessionChange.IncomingProcessed;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingReleased;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptWanted;
import io.reactivemqtt.store.SessionChange.SequencesReserved;

/** What can be done wrong between a session and the world. Each of them costs a message, or makes two of one. */
enum WrongOrder {
    NONE(Direction.OUTGOING, Qos.EXACTLY_ONCE, ""),

    // ---- to the Server
    PUBLISH_LEAVES_BEFORE_ITS_CHANGE_IS_DURABLE(Direction.OUTGOING, Qos.EXACTLY_ONCE, "success that was none"),
    PUBREL_LEAVES_BEFORE_RELEASED_IS_DURABLE(Direction.OUTGOING, Qos.EXACTLY_ONCE, "twice"),
    IDENTIFIER_IS_FREE_AT_PUBREC(Direction.OUTGOING, Qos.EXACTLY_ONCE, "success that was none"),
    RECOVERS_WITHOUT_RELEASED(Direction.OUTGOING, Qos.EXACTLY_ONCE, "twice"),
    RECOVERS_WITHOUT_ASSIGNED(Direction.OUTGOING, Qos.EXACTLY_ONCE, "twice"),
    RECOVERS_WITHOUT_RECEIPTS(Direction.OUTGOING, Qos.AT_LEAST_ONCE, "outcome of message 1 is lost"),
    RECOVERS_NOTHING(Direction.OUTGOING, Qos.EXACTLY_ONCE, "ends the connection"),
    RECOVERS_NO_MORE_THAN_THAT_THERE_IS_A_SESSION(Direction.OUTGOING, Qos.EXACTLY_ONCE, "is lost"),
    STORE_LOSES_ITS_LAST_APPEND(Direction.OUTGOING, Qos.EXACTLY_ONCE, "is lost"),
    STORE_LOSES_ITS_LAST_APPEND_AT_QOS_1(Direction.OUTGOING, Qos.AT_LEAST_ONCE, "is lost"),
    STORE_KEEPS_THE_END_OF_AN_APPEND(Direction.OUTGOING, Qos.EXACTLY_ONCE, "assigned twice"),
    STORED_IS_TOLD_BEFORE_IT_IS_SO(Direction.OUTGOING, Qos.AT_LEAST_ONCE, "is lost"),
    HELD_PACKETS_OUTLIVE_THEIR_CONNECTION(Direction.OUTGOING, Qos.EXACTLY_ONCE, "CONNECT comes twice"),

    // ---- from the Server
    PUBREC_LEAVES_BEFORE_RECEIVED_IS_DURABLE(Direction.INCOMING, Qos.EXACTLY_ONCE, "twice"),
    PUBCOMP_LEAVES_BEFORE_RELEASED_IS_DURABLE(Direction.INCOMING, Qos.EXACTLY_ONCE, "is lost"),
    PUBCOMP_LEAVES_EARLY_AND_DUP_0_MEANS_NEW(Direction.INCOMING, Qos.EXACTLY_ONCE, "is lost"),
    ACKNOWLEDGED_BEFORE_THE_EFFECT(Direction.INCOMING, Qos.EXACTLY_ONCE, "is lost"),
    ACKNOWLEDGED_BEFORE_THE_EFFECT_AT_QOS_1(Direction.INCOMING, Qos.AT_LEAST_ONCE, "is lost"),
    RECOVERS_WITHOUT_RECEIVED(Direction.INCOMING, Qos.EXACTLY_ONCE, "twice"),
    STORE_LOSES_ITS_LAST_APPEND_OF_RECEIVED(Direction.INCOMING, Qos.EXACTLY_ONCE, "twice");

    /** Which way the messages go that it harms. */
    final Direction direction;

    /** At which QoS it harms. */
    final Qos qos;

    /** What comes of it: part of what the {@link CounterExample} says. */
    final String harm;

    WrongOrder(Direction direction, Qos qos, String harm) {
        this.direction = direction;
        this.qos = qos;
        this.harm = harm;
    }

    /** Tells whether {@code packet} leaves at once, whatever is not durable. */
    boolean overtakes(Packet packet) {
        return switch (this) {
            case PUBLISH_LEAVES_BEFORE_ITS_CHANGE_IS_DURABLE -> packet instanceof Publish;
            case PUBREL_LEAVES_BEFORE_RELEASED_IS_DURABLE -> packet instanceof PubRel;
            case PUBREC_LEAVES_BEFORE_RECEIVED_IS_DURABLE -> packet instanceof PubRec;
            case PUBCOMP_LEAVES_BEFORE_RELEASED_IS_DURABLE, PUBCOMP_LEAVES_EARLY_AND_DUP_0_MEANS_NEW ->
                packet instanceof PubComp;
            default -> false;
        };
    }

    /** Tells whether a new process takes {@code change} in. */
    boolean recovers(SessionChange change) {
        return switch (this) {
            case RECOVERS_WITHOUT_RELEASED -> !(change instanceof OutgoingReleased);
            case RECOVERS_WITHOUT_ASSIGNED ->
                !(change instanceof OutgoingAssigned || change instanceof OutgoingReleased);
            case RECOVERS_WITHOUT_RECEIVED -> !(change instanceof IncomingProcessed);
            case RECOVERS_WITHOUT_RECEIPTS -> !(change instanceof ReceiptKept || change instanceof ReceiptWanted);
            case RECOVERS_NOTHING -> false;
            case RECOVERS_NO_MORE_THAN_THAT_THERE_IS_A_SESSION -> isMark(change);
            default -> true;
        };
    }

    /** Tells whether {@code change} is about the Session, not about what is in it. */
    static boolean isMark(SessionChange change) {
        return change instanceof ConnectionBegun
                || change instanceof ConnectionEnded
                || change instanceof SequencesReserved;
    }

    boolean losesTheLastAppend() {
        return this == STORE_LOSES_ITS_LAST_APPEND
                || this == STORE_LOSES_ITS_LAST_APPEND_AT_QOS_1
                || this == STORE_LOSES_ITS_LAST_APPEND_OF_RECEIVED;
    }

    boolean acknowledgesBeforeTheEffect() {
        return this == ACKNOWLEDGED_BEFORE_THE_EFFECT || this == ACKNOWLEDGED_BEFORE_THE_EFFECT_AT_QOS_1;
    }
}

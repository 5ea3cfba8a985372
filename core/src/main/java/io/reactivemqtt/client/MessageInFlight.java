package io.reactivemqtt.client;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A QoS 1 or 2 message between its two ends, as {@code inspectSession()} shows it.
 *
 * @param sequence its number among the outgoing messages of the Session, by which {@code withdraw()} knows it; 0 if it is incoming
 * @param direction which way it goes
 * @param packetIdentifier its Packet Identifier
 * @param qos 1 or 2
 * @param topicName where it was published; null for a received message that an earlier process took
 * @param stage what it waits for
 * @param age how long ago this client accepted or received it; zero where an earlier process received it
 * @param message the message itself if it was asked for and is still there, else null
 */
public record MessageInFlight(
        long sequence,
        Direction direction,
        int packetIdentifier,
        Qos qos,
        @Nullable TopicName topicName,
        Stage stage,
        Duration age,
        @Nullable ApplicationMessage message) {

    /** Which way a message goes. */
    public enum Direction {
        /** From this client to the Server. */
        OUTGOING,
        /** From the Server to this client. */
        INCOMING
    }

    /** What a message waits for. */
    public enum Stage {
        /** Outgoing, QoS 1: PUBLISH was sent. */
        AWAITING_PUBACK,
        /** Outgoing, QoS 2: PUBLISH was sent. */
        AWAITING_PUBREC,
        /** Outgoing, QoS 2: the Server has the message, PUBREL was sent. */
        AWAITING_PUBCOMP,
        /** Incoming: the application is not done with it. */
        AWAITING_APPLICATION,
        /** Incoming, QoS 2: the application is done, PUBREC was sent or waits for its turn. */
        AWAITING_PUBREL
    }
}

package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.store.SessionChange;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Session} wants done, in order. The order is the durability rule: a {@link #send} never overtakes a
 * {@link #persist} before it.
 *
 * <p>Calls come in the middle of a transition, so an implementation never calls the session back from here. They are calls
 * and not objects because a message takes several of them.
 */
public interface Outputs {

    /** Makes {@code change} durable before any {@link #send} that follows is carried out. */
    void persist(SessionChange change);

    /**
     * Sends {@code packet} once every change before it is durable.
     *
     * @return whether it has left already; else {@link Session#onHeldSent} tells when it has
     */
    boolean send(Packet packet);

    /**
     * {@link #send Sends} a PUBLISH. It is a call of its own so that a message need not become a packet first.
     *
     * @param packetIdentifier {@link Packet#NO_PACKET_IDENTIFIER} at QoS 0
     */
    default boolean send(ApplicationMessage message, int packetIdentifier, boolean dup) {
        return send(new Publish(message, packetIdentifier, dup));
    }

    /**
     * {@link #send Sends} one of the four acknowledgements that says no more than a Reason Code. It is a call of its own so that
     * a message costs no packet object.
     */
    default boolean send(PacketType acknowledgement, int packetIdentifier, ReasonCode reasonCode) {
        return send(Acknowledgement.of(acknowledgement, packetIdentifier, reasonCode));
    }

    /** Sends {@code packet} at once: PINGREQ and DISCONNECT need not wait for a slow store. */
    void sendNow(Packet packet);

    /**
     * Gives a message to the application.
     *
     * @param flow what {@link Session#acknowledge} takes back when the application is done; null at QoS 0
     * @return whether the application is done with it already, which then needs no {@link Session#acknowledge}; false at QoS 0
     */
    boolean deliver(Publish publish, @Nullable IncomingFlow flow);

    /**
     * The message of {@code flow} is done, well: sent at QoS 0, acknowledged at QoS 1 and 2.
     *
     * @param answer the Server's last word; null if it said no more than that all went well, or nothing; at QoS 2 a PUBREC that
     *     said more than 0, with the words of the PUBCOMP
     */
    void published(OutgoingFlow flow, @Nullable Acknowledgement answer);

    /** The message of {@code flow} is done, not well; nothing of it is sent any more. */
    void publishFailed(OutgoingFlow flow, MqttException cause);

    /** The message of {@code flow} is given up as its options or the policy say; {@code cause} tells what is known of it. */
    void publishDropped(OutgoingFlow flow, MqttException cause);

    /** The Server answered {@code request} with {@code answer}: a CONNACK, SUBACK or UNSUBACK; a DISCONNECT answers itself. */
    void complete(Request request, Packet answer);

    /** {@code request} will have no answer. */
    void fail(Request request, MqttException cause);

    /** The Server accepted the connection with {@code connAck}: from now on packets are within what was announced, on both sides. */
    default void connected(ConnAck connAck) {}

    /** Something happened that people may want to know. */
    void emit(ClientEvent event);

    /** Reads nothing from the connection while {@code held}: the application has too much untaken. */
    void holdReading(boolean held);

    /** Closes the connection once what was sent has left. No fact about it is wanted any more. */
    void closeTransport();
}

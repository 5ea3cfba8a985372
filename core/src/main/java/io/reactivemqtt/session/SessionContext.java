package io.reactivemqtt.session;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PingReq;
import io.reactivemqtt.store.SessionChange;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way out that all parts of a session share. It notes when the last packet left, for the Keep Alive, and keeps changes of
 * a session that nobody stores from being made at all.
 */
final class SessionContext {

    /** What an acknowledgement takes without a Reason Code. */
    static final int PLAIN_ACKNOWLEDGEMENT = 4;

    /** What PINGREQ takes, and DISCONNECT without a Reason Code. */
    static final int SMALLEST_PACKET = 2;

    final Outputs outputs;

    /** Whether changes are wanted: somebody stores the Session State. Ask before making one. */
    boolean durable;

    /** Whether the Session State stands in a store, even one that failed. */
    final boolean isStored;

    /** What the application has still to be told, and to acknowledge. */
    final Receipts receipts = new Receipts(this);

    /** What holds for this connection or the next: another version of MQTT may be spoken then. */
    SessionOptions options;

    /** The version of {@link #options}, which each message asks. */
    ProtocolVersion version;

    /** The time of the present input. */
    long nowNanos;

    /** What the wall clock shows when {@link #nowNanos} is zero. */
    private long epochMillisAtZero;

    private ToIntFunction<Packet> encodedLength;

    /** Where the Session is with its connection. */
    Phase phase = Phase.Disconnected.INSTANCE;

    /** The {@link #phase}, while it is a connection. */
    @Nullable
    Connection connection;

    SessionContext(SessionOptions options, Outputs outputs, boolean durable, ToIntFunction<Packet> encodedLength) {
        this.options = options;
        this.version = options.protocolVersion();
        this.outputs = outputs;
        this.durable = durable;
        this.isStored = durable;
        this.encodedLength = encodedLength;
    }

    /** From the next connection on {@code spoken} holds, and {@code length} tells how many bytes a packet of its version takes. */
    void speak(SessionOptions spoken, ToIntFunction<Packet> length) {
        options = spoken;
        version = spoken.protocolVersion();
        encodedLength = length;
    }

    boolean speaksMqtt5() {
        return version == ProtocolVersion.MQTT_5_0;
    }

    /** Says that an identifier means nothing; MQTT 3.1.1 has no word for it. */
    ReasonCode packetIdentifierNotFound() {
        return speaksMqtt5() ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS;
    }

    void enter(Phase next) {
        phase = next;
        connection = next instanceof Connection begun ? begun : null;
    }

    void storeLost() {
        durable = false;
    }

    /** Tells whether the Server takes a packet of {@code bytes} [MQTT-3.2.2-15]. */
    boolean fits(int bytes) {
        return connection == null || bytes <= connection.limits.maximumPacketSize();
    }

    void onWallClock(long epochMillis) {
        epochMillisAtZero = epochMillis - TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    /** Returns what the wall clock shows, for what is stored. */
    long epochMillis() {
        return epochMillisAtZero + TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    void persist(SessionChange change) {
        if (durable) {
            outputs.persist(change);
        }
    }

    void send(Packet packet) {
        if (outputs.send(packet)) {
            noteSent();
        }
    }

    void send(ApplicationMessage message, int packetIdentifier, boolean dup) {
        if (outputs.send(message, packetIdentifier, dup)) {
            noteSent();
        }
    }

    /** Leaves the Reason Code out where that makes the packet small enough: without it, it says 0. */
    void send(PacketType acknowledgement, int packetIdentifier, ReasonCode reasonCode) {
        Connection on = connection;
        if (on != null && on.limits.maximumPacketSize() <= PLAIN_ACKNOWLEDGEMENT) {
            sendPlain(acknowledgement, packetIdentifier, on);
        } else if (outputs.send(acknowledgement, packetIdentifier, reasonCode)) {
            noteSent();
        }
    }

    private void sendPlain(PacketType acknowledgement, int packetIdentifier, Connection on) {
        if (on.limits.maximumPacketSize() < PLAIN_ACKNOWLEDGEMENT) {
            on.unsayable = acknowledgement;
        } else if (outputs.send(acknowledgement, packetIdentifier, ReasonCode.SUCCESS)) {
            noteSent();
        }
    }

    void sendNow(Packet packet) {
        noteSent();
        outputs.sendNow(packet);
    }

    void sendPingReq() {
        sendNow(PingReq.INSTANCE);
        if (connection != null) {
            connection.keepAlive.pingReqSent(nowNanos);
        }
    }

    int encodedLength(Packet packet) {
        return encodedLength.applyAsInt(packet);
    }

    /** A packet leaves: the Keep Alive counts from here. */
    void noteSent() {
        if (connection != null) {
            connection.keepAlive.packetSent(nowNanos);
        }
    }

    // ---- outcomes, for callers that have not left

    void reportPublished(OutgoingFlow flow, @Nullable Acknowledgement answer) {
        if (!flow.abandoned) {
            if (flow.keepsReceipt()) {
                receipts.keep(flow, PublishResult.succeeded(flow.message(), answer, flow.possibleRepeat()));
            }
            outputs.published(flow, answer);
        }
    }

    void reportFailed(OutgoingFlow flow, MqttException cause) {
        if (!flow.abandoned) {
            if (flow.keepsReceipt()) {
                receipts.keep(flow, PublishResult.failed(flow.message(), cause));
            }
            outputs.publishFailed(flow, cause);
        }
    }

    void reportDropped(OutgoingFlow flow, MqttException cause) {
        if (!flow.abandoned) {
            if (flow.keepsReceipt()) {
                receipts.keep(flow, PublishResult.dropped(flow.message(), cause));
            }
            outputs.publishDropped(flow, cause);
        }
    }
}

package io.reactivemqtt.session;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.ConnectSettings;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.UnsubAck;
import org.jspecify.annotations.Nullable;

/** What no Server may say to this client, whatever the state of the Session. */
final class ServerRules {

    private final SessionContext context;
    private boolean problemInformation = true;

    ServerRules(SessionContext context) {
        this.context = context;
    }

    /** CONNECT has left with {@code settings}. */
    void connectSent(ConnectSettings settings) {
        problemInformation = settings.requestProblemInformation();
    }

    /** Says that the Server sent a packet that it may not send {@code then}, such as "while connected". */
    static ProtocolViolationException unexpected(PacketType type, String then) {
        return new ProtocolViolationException(
                ReasonCode.PROTOCOL_ERROR, "unexpected " + type + " from the Server " + then);
    }

    void check(Acknowledgement acknowledgement) {
        if (!problemInformation) {
            requireNoWords(acknowledgement.type(), acknowledgement.reasonString(), acknowledgement.userProperties());
        }
    }

    void check(SubAck subAck) {
        if (!problemInformation) {
            requireNoWords(subAck.type(), subAck.reasonString(), subAck.userProperties());
        }
    }

    void check(UnsubAck unsubAck) {
        if (!problemInformation) {
            requireNoWords(unsubAck.type(), unsubAck.reasonString(), unsubAck.userProperties());
        }
    }

    void check(Disconnect disconnect) {
        if (!context.speaksMqtt5()) {
            throw unexpected(disconnect.type(), "in MQTT 3.1.1");
        }
        if (disconnect.sessionExpiryIntervalSeconds() != null) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR, "a Server's DISCONNECT has no Session Expiry Interval [MQTT-3.14.2-2]");
        }
    }

    private static void requireNoWords(PacketType type, @Nullable String reasonString, UserProperties userProperties) {
        if (reasonString != null || !userProperties.isEmpty()) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR, type + " has words that were not asked for [MQTT-3.1.2-29]");
        }
    }
}

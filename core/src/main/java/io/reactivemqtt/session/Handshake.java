package io.reactivemqtt.session;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ConnectOptions;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;

/** One attempt to connect: what CONNECT says, and which CONNACK goes with it. */
final class Handshake {

    final Request request;

    /** Whether the caller wants a new Session; else losing the old one is a surprise. */
    final boolean newSessionWanted;

    /** Whether the Server may have had the Session before this attempt; else one that it goes on with is a stranger's. */
    final boolean sessionMayExist;

    private final ConnectOptions options;
    private final boolean cleanStart;
    private long connectSentNanos;
    private String namedInConnect = "";

    Handshake(ConnectOptions options, Request request, ServerSession serverSession) {
        this.options = options;
        this.request = request;
        this.newSessionWanted = serverSession.newSessionWanted();
        this.cleanStart = serverSession.cleanStart();
        this.sessionMayExist = serverSession.mayExist();
    }

    /** Returns the CONNECT, which leaves now. */
    Connect connect(String clientIdentifier, long nowNanos) {
        connectSentNanos = nowNanos;
        namedInConnect = clientIdentifier;
        boolean v5 = options.protocolVersion() == ProtocolVersion.MQTT_5_0;
        long expirySeconds = options.sessionExpiryInterval().toSeconds();
        return new Connect(
                options.protocolVersion(),
                clientIdentifier,
                cleanStart,
                (int) options.keepAlive().toSeconds(),
                options.userName(),
                options.password(),
                options.will(),
                v5 && expirySeconds > 0 ? (Long) expirySeconds : null,
                v5 ? (Integer) options.receiveMaximum() : null,
                v5 ? (Long) (long) options.maximumPacketSize() : null,
                v5 && options.topicAliasMaximum() > 0 ? (Integer) options.topicAliasMaximum() : null,
                options.requestResponseInformation() ? Boolean.TRUE : null,
                options.requestProblemInformation() ? null : Boolean.FALSE,
                options.userProperties(),
                null,
                null);
    }

    /** Returns when the CONNACK is late. */
    long deadlineNanos() {
        return connectSentNanos + options.connectTimeout().toNanos();
    }

    /** Checks what an accepting CONNACK must not say to the CONNECT that was sent. */
    void check(ConnAck connAck) {
        if (connAck.authenticationMethod() != null) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    "CONNACK has an Authentication Method, CONNECT had none [MQTT-4.12.0-6]");
        }
        if (connAck.assignedClientIdentifier() != null && !namedInConnect.isEmpty()) { // MQTT 5.0 §3.2.2.3.7
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR,
                    "CONNACK assigns the Client Identifier \"" + connAck.assignedClientIdentifier()
                            + "\", although CONNECT named \"" + namedInConnect + "\"");
        }
        if (connAck.sessionPresent() && cleanStart) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR, "Session Present is 1 although Clean Start was 1 [MQTT-3.2.2-2]");
        }
    }

    /** Returns the Keep Alive that holds from now on: its first silence began with the CONNECT. */
    KeepAlive keepAlive(ConnAck connAck, long nowNanos) {
        Integer byServer = connAck.serverKeepAliveSeconds();
        return new KeepAlive(
                byServer == null ? (int) options.keepAlive().toSeconds() : byServer, // [MQTT-3.1.2-21]
                connectSentNanos,
                nowNanos);
    }
}

package io.reactivemqtt.session;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectSettings;
import io.reactivemqtt.client.ServerUri;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Connect;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** One attempt to connect: what CONNECT says, and which CONNACK goes with it. */
final class Handshake implements Phase {

    final Request request;

    /** Whether the caller wants a new Session; else losing the old one is a surprise. */
    final boolean newSessionWanted;

    /** Whether the Server may have had the Session before this attempt; else one that it resumes is a stranger's. */
    final boolean sessionMayExist;

    private final ClientOptions options;
    private final SessionOptions session;
    private final boolean cleanStart;
    private boolean connectSent;
    private long connectSentNanos;
    private String namedInConnect = "";

    /** Where it goes, as it may be shown. */
    URI server;

    /** What CONNECT says apart from the Session. */
    ConnectSettings settings;

    /** What goes on between CONNECT and CONNACK. */
    @Nullable
    Authentication authentication;

    /** Whether the transport takes more; the connection begins with it. */
    boolean writable = true;

    Handshake(ClientOptions options, SessionOptions session, Request request, ServerSession serverSession) {
        this.options = options;
        this.session = session;
        this.server = ServerUri.shown(options.server());
        this.settings = options.connectSettings();
        this.request = request;
        this.newSessionWanted = serverSession.newSessionWanted();
        this.cleanStart = serverSession.cleanStart();
        this.sessionMayExist = serverSession.mayExist();
    }

    /** Returns the CONNECT, which leaves now. */
    Connect connect(String clientIdentifier, long nowNanos) {
        connectSent = true;
        connectSentNanos = nowNanos;
        namedInConnect = clientIdentifier;
        boolean v5 = session.protocolVersion() == ProtocolVersion.MQTT_5_0;
        long expirySeconds = session.sessionExpiryInterval().toSeconds();
        return new Connect(
                session.protocolVersion(),
                clientIdentifier,
                cleanStart,
                (int) settings.keepAlive().toSeconds(),
                settings.userName(),
                settings.password(),
                settings.will(),
                v5 && expirySeconds > 0 ? (Long) expirySeconds : null,
                v5 ? (Integer) session.receiveMaximum() : null,
                v5 ? (Long) (long) session.maximumPacketSize() : null,
                v5 && session.topicAliasMaximum() > 0 ? (Integer) session.topicAliasMaximum() : null,
                settings.requestResponseInformation() ? Boolean.TRUE : null,
                settings.requestProblemInformation() ? null : Boolean.FALSE,
                settings.userProperties(),
                authentication == null ? null : authentication.method(),
                authentication == null ? null : authentication.connectData(nowNanos));
    }

    /** Returns why there is no connection. */
    ConnectFailedException failed(String why, @Nullable Throwable cause) {
        return new ConnectFailedException(
                connectSent ? ConnectFailedException.Phase.CONNACK : ConnectFailedException.Phase.CONNECTION,
                server,
                why,
                cause);
    }

    /** Tells whether CONNECT has left, and CONNACK is awaited. */
    boolean isConnectSent() {
        return connectSent;
    }

    /** Returns when the CONNACK is late. */
    @Override
    public long deadlineNanos() {
        if (authentication != null) {
            return authentication.deadlineNanos();
        }
        return connectSent ? connectSentNanos + options.connectTimeout().toNanos() : KeepAlive.NONE;
    }

    /** Checks what an accepting CONNACK must not say to the CONNECT that was sent. */
    void check(ConnAck connAck) {
        if (authentication == null && connAck.authenticationMethod() != null) {
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
                byServer == null ? (int) settings.keepAlive().toSeconds() : byServer, // [MQTT-3.1.2-21]
                connectSentNanos,
                nowNanos);
    }
}

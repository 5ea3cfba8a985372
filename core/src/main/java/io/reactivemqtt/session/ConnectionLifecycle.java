package io.reactivemqtt.session;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectSettings;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.UnsubAck;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a Session, one after the other: from the wish to connect over CONNECT and CONNACK to the end, whoever brings
 * it about. What the packets in between mean is the business of the flows and the subscriptions.
 */
final class ConnectionLifecycle {

    private static final String BEFORE_CONNACK = "before CONNACK";

    private final ClientOptions options;
    private final SessionContext context;
    private final OutgoingFlows outgoing;
    private final IncomingFlows incoming;
    private final Subscriptions subscriptions;
    private final ServerSession serverSession;
    private final ServerRules rules;
    private final ConnectionStart start;
    private final ConnectionEnd end;
    private final Authenticating authenticating;

    ConnectionLifecycle(ClientOptions options, SessionContext context, SessionParts parts) {
        this.options = options;
        this.context = context;
        this.outgoing = parts.outgoing();
        this.incoming = parts.incoming();
        this.subscriptions = parts.subscriptions();
        this.serverSession = parts.serverSession();
        this.rules = new ServerRules(context);
        this.end = new ConnectionEnd(context, parts);
        this.start = new ConnectionStart(context, parts, end);
        this.authenticating = new Authenticating(options, context, end);
    }

    // ---- parts

    ConnectionEnd end() {
        return end;
    }

    Authenticating authenticating() {
        return authenticating;
    }

    // ---- wishes

    void connect(Request request, boolean resume) {
        if (!isDisconnected()) {
            throw new IllegalStateException("the client is connected, or connecting, already"); // [MQTT-3.1.0-2]
        }
        serverSession.connecting(resume);
        context.enter(new Handshake(options, context.options, request, serverSession));
    }

    void giveUpConnection(MqttException cause) {
        if (isConnected()) {
            context.sendNow(new Disconnect(ReasonCode.SUCCESS)); // it is no reason to publish the Will
            end.close(cause);
        }
    }

    void disconnect(Disconnect disconnect, Request request, long waitNanos) {
        PendingDisconnect wish = new PendingDisconnect(request, disconnect, context.nowNanos + waitNanos);
        LimitExceededException refusal = wish.refusal(context.options);
        if (refusal != null) {
            context.outputs.fail(request, refusal);
        } else if (context.phase instanceof Connection connection
                && connection.pendingDisconnect == null
                && !outgoing.isIdle()) {
            connection.pendingDisconnect = wish;
        } else {
            end.finish(wish);
        }
    }

    // ---- facts

    void prepared(URI server, ConnectSettings settings, @Nullable AuthenticationPart authentication) {
        if (context.phase instanceof Handshake attempt) {
            attempt.server = server;
            attempt.settings = settings;
            attempt.authentication = authentication == null ? null : authenticating.begun(authentication, null);
        }
    }

    void onTransportOpened() {
        if (context.phase instanceof Handshake attempt) {
            serverSession.connectLeaves();
            rules.connectSent(attempt.settings);
            context.send(attempt.connect(start.clientIdentifier(), context.nowNanos));
        }
    }

    void onPacket(Packet packet) {
        Connection connection = context.connection;
        if (connection == null && isDisconnected()) {
            return;
        }
        try {
            if (connection == null) {
                handshake(packet);
            } else {
                connection.keepAlive.signOfLife(context.nowNanos);
                dispatch(packet, connection);
            }
        } catch (ProtocolViolationException violation) {
            end.violated(violation);
        }
        closeIfUnsayable();
    }

    /** An acknowledgement that says no more than that all went well. */
    void onAcknowledgement(PacketType type, int packetIdentifier) {
        Connection connection = context.connection;
        if (connection == null && isDisconnected()) {
            return;
        }
        try {
            if (connection == null) {
                throw ServerRules.unexpected(type, BEFORE_CONNACK);
            }
            connection.keepAlive.signOfLife(context.nowNanos);
            acknowledge(type, packetIdentifier, null);
        } catch (ProtocolViolationException violation) {
            end.violated(violation);
        }
        closeIfUnsayable();
    }

    /** Ends a connection whose Server takes no packet as large as one that had to leave. */
    void closeIfUnsayable() {
        Connection connection = context.connection;
        if (connection != null && connection.unsayable != null) {
            end.closeForWantOfRoom(connection.unsayable, SessionContext.PLAIN_ACKNOWLEDGEMENT, connection);
        }
    }

    void onSignOfLife() {
        Connection connection = context.connection;
        if (connection != null) {
            connection.keepAlive.signOfLife(context.nowNanos);
        }
    }

    void onWritabilityChanged(boolean writable) {
        if (context.phase instanceof Connection connection) {
            connection.writable = writable;
            if (writable) {
                outgoing.onWritable();
            }
        } else if (context.phase instanceof Handshake attempt) {
            attempt.writable = writable;
        }
    }

    /** A code that no client sends, such as 0x84 for a CONNECT that makes no sense, is not what ended the connection. */
    void onMalformed(ProtocolViolationException violation) {
        if (isDisconnected()) {
            return;
        }
        ReasonCode reasonCode = violation.reasonCode();
        end.violated(
                reasonCode != null && Disconnect.CLIENT_REASON_CODES.contains(reasonCode)
                        ? violation
                        : new ProtocolViolationException(
                                ReasonCode.PROTOCOL_ERROR, String.valueOf(violation.getMessage())));
    }

    void onReadingPaused() {
        if (context.phase instanceof Connection connection) {
            connection.keepAlive.readingPaused();
        }
    }

    void onReadingResumed() {
        if (context.phase instanceof Connection connection) {
            connection.keepAlive.readingResumed(context.nowNanos);
        }
    }

    void onTransportLost(@Nullable Throwable cause) {
        if (context.phase instanceof Connection) {
            String words = cause == null ? "" : ": " + describe(cause);
            end.ended(new ConnectionLostException("the connection was lost" + words, null, cause), false);
        } else if (context.phase instanceof Handshake attempt) {
            boolean saysAll = cause instanceof ConnectFailedException || cause instanceof ClientClosedException;
            end.ended(saysAll ? (MqttException) cause : failed(attempt, cause), false);
        }
    }

    private ConnectFailedException failed(Handshake attempt, @Nullable Throwable cause) {
        if (cause != null) {
            return attempt.failed(describe(cause), cause);
        }
        return attempt.failed(
                attempt.isConnectSent()
                        ? "the Server closed the connection without a CONNACK"
                        : "the connection could not be opened",
                null);
    }

    /** The store failed, so the connection ends without acknowledging more. */
    void onStoreFailed(MqttException cause) {
        if (!isDisconnected()) {
            end.close(cause);
        }
        end.closed(true, cause);
    }

    void onTime() {
        if (context.phase instanceof Connection connection) {
            onTime(connection);
        } else if (context.phase instanceof Handshake attempt
                && attempt.isConnectSent()
                && context.nowNanos - attempt.deadlineNanos() >= 0) {
            end.close(attempt.failed("the Server sent no CONNACK within " + options.connectTimeout(), null));
        }
    }

    private void onTime(Connection connection) {
        PendingDisconnect pending = connection.pendingDisconnect;
        KeepAlive keepAlive = connection.keepAlive;
        if (pending != null && context.nowNanos - pending.deadlineNanos() >= 0) {
            end.finish(pending);
        } else if (connection.authentication != null
                && context.nowNanos - connection.authentication.deadlineNanos() >= 0) {
            end.refuse(new ConnectionLostException(
                    "the Server did not answer AUTH within " + options.connectTimeout(), null, null));
        } else if (keepAlive.isLost(context.nowNanos)) {
            end.sendDisconnect(ReasonCode.UNSPECIFIED_ERROR);
            end.close(new ConnectionLostException(
                    "the Server did not answer PINGREQ: nothing came from it within the Keep Alive",
                    ReasonCode.KEEP_ALIVE_TIMEOUT,
                    null));
        } else if (keepAlive.pingReqDue(context.nowNanos)) {
            if (context.fits(SessionContext.SMALLEST_PACKET)) {
                context.sendPingReq(); // [MQTT-3.1.2-20]
            } else {
                end.closeForWantOfRoom(PacketType.PINGREQ, SessionContext.SMALLEST_PACKET, connection);
            }
        }
    }

    // ---- reads

    String clientIdentifier() {
        return start.clientIdentifier();
    }

    boolean isConnected() {
        return context.connection != null;
    }

    boolean isDisconnected() {
        return context.phase instanceof Phase.Disconnected;
    }

    /** Tells whether it waits for the last messages on their way, and takes no new ones. */
    boolean isDraining() {
        return context.connection != null && context.connection.pendingDisconnect != null;
    }

    /** Returns when {@link #onTime} has something to do, or {@link KeepAlive#NONE}. */
    long nextDeadlineNanos() {
        return context.phase.deadlineNanos();
    }

    // ---- packets

    private void handshake(Packet packet) {
        Handshake attempt = context.phase instanceof Handshake begun && begun.isConnectSent() ? begun : null;
        if (attempt != null && packet instanceof ConnAck connAck) {
            start.onConnAck(connAck, attempt);
        } else if (attempt != null && attempt.authentication != null && packet instanceof Auth auth) {
            attempt.authentication.challenged(auth);
        } else {
            throw ServerRules.unexpected(packet.type(), BEFORE_CONNACK); // [MQTT-3.2.0-1]
        }
    }

    private void dispatch(Packet packet, Connection connection) {
        if (packet instanceof Publish publish) {
            incoming.onPublish(publish);
        } else if (packet instanceof Acknowledgement acknowledgement) {
            rules.check(acknowledgement);
            acknowledge(packet.type(), acknowledgement.packetIdentifier(), acknowledgement);
        } else if (packet instanceof SubAck subAck) {
            rules.check(subAck);
            subscriptions.onSubAck(subAck);
        } else if (packet instanceof UnsubAck unsubAck) {
            rules.check(unsubAck);
            subscriptions.onUnsubAck(unsubAck);
        } else if (packet instanceof PingResp) {
            connection.keepAlive.pingRespReceived();
        } else if (packet instanceof Disconnect disconnect) {
            rules.check(disconnect);
            onDisconnect(disconnect);
        } else if (packet instanceof Auth auth && connection.authentication != null) {
            authenticating.onAuth(auth, connection, connection.authentication);
        } else {
            throw ServerRules.unexpected(packet.type(), "while connected");
        }
    }

    private void acknowledge(PacketType type, int packetIdentifier, @Nullable Acknowledgement answer) {
        switch (type) {
            case PUBACK -> outgoing.onPubAck(packetIdentifier, answer);
            case PUBREC -> outgoing.onPubRec(packetIdentifier, answer);
            case PUBCOMP -> outgoing.onPubComp(packetIdentifier, answer);
            case PUBREL -> incoming.onPubRel(packetIdentifier);
            default -> throw new IllegalArgumentException(type + " acknowledges no PUBLISH");
        }
        end.finishIfDrained();
    }

    private void onDisconnect(Disconnect disconnect) {
        String words = disconnect.reasonString() == null ? "" : " (\"" + disconnect.reasonString() + "\")";
        context.outputs.closeTransport();
        end.ended(
                ConnectionLostException.byServer(
                        "the Server disconnected: " + disconnect.reasonCode() + words,
                        disconnect.reasonCode(),
                        disconnect.serverReference()),
                true);
    }

    private static String describe(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}

package io.reactivemqtt.session;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.PacketType;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a connection, or an attempt to have one, ends: by whom, what is still sent, who hears of it, and what goes with it. */
final class ConnectionEnd {

    private static final Set<ReasonCode> OWN_AFFAIRS = EnumSet.of(
            ReasonCode.SERVER_UNAVAILABLE,
            ReasonCode.SERVER_BUSY,
            ReasonCode.SERVER_SHUTTING_DOWN,
            ReasonCode.KEEP_ALIVE_TIMEOUT,
            ReasonCode.SESSION_TAKEN_OVER,
            ReasonCode.ADMINISTRATIVE_ACTION,
            ReasonCode.USE_ANOTHER_SERVER,
            ReasonCode.SERVER_MOVED,
            ReasonCode.CONNECTION_RATE_EXCEEDED,
            ReasonCode.MAXIMUM_CONNECT_TIME);

    private final SessionContext context;
    private final SessionParts parts;
    private boolean tooLargeTold;

    ConnectionEnd(SessionContext context, SessionParts parts) {
        this.context = context;
        this.parts = parts;
    }

    /** Disconnects if that waited for nothing but what is done now. */
    void finishIfDrained() {
        Connection connection = context.connection;
        if (connection != null
                && connection.pendingDisconnect != null
                && parts.outgoing().isIdle()) {
            finish(connection.pendingDisconnect);
        }
    }

    /** Ends everything at the caller's wish, as far as it has begun. */
    void finish(PendingDisconnect wish) {
        Request earlier = null;
        if (context.phase instanceof Connection connection) {
            PendingDisconnect pending = connection.pendingDisconnect;
            earlier = pending != null && pending.request() != wish.request() ? pending.request() : null;
            connection.pendingDisconnect = null;
            Disconnect fitting = wish.fitting(context);
            if (fitting != null) { // else the end of the connection says it
                Long expirySeconds = fitting.sessionExpiryIntervalSeconds();
                if (expirySeconds != null) { // else it stays as CONNECT and CONNACK said
                    parts.serverSession().expiresAfter(expirySeconds);
                }
                context.sendNow(fitting);
            }
        } else if (context.phase instanceof Handshake attempt && attempt.isConnectSent()) {
            context.send(wish.disconnect()); // behind the CONNECT; without it the Will would be published
        }
        if (!(context.phase instanceof Phase.Disconnected)) {
            context.outputs.closeTransport(); // [MQTT-3.14.4-2]
            ended(null, false);
        }
        closed(parts.serverSession().outlivesConnection(), new ClientClosedException("the request"));
        if (earlier != null) {
            context.outputs.complete(earlier, wish.disconnect());
        }
        context.outputs.complete(wish.request(), wish.disconnect());
    }

    /** The Server has given the Session up: what stood in it is gone, and what was never sent waits for the next one. */
    void expired(MqttException cause) {
        parts.outgoing().endings().onSessionExpired(cause);
        parts.incoming().onSessionLost();
        parts.subscriptions().forget();
        parts.serverSession().discarded();
        parts.stateChanges().rewrite(); // for discarding takes all from the store
    }

    /** Nobody waits any more, and if the Session does not go on, nothing of it is left. */
    void closed(boolean goesOn, MqttException cause) {
        parts.subscriptions().onClosed(cause);
        parts.outgoing()
                .endings()
                .onClosed(goesOn && (context.isStored || parts.serverSession().mayExist()), cause);
        if (!goesOn) {
            parts.incoming().onSessionLost();
            parts.subscriptions().forget();
            parts.serverSession().discarded();
        }
    }

    void violated(ProtocolViolationException violation) {
        ReasonCode reasonCode = violation.reasonCode();
        if (reasonCode == ReasonCode.PACKET_TOO_LARGE && !tooLargeTold) {
            tooLargeTold = true;
            context.outputs.emit(new ClientEvent.IncomingPacketTooLarge(
                    context.options.maximumPacketSize(), String.valueOf(violation.getMessage())));
        }
        sendDisconnect(Objects.requireNonNullElse(violation.reasonCode(), ReasonCode.PROTOCOL_ERROR));
        close(violation);
    }

    void sendDisconnect(ReasonCode reasonCode) {
        int bytes = SessionContext.SMALLEST_PACKET + (reasonCode == ReasonCode.SUCCESS ? 0 : 1);
        if (context.speaksMqtt5() && context.fits(bytes)) {
            context.sendNow(new Disconnect(reasonCode)); // without a Reason Code it would mean that all is well
        }
    }

    /** The client does not go on, because of {@code cause}, and the Server is not told more than that. */
    void refuse(MqttException cause) {
        sendDisconnect(ReasonCode.UNSPECIFIED_ERROR);
        close(cause);
    }

    void close(MqttException cause) {
        context.outputs.closeTransport();
        ended(cause, false);
    }

    void ended(@Nullable MqttException cause, boolean byServer) {
        Phase past = context.phase;
        context.enter(Phase.Disconnected.INSTANCE);
        parts.serverSession().connectionEnded();
        PendingDisconnect unfinished = null;
        if (past instanceof Connection connection) {
            unfinished = connection.pendingDisconnect;
            if (unfinished == null && !isTheServersOwnAffair(cause)) {
                boolean broken = cause instanceof ConnectionLostException && cause.getCause() != null;
                parts.outgoing().onConnectionLost(connection, broken);
            }
            parts.incoming().onConnectionEnded(connection);
            if (connection.authentication != null && connection.authentication.request != null) {
                context.outputs.fail(connection.authentication.request, causeOr(cause, "reauthenticate"));
            }
        }
        parts.outgoing().onConnectionEnded();
        if (parts.subscriptions().onConnectionEnded()) {
            parts.serverSession().subscribeUnanswered();
        }
        if (past instanceof Handshake attempt) {
            if (attempt.isConnectSent() && !(cause instanceof ConnectionRefusedException)) {
                parts.serverSession().connAckMissed();
            }
            context.outputs.fail(attempt.request, causeOr(cause, "connect"));
        } else {
            context.outputs.emit(new ClientEvent.Disconnected(cause, byServer));
        }
        if (unfinished != null) { // the wish was to be disconnected, and that is so
            finish(unfinished);
        }
    }

    /** Tells whether the Server has said that it closes because of something else than a packet. */
    private static boolean isTheServersOwnAffair(@Nullable MqttException cause) {
        return cause != null && cause.reasonCode() != null && OWN_AFFAIRS.contains(cause.reasonCode());
    }

    private static MqttException causeOr(@Nullable MqttException cause, String request) {
        return cause == null ? new ClientClosedException(request) : cause;
    }

    void closeForWantOfRoom(PacketType type, int bytes, Connection connection) {
        long maximum = connection.limits.maximumPacketSize();
        sendDisconnect(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
        close(new ConnectionLostException(
                type + " has " + bytes + " bytes, but the Server's Maximum Packet Size is " + maximum
                        + " [MQTT-3.2.2-15]",
                ReasonCode.PACKET_TOO_LARGE,
                null));
    }
}

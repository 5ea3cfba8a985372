package io.reactivemqtt.session;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.SessionDiscarded.Reason;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.client.UnknownSessionPolicy;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.exception.SessionDiscardedException;
import io.reactivemqtt.exception.SessionUnknownException;
import io.reactivemqtt.packet.Acknowledgement;
import io.reactivemqtt.packet.ConnAck;
import io.reactivemqtt.packet.Disconnect;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PacketType;
import io.reactivemqtt.packet.PingResp;
import io.reactivemqtt.packet.Publish;
import io.reactivemqtt.packet.SubAck;
import io.reactivemqtt.packet.UnsubAck;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a Session, one after the other: from the wish to connect over CONNECT and CONNACK to the end, whoever brings
 * it about. What the packets in between mean is the business of the flows and the subscriptions.
 */
final class ConnectionLifecycle {

    private final ClientOptions options;
    private final SessionContext context;
    private final OutgoingFlows outgoing;
    private final IncomingFlows incoming;
    private final Subscriptions subscriptions;
    private final ServerSession serverSession;
    private final StateChanges stateChanges;
    private final ServerRules rules;

    private Phase phase = Phase.Disconnected.INSTANCE;
    private String clientIdentifier;
    private int connections;
    private boolean tooLargeTold;

    ConnectionLifecycle(
            ClientOptions options,
            SessionContext context,
            OutgoingFlows outgoing,
            IncomingFlows incoming,
            Subscriptions subscriptions,
            ServerSession serverSession,
            StateChanges stateChanges) {
        this.options = options;
        this.context = context;
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.subscriptions = subscriptions;
        this.serverSession = serverSession;
        this.stateChanges = stateChanges;
        this.clientIdentifier = options.session().clientIdentifier();
        this.rules = new ServerRules(options);
    }

    // ---- wishes

    void connect(Request request, boolean resume) {
        if (!isDisconnected()) {
            throw new IllegalStateException("the client is connected, or connecting, already"); // [MQTT-3.1.0-2]
        }
        serverSession.connecting(resume);
        phase = new Handshake(options, request, serverSession);
    }

    void giveUpConnection(MqttException cause) {
        if (isConnected()) {
            context.sendNow(new Disconnect(ReasonCode.SUCCESS)); // it is no reason to publish the Will
            close(cause);
        }
    }

    void disconnect(Disconnect disconnect, Request request, long waitNanos) {
        PendingDisconnect wish = new PendingDisconnect(request, disconnect, context.nowNanos + waitNanos);
        LimitExceededException refusal = wish.refusal(options.session());
        if (refusal != null) {
            context.outputs.fail(request, refusal);
        } else if (phase instanceof Connection connection
                && connection.pendingDisconnect == null
                && !outgoing.isIdle()) {
            connection.pendingDisconnect = wish;
        } else {
            finish(wish);
        }
    }

    // ---- facts

    void onTransportOpened() {
        if (phase instanceof Handshake attempt) {
            serverSession.connectLeaves();
            context.send(attempt.connect(clientIdentifier, context.nowNanos));
        }
    }

    void onPacket(Packet packet) {
        if (isDisconnected()) {
            return;
        }
        onSignOfLife();
        try {
            dispatch(packet);
        } catch (ProtocolViolationException violation) {
            violated(violation);
        }
        closeIfUnsayable();
    }

    /** An acknowledgement that says no more than that all went well. */
    void onAcknowledgement(PacketType type, int packetIdentifier) {
        if (isDisconnected()) {
            return;
        }
        onSignOfLife();
        try {
            if (!isConnected()) {
                throw ServerRules.unexpected(type);
            }
            acknowledge(type, packetIdentifier, null);
        } catch (ProtocolViolationException violation) {
            violated(violation);
        }
        closeIfUnsayable();
    }

    /** Ends a connection whose Server takes no packet as large as one that had to leave. */
    void closeIfUnsayable() {
        if (phase instanceof Connection connection && connection.unsayable != null) {
            closeForWantOfRoom(connection.unsayable, SessionContext.PLAIN_ACKNOWLEDGEMENT, connection);
        }
    }

    void onSignOfLife() {
        if (phase instanceof Connection connection) {
            connection.keepAlive.signOfLife(context.nowNanos);
        }
    }

    void onWritabilityChanged(boolean writable) {
        if (phase instanceof Connection connection) {
            connection.writable = writable;
            if (writable) {
                outgoing.onWritable();
            }
        } else if (phase instanceof Handshake attempt) {
            attempt.writable = writable;
        }
    }

    private void closeForWantOfRoom(PacketType type, int bytes, Connection connection) {
        long maximum = connection.limits.maximumPacketSize();
        sendDisconnect(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
        close(new ConnectionLostException(
                type + " has " + bytes + " bytes, but the Server's Maximum Packet Size is " + maximum
                        + " [MQTT-3.2.2-15]",
                ReasonCode.PACKET_TOO_LARGE,
                null));
    }

    /** A code that no client sends, such as 0x84 for a CONNECT that makes no sense, is not what ended the connection. */
    void onMalformed(ProtocolViolationException violation) {
        if (isDisconnected()) {
            return;
        }
        ReasonCode reasonCode = violation.reasonCode();
        violated(
                reasonCode != null && Disconnect.CLIENT_REASON_CODES.contains(reasonCode)
                        ? violation
                        : new ProtocolViolationException(
                                ReasonCode.PROTOCOL_ERROR, String.valueOf(violation.getMessage())));
    }

    void onReadingPaused() {
        if (phase instanceof Connection connection) {
            connection.keepAlive.readingPaused();
        }
    }

    void onReadingResumed() {
        if (phase instanceof Connection connection) {
            connection.keepAlive.readingResumed(context.nowNanos);
        }
    }

    void onTransportLost(@Nullable Throwable cause) {
        if (phase instanceof Connection) {
            String words = cause == null ? "" : ": " + describe(cause);
            ended(new ConnectionLostException("the connection was lost" + words, null, cause), false);
        } else if (phase instanceof Handshake attempt && attempt.isConnectSent()) {
            String words = cause == null ? "the Server closed the connection without a CONNACK" : describe(cause);
            ended(failed(ConnectFailedException.Phase.CONNACK, words, cause), false);
        } else if (phase instanceof Handshake) {
            String words = cause == null ? "the connection could not be opened" : describe(cause);
            ended(
                    cause instanceof ConnectFailedException told
                            ? told
                            : failed(ConnectFailedException.Phase.CONNECTION, words, cause),
                    false);
        }
    }

    private ConnectFailedException failed(ConnectFailedException.Phase during, String why, @Nullable Throwable cause) {
        return new ConnectFailedException(during, options.server(), why, cause);
    }

    /** The store failed, so the connection ends without acknowledging more. */
    void onStoreFailed(MqttException cause) {
        if (!isDisconnected()) {
            close(cause);
        }
        closed(true, cause);
    }

    void onTime() {
        if (phase instanceof Connection connection) {
            onTime(connection);
        } else if (phase instanceof Handshake attempt
                && attempt.isConnectSent()
                && context.nowNanos - attempt.deadlineNanos() >= 0) {
            close(failed(
                    ConnectFailedException.Phase.CONNACK,
                    "the Server sent no CONNACK within " + options.connectTimeout(),
                    null));
        }
    }

    private void onTime(Connection connection) {
        PendingDisconnect pending = connection.pendingDisconnect;
        KeepAlive keepAlive = connection.keepAlive;
        if (pending != null && context.nowNanos - pending.deadlineNanos() >= 0) {
            finish(pending);
        } else if (keepAlive.isLost(context.nowNanos)) {
            sendDisconnect(ReasonCode.UNSPECIFIED_ERROR);
            close(new ConnectionLostException(
                    "the Server did not answer PINGREQ: nothing came from it within the Keep Alive",
                    ReasonCode.KEEP_ALIVE_TIMEOUT,
                    null));
        } else if (keepAlive.pingReqDue(context.nowNanos)) {
            if (context.fits(SessionContext.SMALLEST_PACKET)) {
                context.sendPingReq(); // [MQTT-3.1.2-20]
            } else {
                closeForWantOfRoom(PacketType.PINGREQ, SessionContext.SMALLEST_PACKET, connection);
            }
        }
    }

    // ---- reads

    String clientIdentifier() {
        return clientIdentifier;
    }

    boolean isConnected() {
        return phase instanceof Connection;
    }

    boolean isDisconnected() {
        return phase instanceof Phase.Disconnected;
    }

    /** Tells whether it waits for the last messages on their way, and takes no new ones. */
    boolean isDraining() {
        return phase instanceof Connection connection && connection.pendingDisconnect != null;
    }

    /** Returns when {@link #onTime} has something to do, or {@link KeepAlive#NONE}. */
    long nextDeadlineNanos() {
        return phase.deadlineNanos();
    }

    // ---- packets

    private void dispatch(Packet packet) {
        if (phase instanceof Connection connection) {
            dispatch(packet, connection);
        } else if (phase instanceof Handshake attempt && attempt.isConnectSent() && packet instanceof ConnAck connAck) {
            onConnAck(connAck, attempt);
        } else {
            throw ServerRules.unexpected(packet.type()); // [MQTT-3.2.0-1]
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
        } else {
            throw ServerRules.unexpected(packet.type());
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
        finishIfDrained();
    }

    private void onDisconnect(Disconnect disconnect) {
        String words = disconnect.reasonString() == null ? "" : " (\"" + disconnect.reasonString() + "\")";
        context.outputs.closeTransport();
        ended(
                new ConnectionLostException(
                        "the Server disconnected: " + disconnect.reasonCode() + words, disconnect.reasonCode(), null),
                true);
    }

    // ---- CONNACK

    private void onConnAck(ConnAck connAck, Handshake attempt) {
        if (connAck.reasonCode().isError()) {
            refused(attempt);
            close(new ConnectionRefusedException(
                    connAck.reasonCode(), connAck.reasonString(), connAck.serverReference())); // [MQTT-4.13.2-1]
            return;
        }
        attempt.check(connAck);
        if (connAck.sessionPresent() && !attempt.sessionMayExist) {
            if (options.session().unknownSession() != UnknownSessionPolicy.CONTINUE) {
                sendDisconnect(ReasonCode.SUCCESS);
                refused(attempt);
                if (options.session().unknownSession() == UnknownSessionPolicy.BEGIN_NEW) {
                    serverSession.beginsNew();
                }
                close(new SessionUnknownException(clientIdentifier)); // [MQTT-3.2.2-4]
                return;
            }
            serverSession.continuesUnknown();
        }
        accepted(connAck, attempt);
    }

    /** This attempt has begun no Session, so if there was none before, there is none. */
    private void refused(Handshake attempt) {
        if (!attempt.sessionMayExist) {
            serverSession.neverWas();
            stateChanges.rewrite();
        }
    }

    private void accepted(ConnAck connAck, Handshake attempt) {
        if (connAck.assignedClientIdentifier() != null) {
            clientIdentifier = connAck.assignedClientIdentifier();
        }
        Connection begun = new Connection(
                ++connections,
                ServerLimits.of(options.session(), connAck),
                attempt.keepAlive(connAck, context.nowNanos),
                attempt.writable,
                context.nowNanos);
        phase = begun;
        context.connection = begun;
        boolean hadSession = serverSession.wasAccepted();
        serverSession.accepted(connAck);
        context.outputs.emit(new ClientEvent.Connected(clientIdentifier, connAck.sessionPresent()));
        context.outputs.complete(attempt.request, connAck);
        if (connAck.sessionPresent()) {
            context.outputs.emit(new ClientEvent.SessionResumed(outgoing.publishesInFlight(), outgoing.releases()));
        } else {
            if (hadSession) {
                sessionLost(attempt.newSessionWanted);
            }
            if (attempt.newSessionWanted && outgoing.hasRecovered()) {
                discardRecovered();
            }
        }
        subscriptions.onConnected();
        outgoing.onConnected(begun);
    }

    /** Reconciliation comes after CONNACK, never before [MQTT-3.2.2-5]. */
    private void sessionLost(boolean wanted) {
        SessionLossPolicy policy =
                wanted ? SessionLossPolicy.FAIL : options.session().sessionLossPolicy();
        int restored = 0;
        if (wanted) {
            subscriptions.forget();
        } else {
            restored = subscriptions.restore();
        }
        int forgotten = incoming.onSessionLost();
        OutgoingFlows.Lost lost = outgoing.onSessionLost(policy);
        if (!wanted || lost.completed() + lost.unknown() + forgotten > 0) {
            context.outputs.emit(
                    new ClientEvent.SessionLost(lost.completed(), lost.unknown(), policy, forgotten, restored));
        }
    }

    private void discardRecovered() {
        int discarded = outgoing.discardRecovered(new SessionDiscardedException(
                "the message waited in a stored Session, and a clean start was asked for"));
        context.outputs.emit(new ClientEvent.SessionDiscarded(Reason.CLEAN_START, discarded, 0, 0));
    }

    // ---- the end of a connection

    /** Disconnects if that waited for nothing but what is done now. */
    void finishIfDrained() {
        if (phase instanceof Connection connection && connection.pendingDisconnect != null && outgoing.isIdle()) {
            finish(connection.pendingDisconnect);
        }
    }

    /** Ends everything at the caller's wish, as far as it has begun. */
    private void finish(PendingDisconnect wish) {
        Request earlier = null;
        if (phase instanceof Connection connection) {
            PendingDisconnect pending = connection.pendingDisconnect;
            earlier = pending != null && pending.request() != wish.request() ? pending.request() : null;
            connection.pendingDisconnect = null;
            Disconnect fitting = wish.fitting(context);
            if (fitting != null) { // else the end of the connection says it
                Long expirySeconds = fitting.sessionExpiryIntervalSeconds();
                if (expirySeconds != null) { // else it stays as CONNECT and CONNACK said
                    serverSession.expiresAfter(expirySeconds);
                }
                context.sendNow(fitting);
            }
        } else if (phase instanceof Handshake attempt && attempt.isConnectSent()) {
            context.send(wish.disconnect()); // behind the CONNECT; without it the Will would be published
        }
        if (!isDisconnected()) {
            context.outputs.closeTransport(); // [MQTT-3.14.4-2]
            ended(null, false);
        }
        closed(serverSession.outlivesConnection(), new ClientClosedException("the request"));
        if (earlier != null) {
            context.outputs.complete(earlier, wish.disconnect());
        }
        context.outputs.complete(wish.request(), wish.disconnect());
    }

    /** The Server has given the Session up: what stood in it is gone, and what was never sent waits for the next one. */
    void expired(MqttException cause) {
        outgoing.onSessionExpired(cause);
        incoming.onSessionLost();
        subscriptions.forget();
        serverSession.discarded();
        stateChanges.rewrite(); // for discarding takes all from the store
    }

    /** Nobody waits any more, and if the Session does not go on, nothing of it is left. */
    void closed(boolean goesOn, MqttException cause) {
        subscriptions.onClosed(cause);
        outgoing.onClosed(goesOn && (context.isStored || serverSession.mayExist()), cause);
        if (!goesOn) {
            incoming.onSessionLost();
            subscriptions.forget();
            serverSession.discarded();
        }
    }

    private void violated(ProtocolViolationException violation) {
        ReasonCode reasonCode = violation.reasonCode();
        if (reasonCode == ReasonCode.PACKET_TOO_LARGE && !tooLargeTold) {
            tooLargeTold = true;
            context.outputs.emit(new ClientEvent.IncomingPacketTooLarge(
                    options.session().maximumPacketSize(), String.valueOf(violation.getMessage())));
        }
        sendDisconnect(Objects.requireNonNullElse(violation.reasonCode(), ReasonCode.PROTOCOL_ERROR));
        close(violation);
    }

    private void sendDisconnect(ReasonCode reasonCode) {
        int bytes = SessionContext.SMALLEST_PACKET + (reasonCode == ReasonCode.SUCCESS ? 0 : 1);
        if (options.session().protocolVersion() == ProtocolVersion.MQTT_5_0 && context.fits(bytes)) {
            context.sendNow(new Disconnect(reasonCode)); // without a Reason Code it would mean that all is well
        }
    }

    private void close(MqttException cause) {
        context.outputs.closeTransport();
        ended(cause, false);
    }

    private void ended(@Nullable MqttException cause, boolean byServer) {
        Phase past = phase;
        phase = Phase.Disconnected.INSTANCE;
        context.connection = null;
        serverSession.connectionEnded();
        PendingDisconnect unfinished = null;
        if (past instanceof Connection connection) {
            unfinished = connection.pendingDisconnect;
            if (unfinished == null) {
                outgoing.onConnectionLost(connection);
            }
            if (connection.received != null) {
                connection.received.close();
            }
        }
        outgoing.onConnectionEnded();
        subscriptions.onConnectionEnded();
        if (past instanceof Handshake attempt) {
            context.outputs.fail(attempt.request, cause == null ? new ClientClosedException("connect") : cause);
        } else {
            context.outputs.emit(new ClientEvent.Disconnected(cause, byServer));
        }
        if (unfinished != null) { // the wish was to be disconnected, and that is so
            finish(unfinished);
        }
    }

    private static String describe(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}

package io.reactivemqtt.session;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientEvent.SessionDiscarded.Reason;
import io.reactivemqtt.client.SessionLossPolicy;
import io.reactivemqtt.client.UnknownSessionPolicy;
import io.reactivemqtt.exception.ConnectionRefusedException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.SessionDiscardedException;
import io.reactivemqtt.exception.SessionUnknownException;
import io.reactivemqtt.packet.ConnAck;
import java.util.List;

/** What CONNACK brings about: a connection, or none, and what becomes of a Session that the Server has lost, or nobody knows. */
final class ConnectionStart {

    private final SessionContext context;
    private final SessionParts parts;
    private final ConnectionEnd end;

    private String clientIdentifier;
    private int connections;

    ConnectionStart(SessionContext context, SessionParts parts, ConnectionEnd end) {
        this.context = context;
        this.parts = parts;
        this.end = end;
        this.clientIdentifier = context.options.clientIdentifier();
    }

    String clientIdentifier() {
        return clientIdentifier;
    }

    void onConnAck(ConnAck connAck, Handshake attempt) {
        if (connAck.reasonCode().isError()) {
            refused(attempt);
            end.close(new ConnectionRefusedException(
                    connAck.reasonCode(), connAck.reasonString(), connAck.serverReference())); // [MQTT-4.13.2-1]
            return;
        }
        attempt.check(connAck);
        MqttException refusal = attempt.authentication == null ? null : attempt.authentication.succeeded(connAck);
        if (refusal != null) {
            end.refuse(refusal);
            return;
        }
        if (connAck.sessionPresent() && !attempt.sessionMayExist) {
            if (context.options.unknownSession() != UnknownSessionPolicy.CONTINUE) {
                end.sendDisconnect(ReasonCode.SUCCESS);
                refused(attempt);
                if (context.options.unknownSession() == UnknownSessionPolicy.BEGIN_NEW) {
                    parts.serverSession().beginsNew();
                }
                end.close(new SessionUnknownException(clientIdentifier)); // [MQTT-3.2.2-4]
                return;
            }
            parts.serverSession().continuesUnknown();
        }
        accepted(connAck, attempt);
    }

    /** This attempt has begun no Session, so if there was none before, there is none. */
    private void refused(Handshake attempt) {
        if (!attempt.sessionMayExist) {
            parts.serverSession().neverWas();
            parts.stateChanges().rewrite();
        }
    }

    private void accepted(ConnAck connAck, Handshake attempt) {
        if (connAck.assignedClientIdentifier() != null) {
            clientIdentifier = connAck.assignedClientIdentifier();
        }
        Connection begun = new Connection(
                ++connections,
                ServerLimits.of(context.options, connAck),
                attempt.keepAlive(connAck, context.nowNanos),
                attempt.writable,
                context.nowNanos);
        context.enter(begun);
        boolean hadSession = parts.serverSession().wasAccepted();
        boolean mayBeAnother = parts.serverSession().mayHaveBegunAnew();
        if (parts.serverSession().repeatsArePossible()) {
            parts.outgoing().endings().markPossibleRepeats();
        }
        parts.serverSession().accepted(connAck);
        context.outputs.connected(connAck);
        context.outputs.emit(new ClientEvent.Connected(clientIdentifier, connAck.sessionPresent()));
        List<String> less =
                Grants.less(context.options, attempt.settings.keepAlive().toSeconds(), connAck);
        if (!less.isEmpty()) {
            context.outputs.emit(new ClientEvent.GrantedLess(less));
        }
        context.outputs.complete(attempt.request, connAck);
        if (connAck.sessionPresent()) {
            context.outputs.emit(new ClientEvent.SessionResumed(
                    parts.outgoing().publishesInFlight(), parts.outgoing().releases()));
            if (mayBeAnother) {
                parts.subscriptions().restore();
                parts.incoming().onDoubtfulSession();
            }
        } else {
            if (hadSession) {
                sessionLost(attempt.newSessionWanted);
                parts.serverSession().begunAnew();
            }
            if (attempt.newSessionWanted && parts.outgoing().hasRecovered()) {
                discardRecovered();
            }
        }
        parts.subscriptions().onConnected();
        parts.outgoing().onConnected(begun);
    }

    /** Reconciliation comes after CONNACK, never before [MQTT-3.2.2-5]. */
    private void sessionLost(boolean wanted) {
        SessionLossPolicy policy = wanted ? SessionLossPolicy.FAIL : context.options.sessionLossPolicy();
        int restored = 0;
        if (wanted) {
            parts.subscriptions().forget();
        } else {
            restored = parts.subscriptions().restore();
        }
        int forgotten = parts.incoming().onSessionLost();
        OutgoingEndings.Lost lost = parts.outgoing().endings().onSessionLost(policy, wanted);
        if (!wanted || lost.completed() + lost.unknown() + forgotten > 0) {
            context.outputs.emit(
                    new ClientEvent.SessionLost(lost.completed(), lost.unknown(), policy, forgotten, restored));
        }
    }

    private void discardRecovered() {
        int discarded = parts.outgoing()
                .endings()
                .discardRecovered(new SessionDiscardedException(
                        "the message waited in a stored Session, and a clean start was asked for"));
        context.outputs.emit(new ClientEvent.SessionDiscarded(Reason.CLEAN_START, discarded, 0, 0));
    }
}

package io.reactivemqtt.session;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.ProtocolViolationException;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.ConnAck;
import org.jspecify.annotations.Nullable;

/** An enhanced authentication under way (MQTT 5.0 §4.12): whose turn it is. Before CONNACK, or again on a connection. */
final class Authentication {

    private final AuthenticationPart part;

    /** Who waits for a re-authentication; null before CONNACK. */
    final @Nullable Request request;

    private final long limitNanos;
    private boolean answering;
    private long deadlineNanos = KeepAlive.NONE;

    /**
     * @param request waits for a re-authentication; null before CONNACK
     * @param limitNanos how long the Server may take for each of its answers
     */
    Authentication(AuthenticationPart part, @Nullable Request request, long limitNanos) {
        this.part = part;
        this.request = request;
        this.limitNanos = limitNanos;
    }

    String method() {
        return part.method();
    }

    /** Returns what CONNECT says of it, which leaves now. */
    @Nullable
    Payload connectData(long nowNanos) {
        deadlineNanos = nowNanos + limitNanos;
        return part.firstData();
    }

    /** Returns the AUTH that begins a re-authentication, which leaves now. */
    Auth first(long nowNanos) {
        deadlineNanos = nowNanos + limitNanos;
        return auth(ReasonCode.REAUTHENTICATE, part.firstData());
    }

    /** The Server asks for more. */
    void challenged(Auth auth) {
        requireTurnOfServer();
        if (!part.method().equals(auth.authenticationMethod())) {
            throw anotherMethod("AUTH");
        } else if (auth.reasonCode() != ReasonCode.CONTINUE_AUTHENTICATION) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR, "AUTH says " + auth.reasonCode() + " where it can only go on");
        }
        answering = true;
        deadlineNanos = KeepAlive.NONE;
        Payload data = auth.authenticationData();
        part.challenged(data == null ? Payload.EMPTY : data);
    }

    /** Returns the AUTH with the client's answer, or null if none is awaited. */
    @Nullable
    Auth answer(Payload data, long nowNanos) {
        if (!answering) {
            return null;
        }
        answering = false;
        deadlineNanos = nowNanos + limitNanos;
        return auth(ReasonCode.CONTINUE_AUTHENTICATION, data); // [MQTT-4.12.0-3]
    }

    /** The Server is content; returns why the client is not, or null. */
    @Nullable
    MqttException succeeded(ConnAck connAck) {
        requireTurnOfServer();
        if (!part.method().equals(connAck.authenticationMethod())) {
            throw anotherMethod("CONNACK");
        }
        return part.succeeded(connAck.authenticationData());
    }

    /** The Server is content with a re-authentication; returns why the client is not, or null. */
    @Nullable
    MqttException succeeded(Auth auth) {
        requireTurnOfServer();
        String method = auth.authenticationMethod();
        if (method != null && !method.equals(part.method())) {
            throw anotherMethod("AUTH");
        }
        return part.succeeded(auth.authenticationData());
    }

    private void requireTurnOfServer() {
        if (answering) {
            throw new ProtocolViolationException(
                    ReasonCode.PROTOCOL_ERROR, "the Server did not wait for the answer to its AUTH");
        }
    }

    private ProtocolViolationException anotherMethod(String packet) {
        return new ProtocolViolationException(
                ReasonCode.PROTOCOL_ERROR,
                packet + " has another Authentication Method than CONNECT, or none [MQTT-4.12.0-5]");
    }

    private Auth auth(ReasonCode reasonCode, @Nullable Payload data) {
        return new Auth(reasonCode, part.method(), data, null, UserProperties.EMPTY);
    }

    /** Tells whether the application has the word. */
    boolean isAnswering() {
        return answering;
    }

    /** Returns when the Server's answer is late, or {@link KeepAlive#NONE}. */
    long deadlineNanos() {
        return deadlineNanos;
    }
}

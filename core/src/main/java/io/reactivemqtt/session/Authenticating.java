package io.reactivemqtt.session;

import io.reactivemqtt.Payload;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.exception.ConnectionLostException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Auth;
import io.reactivemqtt.packet.PacketType;
import org.jspecify.annotations.Nullable;

/** What the application says in an enhanced authentication, and what the Server's AUTH brings about on a connection (MQTT 5.0 §4.12). */
final class Authenticating {

    private final ClientOptions options;
    private final SessionContext context;
    private final ConnectionEnd end;

    Authenticating(ClientOptions options, SessionContext context, ConnectionEnd end) {
        this.options = options;
        this.context = context;
        this.end = end;
    }

    Authentication begun(AuthenticationPart part, @Nullable Request request) {
        return new Authentication(part, request, options.connectTimeout().toNanos());
    }

    void reauthenticate(AuthenticationPart part, Request request) {
        Connection connection = context.connection;
        if (connection == null || connection.authentication != null) {
            String why = connection == null
                    ? "there is no connection that could be authenticated anew"
                    : "the connection is being authenticated anew already";
            context.outputs.fail(request, new ConnectionLostException(why, null, null));
            return;
        }
        Authentication begun = begun(part, request);
        Auth first = begun.first(context.nowNanos);
        int bytes = context.encodedLength(first);
        if (context.fits(bytes)) {
            connection.authentication = begun;
            context.send(first); // [MQTT-4.12.1-1]
        } else {
            context.outputs.fail(
                    request,
                    new LimitExceededException(
                            "AUTH has " + bytes + " bytes, but the Server's Maximum Packet Size is "
                                    + connection.limits.maximumPacketSize() + " [MQTT-3.2.2-15]",
                            ReasonCode.PACKET_TOO_LARGE));
        }
    }

    void authenticate(Payload data) {
        Authentication run = underWay();
        Auth answer = run == null ? null : run.answer(data, context.nowNanos);
        if (answer == null) {
            return; // to a question of a connection that has ended
        }
        int bytes = context.encodedLength(answer);
        if (context.connection != null && !context.fits(bytes)) {
            end.closeForWantOfRoom(PacketType.AUTH, bytes, context.connection);
        } else {
            context.send(answer);
        }
    }

    void onFailed(MqttException cause) {
        Authentication run = underWay();
        if (run != null && run.isAnswering()) {
            end.refuse(cause); // [MQTT-4.12.1-2]
        }
    }

    private @Nullable Authentication underWay() {
        if (context.phase instanceof Handshake attempt) {
            return attempt.authentication;
        }
        return context.connection == null ? null : context.connection.authentication;
    }

    /** The Server answers a re-authentication. */
    void onAuth(Auth auth, Connection connection, Authentication run) {
        if (auth.reasonCode() != ReasonCode.SUCCESS) {
            run.challenged(auth);
            return;
        }
        MqttException refusal = run.succeeded(auth);
        if (refusal != null) {
            end.refuse(refusal);
            return;
        }
        connection.authentication = null;
        if (run.request != null) {
            context.outputs.complete(run.request, auth);
        }
    }
}

package io.reactivemqtt.exception;

import io.reactivemqtt.ReasonCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong between this client, the Server and the network. The subclass says what the caller can do about it.
 *
 * <p>A mistake of the caller's that can be seen without asking anybody is an {@link IllegalArgumentException} instead.
 */
public abstract sealed class MqttException extends RuntimeException
        permits ClientClosedException,
                ClientFailedException,
                ConnectFailedException,
                ConnectionLostException,
                ConnectionRefusedException,
                LimitExceededException,
                MessageExpiredException,
                NoResponseException,
                NotSentException,
                OutcomeUnknownException,
                ProtocolViolationException,
                QueueFullException,
                RequestRefusedException,
                ResponderFailedException,
                SessionDiscardedException,
                SessionTakenOverException,
                SessionUnknownException,
                SnapshotRefusedException,
                StoreException,
                SubscriberOverflowException,
                SubscriptionConflictException,
                UndecodablePayloadException {

    private static final long serialVersionUID = 1;

    /** What does not get better by trying again, when a CONNACK or DISCONNECT says it. */
    private static final Set<ReasonCode> FINAL = Set.of(
            ReasonCode.SESSION_TAKEN_OVER,
            ReasonCode.BAD_USER_NAME_OR_PASSWORD,
            ReasonCode.NOT_AUTHORIZED,
            ReasonCode.BANNED,
            ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
            ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
            ReasonCode.BAD_AUTHENTICATION_METHOD,
            ReasonCode.SERVER_MOVED);

    /** The Reason Code that goes with this, or null. */
    private final @Nullable ReasonCode reasonCode;

    MqttException(String message, @Nullable ReasonCode reasonCode, @Nullable Throwable cause) {
        super(message, cause);
        this.reasonCode = reasonCode;
    }

    /** Returns the Reason Code that the peer gave, or that this client gives the peer, or null if there is none. */
    public @Nullable ReasonCode reasonCode() {
        return reasonCode;
    }

    /**
     * Tells whether a new connection may succeed where this ended one. False for what the Server has said for good in CONNACK or
     * DISCONNECT, such as bad credentials, for a Session that another client has taken over or that this client has no state of,
     * for a client that has failed, and for a payload that no codec can read, which comes again as it is. A Reason Code that this client gives for a Server's mistake says nothing about the next
     * connection.
     */
    public boolean isRetryable() {
        boolean saidByServer = this instanceof ConnectionRefusedException || this instanceof ConnectionLostException;
        return !(this instanceof SessionUnknownException)
                && !(this instanceof SessionTakenOverException)
                && !(this instanceof ClientFailedException)
                && !(this instanceof UndecodablePayloadException)
                && !(saidByServer && reasonCode != null && FINAL.contains(reasonCode));
    }

    /** Returns the Server to use instead, as the Server named it (MQTT 5.0 §4.11), or null. */
    public @Nullable String serverReference() {
        return null;
    }
}

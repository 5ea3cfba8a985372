package io.reactivemqtt;

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
                OutcomeUnknownException,
                ProtocolViolationException,
                QueueFullException,
                RequestRefusedException,
                SessionDiscardedException,
                SessionTakenOverException,
                SessionUnknownException,
                SnapshotRefusedException,
                StoreException,
                SubscriberOverflowException,
                SubscriptionConflictException {

    private static final long serialVersionUID = 1;

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
}

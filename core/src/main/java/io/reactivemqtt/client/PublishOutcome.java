package io.reactivemqtt.client;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.RequestRefusedException;

/** What became of a message, in one word: {@link PublishResult#outcome}. */
public enum PublishOutcome {
    /** It was sent at QoS 0: no more than that is ever known, because nobody acknowledges it. */
    SENT,
    /** The Server has acknowledged it. */
    ACKNOWLEDGED,
    /** The Server has acknowledged it, and says that nobody subscribes to it. MQTT 3.1.1 cannot say so. */
    NO_SUBSCRIBER,
    /** The Server refused it, or it was not sent because it exceeds what the Server takes. */
    REFUSED,
    /** Its Message Expiry Interval passed before it was sent. */
    EXPIRED,
    /** It was not sent and never will be, for want of room, a connection or time: publishing it again repeats nothing. */
    NOT_SENT,
    /**
     * It was given up as the application's options say: a newer one has {@linkplain PublishOptions.Builder#latestOf taken its place}, or
     * the Server lost the Session and the policy is {@link SessionLossPolicy#DROP}. {@link PublishResult#failure} says whether it may
     * have arrived.
     */
    DROPPED,
    /** It may have arrived, or may do so yet: publishing it again may repeat it. */
    UNKNOWN;

    /** Returns what {@code cause} says about the message that failed with it. */
    static PublishOutcome of(MqttException cause) {
        if (cause instanceof RequestRefusedException) {
            // a PUBCOMP that does not know the identifier comes behind a PUBREC that took the message
            return cause.reasonCode() == ReasonCode.PACKET_IDENTIFIER_NOT_FOUND ? UNKNOWN : REFUSED;
        } else if (cause instanceof LimitExceededException) {
            return REFUSED;
        } else if (cause instanceof MessageExpiredException) {
            return EXPIRED;
        }
        boolean unsent = cause instanceof NotSentException
                || cause instanceof QueueFullException
                || (cause instanceof ClientClosedException closed && !closed.mayHaveBeenSent());
        return unsent ? NOT_SENT : UNKNOWN;
    }
}

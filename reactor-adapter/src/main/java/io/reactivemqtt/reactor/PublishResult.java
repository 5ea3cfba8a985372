package io.reactivemqtt.reactor;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.MqttException;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import org.jspecify.annotations.Nullable;

/**
 * What became of one message that was published.
 *
 * @param message the message, the same object
 * @param reasonCode the Server's last word; {@link ReasonCode#SUCCESS} at QoS 0, which has no answer
 * @param reasonString the Server's words for people, or null
 * @param userProperties what the Server added
 * @param possibleRepeat whether the receiver may get the message twice: the Server lost the Session after it was first sent
 * @param failure why the message was not delivered, or null if it was; only in the results of a stream, since a single
 *     publish ends with it as an error
 */
public record PublishResult(
        ApplicationMessage message,
        ReasonCode reasonCode,
        @Nullable String reasonString,
        UserProperties userProperties,
        boolean possibleRepeat,
        @Nullable MqttException failure) {

    static PublishResult failed(ApplicationMessage message, MqttException cause) {
        ReasonCode reasonCode = cause.reasonCode();
        return new PublishResult(
                message,
                reasonCode == null ? ReasonCode.UNSPECIFIED_ERROR : reasonCode,
                null,
                UserProperties.EMPTY,
                false,
                cause);
    }

    /** Tells whether the message was delivered to the Server, or sent at QoS 0. */
    public boolean isSuccess() {
        return failure == null;
    }
}

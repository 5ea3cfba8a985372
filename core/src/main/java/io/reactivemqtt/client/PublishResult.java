package io.reactivemqtt.client;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.packet.Acknowledgement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of one message that was published. */
public final class PublishResult {

    private final ApplicationMessage message;
    private final ReasonCode reasonCode;

    /** What most results do not have; null if there is nothing of it, so that a result of a million takes 24 bytes. */
    private final @Nullable Details details;

    private record Details(
            @Nullable String reasonString,
            UserProperties userProperties,
            boolean possibleRepeat,
            @Nullable MqttException failure,
            boolean dropped) {}

    private PublishResult(ApplicationMessage message, ReasonCode reasonCode, @Nullable Details details) {
        this.message = message;
        this.reasonCode = reasonCode;
        this.details = details;
    }

    /** Returns the result of a message that {@code answer} ends; null: there is no more to say than that all went well. */
    public static PublishResult succeeded(
            ApplicationMessage message, @Nullable Acknowledgement answer, boolean possibleRepeat) {
        ReasonCode reasonCode = answer == null ? ReasonCode.SUCCESS : answer.reasonCode();
        String reasonString = answer == null ? null : answer.reasonString();
        UserProperties userProperties = answer == null ? UserProperties.EMPTY : answer.userProperties();
        boolean hasDetails = possibleRepeat || reasonString != null || !userProperties.isEmpty();
        return new PublishResult(
                message,
                reasonCode,
                hasDetails ? new Details(reasonString, userProperties, possibleRepeat, null, false) : null);
    }

    /** Returns the result of a message that was not delivered because of {@code cause}. */
    public static PublishResult failed(ApplicationMessage message, MqttException cause) {
        return ended(message, cause, false);
    }

    /** Returns the result of a message that was given up as the application's options say; {@code cause} tells what is known of it. */
    public static PublishResult dropped(ApplicationMessage message, MqttException cause) {
        return ended(message, cause, true);
    }

    private static PublishResult ended(ApplicationMessage message, MqttException cause, boolean dropped) {
        return new PublishResult(
                message,
                Objects.requireNonNullElse(cause.reasonCode(), ReasonCode.UNSPECIFIED_ERROR),
                new Details(null, UserProperties.EMPTY, false, cause, dropped));
    }

    /** Returns this result as that of {@code original}, for what publishes another message in the place of the one that it was given. */
    public PublishResult withMessage(ApplicationMessage original) {
        return new PublishResult(Objects.requireNonNull(original, "original"), reasonCode, details);
    }

    /** Returns the message, the same object that was published. */
    public ApplicationMessage message() {
        return message;
    }

    /** Returns what became of the message, in one word. */
    public PublishOutcome outcome() {
        MqttException cause = failure();
        if (cause != null) {
            return details != null && details.dropped ? PublishOutcome.DROPPED : PublishOutcome.of(cause);
        } else if (message.qos() == Qos.AT_MOST_ONCE) {
            return PublishOutcome.SENT;
        }
        return reasonCode == ReasonCode.NO_MATCHING_SUBSCRIBERS
                ? PublishOutcome.NO_SUBSCRIBER
                : PublishOutcome.ACKNOWLEDGED;
    }

    /**
     * Returns how the Server took the message; {@link ReasonCode#SUCCESS} at QoS 0, which has no answer.
     *
     * <p>At QoS 2 that {@linkplain ReasonCode#NO_MATCHING_SUBSCRIBERS nobody subscribes to it} is said half-way, and is forgotten
     * with the process: a later one, which only finishes the handshake, says {@link ReasonCode#SUCCESS}.
     */
    public ReasonCode reasonCode() {
        return reasonCode;
    }

    /** Returns the Server's reason, for people to read, or null. */
    public @Nullable String reasonString() {
        return details == null ? null : details.reasonString;
    }

    /** Returns what the Server added. */
    public UserProperties userProperties() {
        return details == null ? UserProperties.EMPTY : details.userProperties;
    }

    /** Tells whether the receiver may get the message twice: the Server lost the Session after it was first sent. */
    public boolean possibleRepeat() {
        return details != null && details.possibleRepeat;
    }

    /**
     * Returns why the message was not delivered, or null if it was. Only results of a stream have it, and those of {@linkplain
     * PublishOutcome#DROPPED dropped} messages, since a single publish ends with it as an error.
     */
    public @Nullable MqttException failure() {
        return details == null ? null : details.failure;
    }

    /** Tells whether the message was delivered to the Server, or sent at QoS 0. */
    public boolean isSuccess() {
        return failure() == null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublishResult result
                && message.equals(result.message)
                && reasonCode == result.reasonCode
                && Objects.equals(details, result.details);
    }

    @Override
    public int hashCode() {
        return Objects.hash(message, reasonCode, details);
    }

    /** Returns what it says, without the message's payload. */
    @Override
    public String toString() {
        return "PublishResult[" + message + ", " + reasonCode + (details == null ? "" : ", " + details) + "]";
    }
}

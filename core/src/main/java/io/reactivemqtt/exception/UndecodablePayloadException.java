package io.reactivemqtt.exception;

import io.reactivemqtt.ApplicationMessage;
import org.jspecify.annotations.Nullable;

/**
 * A codec cannot read the payload of a message, or its Content Type says that it is something else. The message comes again as it is, so
 * another try does not help: its sender has to change, or the codec.
 *
 * <p>No content reaches a log: the message of this names the topic, the size and the reason. Parsers quote what they read, so of the
 * cause there are only the kinds and the stack traces.
 */
public final class UndecodablePayloadException extends MqttException {

    private static final long serialVersionUID = 1;

    /**
     * Names where {@code message} was published, how large it is, and why it cannot be decoded.
     *
     * @param reason without anything that stands in the message, its properties included
     * @param cause what the parser failed with; its messages are left out
     */
    public UndecodablePayloadException(ApplicationMessage message, String reason, @Nullable Throwable cause) {
        super(
                "the message to " + message.topicName() + ", " + message.payload() + ", cannot be decoded: " + reason,
                null,
                cause == null ? null : new Silenced(cause));
    }

    /** Where a parser failed, without its words. */
    private static final class Silenced extends Exception {

        private static final long serialVersionUID = 1;

        Silenced(Throwable origin) {
            super(origin.getClass().getName(), causeOf(origin));
            setStackTrace(origin.getStackTrace());
        }

        private static @Nullable Throwable causeOf(Throwable origin) {
            Throwable cause = origin.getCause();
            return cause == null ? null : new Silenced(cause);
        }
    }
}

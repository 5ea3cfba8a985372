package io.reactivemqtt.exception;

import org.jspecify.annotations.Nullable;

/** A saved session cannot be restored; the client is as it was. {@link #refusal} says what is wrong with it. */
public final class SnapshotRefusedException extends MqttException {

    private static final long serialVersionUID = 1;

    /** Why the saved session was refused. */
    public enum Refusal {
        /** It is not what {@code saveSession()} returned: it was cut, changed, or is something else. */
        DAMAGED,
        /** It was saved by a newer version of this library: use that one. */
        OTHER_VERSION,
        /** It is the Session of another client: restore it in a client with that Client Identifier. */
        OTHER_CLIENT_IDENTIFIER
    }

    private final Refusal refusal;

    /** Says what is wrong. */
    public SnapshotRefusedException(Refusal refusal, String message, @Nullable Throwable cause) {
        super(message, null, cause);
        this.refusal = refusal;
    }

    /** Returns what is wrong with the saved session. */
    public Refusal refusal() {
        return refusal;
    }
}

package io.reactivemqtt.exception;

import org.jspecify.annotations.Nullable;

/**
 * The client was disconnected before the request was made, or before it was answered, or nobody wanted a connection any more.
 * Messages that were not acknowledged stay in the Session, if the Session outlives the connection: connect again to resume it.
 */
public final class ClientClosedException extends MqttException {

    private static final long serialVersionUID = 1;

    private static final String UNFINISHED = " was not finished when the client was disconnected";

    private final boolean mayHaveBeenSent;

    /** Names the request that had no answer yet. */
    public ClientClosedException(String request) {
        this(request + UNFINISHED, true, null);
    }

    private ClientClosedException(String message, boolean mayHaveBeenSent, @Nullable Throwable cause) {
        super(message, null, cause);
        this.mayHaveBeenSent = mayHaveBeenSent;
    }

    /** Returns the error of a request after the disconnect. */
    public static ClientClosedException afterwards(String request) {
        return new ClientClosedException(request + ": the client is disconnected; call connect() first", false, null);
    }

    /** Returns the error of a request that was never sent, and never will be. */
    public static ClientClosedException unsent(String request) {
        return new ClientClosedException(request + UNFINISHED, false, null);
    }

    /** Says that all who had called {@code connect()} have cancelled it; {@code cause} is why the last attempt failed, or null. */
    public static ClientClosedException cancelled(@Nullable MqttException cause) {
        return new ClientClosedException("connect() was cancelled", true, cause);
    }

    /** Tells whether the request was sent, or still may be: if not, doing it again repeats nothing. */
    public boolean mayHaveBeenSent() {
        return mayHaveBeenSent;
    }
}

package io.reactivemqtt.samples.cli.terminal;

import java.io.IOException;

/** The standard output cannot be written: whoever read it does not want more, or a disk is full. */
public final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final IOException reason;

    public OutputException(IOException reason) {
        super(reason);
        this.reason = reason;
    }

    public IOException reason() {
        return reason;
    }
}

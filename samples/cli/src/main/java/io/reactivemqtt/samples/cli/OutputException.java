package io.reactivemqtt.samples.cli;

import java.io.IOException;

/** The standard output cannot be written: whoever read it does not want more, or a disk is full. */
final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final IOException reason;

    OutputException(IOException reason) {
        super(reason);
        this.reason = reason;
    }

    IOException reason() {
        return reason;
    }
}

package io.reactivemqtt.samples.cli;

import java.io.IOException;

/** Whoever read the standard output does not want more: no failure, and nothing to complain about. */
final class ClosedOutputException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ClosedOutputException(IOException cause) {
        super(cause);
    }
}

package io.reactivemqtt.session.crash;

import java.io.Serial;

/** A promise was broken. */
final class CounterExample extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    CounterExample(String promise) {
        super(promise, null, false, false);
    }
}

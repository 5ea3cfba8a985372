package io.reactivemqtt.samples.cli.terminal;

/** With what the process ends, beside picocli's 0 and 2. */
public final class ExitStatus {

    public static final int FAILURE = 1;

    /** As mosquitto_sub has it. */
    public static final int TIMED_OUT = 27;

    public static final int INTERRUPTED = 130;

    /** What a process that SIGPIPE ends has, as its shell sees it. */
    public static final int OUTPUT_CLOSED = 141;

    private ExitStatus() {}
}

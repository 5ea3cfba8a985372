package io.reactivemqtt.reliability.nemesis;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is tried.
 *
 * @param fault what fails
 * @param handling how the pods handle what arrives
 */
record FaultCell(Fault fault, Handling handling) {

    /** Where a transaction of the store may be cut in two: at its pod, at the database, and between them. */
    private static final Set<Fault> WITH_INBOX = EnumSet.of(
            Fault.FAIL_OVER, Fault.OWNER_KILLED, Fault.OWNER_STOPPED, Fault.DATABASE_CUT_OFF, Fault.DATABASE_KILLED);

    /** All that there are: each fault, and some again with rows that come exactly once. */
    static List<FaultCell> all() {
        return Arrays.stream(Fault.values())
                .flatMap(fault -> WITH_INBOX.contains(fault)
                        ? Stream.of(new FaultCell(fault, Handling.ROWS), new FaultCell(fault, Handling.INBOX))
                        : Stream.of(new FaultCell(fault, Handling.ROWS)))
                .toList();
    }

    /** A word for command lines and files, such as {@code owner-killed} or {@code owner-killed-inbox}. */
    String name() {
        return PodLog.word(fault) + (handling == Handling.ROWS ? "" : "-" + PodLog.word(handling));
    }

    /** Tells whether something sees who writes to the Session: the database does, Redis does not. */
    boolean isAppendSeen() {
        return fault.extra() != Extra.REDIS;
    }

    /** What people read. */
    String words() {
        return fault.words() + handling.words();
    }
}

package io.reactivemqtt.reliability.flapping;

import io.reactivemqtt.Qos;
import java.util.BitSet;

/** Which numbered messages went one way at one QoS. It takes its memory at once, so that it does not grow. */
final class Numbers {

    private static final int MOST = 1 << 20;

    private final String way;
    private final Qos qos;
    private final BitSet accepted = new BitSet(MOST);
    private final BitSet seen = new BitSet(MOST);
    private int next;
    private long repeated;

    /**
     * Begins with none.
     *
     * @param way whose messages they are
     */
    Numbers(String way, Qos qos) {
        this.way = way;
        this.qos = qos;
    }

    Qos qos() {
        return qos;
    }

    String topic() {
        return "flapping/" + way + "/" + qos.level();
    }

    synchronized int next() {
        return next++;
    }

    /** It is to arrive. */
    synchronized void accepted(int number) {
        accepted.set(number);
    }

    synchronized void arrived(int number) {
        if (seen.get(number)) {
            repeated++;
        }
        seen.set(number);
    }

    /** Returns how many are to arrive. */
    synchronized int given() {
        return accepted.cardinality();
    }

    synchronized int arrived() {
        return seen.cardinality();
    }

    synchronized int missing() {
        BitSet missing = (BitSet) accepted.clone();
        missing.andNot(seen);
        return missing.cardinality();
    }

    synchronized long repeated() {
        return repeated;
    }

    /** Returns what was seen, for a table, with promised numbers in bold. */
    String row() {
        String lost = qos == Qos.AT_MOST_ONCE ? "–" : "**" + missing() + "**";
        String again = qos == Qos.AT_LEAST_ONCE ? String.format("%,d", repeated()) : "**" + repeated() + "**";
        return String.format("| %s, QoS %d | %,d | %,d | %s | %s |", way, qos.level(), given(), arrived(), lost, again);
    }

    /** Tells whether what is promised at its QoS is so. */
    boolean isKept() {
        return (qos == Qos.AT_MOST_ONCE || missing() == 0) && (qos == Qos.AT_LEAST_ONCE || repeated() == 0);
    }
}

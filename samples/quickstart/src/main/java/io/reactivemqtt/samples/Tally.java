package io.reactivemqtt.samples;

import java.util.BitSet;

/** Counts what went out and what came in. Thread-safe. */
final class Tally {

    private final int expected;
    private final BitSet arrived = new BitSet();
    private int sent;
    private int repeatedAtQos1;
    private int repeatedAtQos2;

    Tally(int expected) {
        this.expected = expected;
    }

    /** One reading is with the Server. */
    synchronized void sent() {
        sent++;
    }

    /** Notes one that arrived, and tells whether it is the first of its number. */
    synchronized boolean arrived(Reading reading, boolean exactlyOnce) {
        boolean first = !arrived.get(reading.number());
        arrived.set(reading.number());
        if (!first && exactlyOnce) {
            repeatedAtQos2++;
        } else if (!first) {
            repeatedAtQos1++;
        }
        return first;
    }

    /** Tells whether every reading arrived. */
    synchronized boolean isComplete() {
        return arrived.cardinality() == expected;
    }

    /** Tells whether MQTT kept its word: all sent, none lost, none repeated at QoS 2. */
    synchronized boolean isGood() {
        return sent == expected && isComplete() && repeatedAtQos2 == 0;
    }

    @Override
    public synchronized String toString() {
        int repeated = repeatedAtQos1 + repeatedAtQos2;
        return "sent " + sent + ", received " + arrived.cardinality() + ", repeated " + repeated
                + (repeated == 0 ? "" : " (" + repeatedAtQos1 + " at QoS 1, " + repeatedAtQos2 + " at QoS 2)")
                + ", lost " + (expected - arrived.cardinality());
    }
}

package io.reactivemqtt.reliability.nemesis;

/** How the pods handle what arrives, and so what may be asked of the rows that it leaves. */
enum Handling {
    /** A row, and then the acknowledgement: at least once at the edge. */
    ROWS(""),
    /** A row in the transaction in which the store marks the message as processed: at QoS 2 exactly once, to the end. */
    INBOX(", rows in the store's transaction");

    private final String words;

    Handling(String words) {
        this.words = words;
    }

    /** Returns what stands behind the name of a cell. */
    String words() {
        return words;
    }

    /** Tells whether each QoS 2 message is promised to be there once and no more. */
    boolean isExactlyOnce() {
        return this == INBOX;
    }
}

package io.reactivemqtt.reliability;

/** What the killed receivers of a cell have done, as it stands on the disk; they may go on with it meanwhile. */
interface Effects extends AutoCloseable {

    /** Returns how often a message was processed. */
    long count();

    /** Returns the counts if 1 to {@code published} were published. */
    Tally tally(long published);

    @Override
    void close();
}

package io.reactivemqtt.reliability;

import java.io.IOException;

/** What the parent knows about the messages of a cell, without the help of what is tried. */
interface Truth extends AutoCloseable {

    /** The first process is ready. */
    void begin();

    /** The last process is ready; returns when it may be told to come to rest. */
    void settle() throws IOException, InterruptedException;

    /** All processes have ended. */
    Tally tally() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}

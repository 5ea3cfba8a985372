package io.reactivemqtt.reactor.transport;

import io.reactivemqtt.packet.Packet;

/** An open connection to the Server. Only the loop's thread calls it. */
public interface Transport {

    /** Puts {@code packet} behind what was written before; it leaves with the next {@link #flush} at the latest. */
    void write(Packet packet);

    /** Sends what was written. */
    void flush();

    /** Sends what was written, then closes; the listener hears nothing any more. */
    void close();

    /** Stops or resumes reading. */
    void readingPaused(boolean paused);

    /** CONNACK is there: packets may be as large as was announced from now on. */
    void accepted();
}

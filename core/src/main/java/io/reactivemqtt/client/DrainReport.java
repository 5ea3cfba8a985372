package io.reactivemqtt.client;

/**
 * What a {@code disconnect(drainFor)} left undone when its time was over. In a Session that
 * outlives its connection nothing of it is lost: it goes on with the next connection.
 *
 * @param handlersAtWork messages that subscribers had in hand, neither acknowledged nor handed back; the Server sends them again
 * @param inFlight QoS 1 and 2 messages that were sent and not completely acknowledged
 * @param waiting messages that were never sent
 */
public record DrainReport(int handlersAtWork, int inFlight, int waiting) {

    /** Everything was done. */
    public static final DrainReport NOTHING_LEFT = new DrainReport(0, 0, 0);
}

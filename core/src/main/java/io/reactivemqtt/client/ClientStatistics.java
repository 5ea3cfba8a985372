package io.reactivemqtt.client;

import java.time.Duration;

/**
 * What a client has done since it was made, and what is on its way now: for metrics and health checks. The numbers are those of the
 * end of the last turn of its event loop; each is right by itself, but two may be of turns that follow each other.
 *
 * @param queuedMessages how many messages wait to be sent for the first time
 * @param queuedBytes their Topic Names and payloads, in bytes
 * @param outgoingInFlight QoS 1 and 2 messages that were sent and are not completely acknowledged by the Server
 * @param incomingUnacknowledged QoS 1 and 2 messages of the present connection that are not completely acknowledged by this client: they
 *     count against the Receive Maximum
 * @param oldestUnacknowledged how long ago the oldest of those was accepted or received, in either direction; zero if there is none, and
 *     without QoS 2 messages that wait for the Server's PUBREL
 * @param published messages that were published with success: acknowledged completely, or sent at QoS 0
 * @param received messages that have arrived from the Server, repeats that were recognized left out
 * @param reconnects how often a lost connection was re-established
 * @param dropped messages that arrived and that a subscriber had no room for, or nobody had asked for
 * @param handedBack how often a subscriber gave a message back, or left it untaken
 * @param handlerFailures how often a handler of {@code consume} failed with a message, tries that are repeated included
 * @param deadLettered messages for which a dead letter was published, by a {@link FailurePolicy}
 */
public record ClientStatistics(
        int queuedMessages,
        long queuedBytes,
        int outgoingInFlight,
        int incomingUnacknowledged,
        Duration oldestUnacknowledged,
        long published,
        long received,
        long reconnects,
        long dropped,
        long handedBack,
        long handlerFailures,
        long deadLettered) {}

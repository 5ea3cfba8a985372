package io.reactivemqtt.client;

import io.reactivemqtt.TopicSubscription;
import java.util.List;

/**
 * What stands in a Session at one moment.
 *
 * @param clientIdentifier whose; empty if the Server has not made one up yet
 * @param connected whether the Server has accepted the present connection
 * @param inFlight QoS 1 and 2 messages that are not completely acknowledged: outgoing in the order in which they would be sent
 *     again, then incoming
 * @param waiting how many messages wait to be sent for the first time
 * @param subscriptions what the Server has granted
 */
public record SessionInspection(
        String clientIdentifier,
        boolean connected,
        List<MessageInFlight> inFlight,
        int waiting,
        List<TopicSubscription> subscriptions) {}

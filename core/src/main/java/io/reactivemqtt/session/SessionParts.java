package io.reactivemqtt.session;

/**
 * What makes up a Session, whatever becomes of its connections.
 *
 * @param stateChanges all of it in the words of the store
 */
record SessionParts(
        OutgoingFlows outgoing,
        IncomingFlows incoming,
        Subscriptions subscriptions,
        ServerSession serverSession,
        StateChanges stateChanges) {}

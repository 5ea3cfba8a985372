package io.reactivemqtt.session;

/**
 * A caller who waits for the answer to CONNECT, SUBSCRIBE, UNSUBSCRIBE or DISCONNECT. The session hands it back with the
 * answer and looks at nothing in it.
 */
public interface Request {}

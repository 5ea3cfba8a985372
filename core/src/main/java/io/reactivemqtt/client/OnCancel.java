package io.reactivemqtt.client;

/** What becomes of a subscription at the Server when its last subscriber has left: cancelled, failed, or gone otherwise. */
public enum OnCancel {
    /**
     * It lives as long as the Session: if that outlives the connection nothing is sent, so that the restart of a consumer leaves no
     * hole; otherwise the client unsubscribes. The default.
     */
    AS_SESSION,
    /**
     * The client unsubscribes. Once the Server has answered, the messages that nobody has taken are acknowledged, and an event tells
     * so: who chooses this has done with them.
     */
    UNSUBSCRIBE,
    /** It stays, whatever the Session. */
    KEEP
}

package io.reactivemqtt.client;

/** What becomes of a subscription of a stored Session that no code of this process has asked for. */
public enum Unclaimed {
    /**
     * After {@link ClientOptions.Builder#keepFor} the client unsubscribes, and acknowledges what has come for it. The default: an
     * earlier version of the program has left it, and its messages would hold all others back for ever.
     */
    UNSUBSCRIBE,
    /** It stays, and its messages wait for a subscriber without end. */
    KEEP
}

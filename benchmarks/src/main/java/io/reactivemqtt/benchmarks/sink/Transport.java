package io.reactivemqtt.benchmarks.sink;

import java.util.Locale;

/** What lies between a client and the sink. */
public enum Transport {
    /** Nothing. */
    TCP("over TCP"),
    /** TLS by the JDK, on the side of the client. */
    TLS("over TLS"),
    /** TLS by BoringSSL, through Netty's tcnative. */
    TLS_NATIVE("over TLS (tcnative)"),
    /** A WebSocket. */
    WEB_SOCKET("over WebSocket");

    private final String title;

    Transport(String title) {
        this.title = title;
    }

    /** Returns the words for people. */
    public String title() {
        return title;
    }

    /** Tells whether all is encrypted. */
    public boolean isSecure() {
        return this == TLS || this == TLS_NATIVE;
    }

    /** Reads what {@link #toString} wrote. */
    public static Transport named(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Returns the name for a command line, such as {@code tls-native}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

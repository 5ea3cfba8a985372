package io.reactivemqtt.engine.connection;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.SessionOptions;
import io.reactivemqtt.exception.ConnectFailedException;
import io.reactivemqtt.exception.ConnectFailedException.Phase;
import io.reactivemqtt.exception.MqttException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which version of MQTT is spoken with a Server: the one that it has accepted before, or the first; and the other one is tried, once in
 * an attempt, where it may not have that. Loop only.
 */
final class VersionFallback {

    /** Redirects may name new Servers for ever. */
    private static final int MANY = 64;

    private final SessionOptions first;
    private final SessionOptions second;

    /** What each Server has accepted last. */
    private final Map<URI, SessionOptions> accepted = new HashMap<>();

    private @Nullable URI server;
    private boolean triesOther;

    private VersionFallback(SessionOptions first, SessionOptions second) {
        this.first = first;
        this.second = second;
    }

    /** Returns one, or null where there is no other version. */
    static @Nullable VersionFallback of(SessionOptions options) {
        SessionOptions fallback = options.fallback();
        return fallback == null ? null : new VersionFallback(options, fallback);
    }

    /** Returns what is spoken with {@code tried}, the Server that is tried now. */
    SessionOptions spokenWith(URI tried) {
        if (!tried.equals(server)) {
            server = tried;
            triesOther = false;
        }
        return spoken(tried);
    }

    private SessionOptions spoken(URI with) {
        SessionOptions usual = accepted.getOrDefault(with, first);
        boolean isFirst = (usual == first) != triesOther;
        return isFirst ? first : second;
    }

    /** Goes on with the other version, if {@code cause} may be for want of this one; false if not, and the usual one holds again. */
    boolean goOnWithOther(MqttException cause) {
        triesOther = !triesOther && isForVersion(cause);
        return triesOther;
    }

    private boolean isForVersion(MqttException cause) {
        return cause.reasonCode() == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                || (!accepted.containsKey(server)
                        && cause instanceof ConnectFailedException failed
                        && failed.phase() == Phase.CONNACK);
    }

    /** The attempt is over, whoever has ended it: what the other version was tried for is open. */
    void attemptEnded() {
        triesOther = false;
    }

    /** The Server has accepted the connection, so this version is the usual one. */
    void connected() {
        URI by = server;
        if (by != null) {
            SessionOptions spoken = spoken(by);
            if (accepted.size() == MANY) {
                accepted.clear();
            }
            accepted.put(by, spoken);
            triesOther = false;
        }
    }
}

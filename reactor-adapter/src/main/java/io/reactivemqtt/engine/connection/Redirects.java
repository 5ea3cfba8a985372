package io.reactivemqtt.engine.connection;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectAttempt;
import io.reactivemqtt.client.ServerUri;
import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.exception.MqttException;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the client goes because a Server has named another one (MQTT 5.0 §4.11). Loop only. */
final class Redirects {

    /** A name, an address, or an IPv6 address in brackets, and perhaps a port. */
    private static final String REFERENCE = "(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?";

    private final ClientOptions options;

    private @Nullable URI target;
    private boolean permanent;
    private int inARow;

    private Redirects(ClientOptions options) {
        this.options = options;
    }

    /** Returns one, or null where the policy follows none. */
    static @Nullable Redirects of(ClientOptions options) {
        return options.reconnect().maxRedirects() == 0 ? null : new Redirects(options);
    }

    /** Follows what the Server {@code from} has said by {@code cause}, if the policy has it so; returns what happened, or null. */
    ClientEvent.@Nullable ServerMoved follow(MqttException cause, URI from) {
        boolean moved = cause.reasonCode() == ReasonCode.SERVER_MOVED;
        String references = cause.serverReference();
        if (references == null
                || !(moved || cause.reasonCode() == ReasonCode.USE_ANOTHER_SERVER)
                || inARow == options.reconnect().maxRedirects()) {
            return null;
        }
        for (String reference : references.trim().split(" +", -1)) {
            URI named = named(reference, from);
            if (named != null) {
                inARow++;
                target = named;
                permanent = moved;
                return new ClientEvent.ServerMoved(from, ServerUri.shown(named), moved);
            }
        }
        return null;
    }

    private static @Nullable URI named(String reference, URI from) {
        if (!reference.matches(REFERENCE) || from.getHost() == null) {
            return null;
        }
        String path = from.getRawPath() == null ? "" : from.getRawPath();
        URI named = URI.create(from.getScheme() + "://" + reference.toLowerCase(Locale.ROOT) + path);
        return named.getHost() == null || named.getPort() == 0 || named.getPort() > 65_535 ? null : named;
    }

    /** Returns the Server that is tried where {@code configured} would be. */
    URI target(URI configured) {
        return target == null ? configured : target;
    }

    /** Returns {@code configured}, or what becomes of it. */
    ConnectAttempt apply(ConnectAttempt configured) {
        URI to = target;
        if (to == null) {
            return configured;
        }
        ConnectAttempt redirected = configured.withServer(to);
        return isTrusted(to) ? redirected : redirected.withoutCredentials();
    }

    private boolean isTrusted(URI to) {
        try {
            return options.servers().stream().anyMatch(server -> to.getHost().equalsIgnoreCase(server.getHost()))
                    || options.reconnect().trusted().test(to);
        } catch (Throwable thrown) { // by the application
            UserCode.dropped(thrown);
            return false;
        }
    }

    /** The Server has accepted the connection. */
    void connected() {
        inARow = 0;
    }

    /** That connection was lost: what was for one time is over. */
    void lost() {
        if (!permanent) {
            target = null;
        }
    }

    /** The Server that was named could not be connected to. */
    void failed() {
        inARow = 0;
        target = null;
    }
}

package io.reactivemqtt.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How {@code ws} and {@code wss} ask for a WebSocket (MQTT 5.0 §6). The subprotocol is {@code mqtt}; redirects are not followed.
 * Immutable. {@link #toString} contains no values of headers.
 *
 * <p>What changes from attempt to attempt, such as a signed URI, is set by {@link ClientOptions.Builder#beforeConnect}.
 */
public final class WebSocketOptions {

    /** No headers but those that the upgrade needs. */
    public static final WebSocketOptions DEFAULT = builder().build();

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String FIELD_VALUE = "[\\t\\x20-\\x7E\\x80-\\xFF]*";

    private final Map<String, String> headers;

    private WebSocketOptions(Builder values) {
        this.headers = Map.copyOf(values.headers);
    }

    /** Starts options with their defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts options with the values of these. */
    public Builder mutate() {
        return new Builder(this);
    }

    /** Returns the headers of the HTTP request, by their names. */
    public Map<String, String> headers() {
        return headers;
    }

    @Override
    public String toString() {
        return "WebSocketOptions[headers=" + headers.keySet() + "]";
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder {
        private final Map<String, String> headers;

        private Builder() {
            this.headers = new LinkedHashMap<>();
        }

        private Builder(WebSocketOptions other) {
            this.headers = new LinkedHashMap<>(other.headers);
        }

        /**
         * Sets one header of the HTTP request, in place of an earlier one of that name.
         *
         * @throws IllegalArgumentException if HTTP does not allow such a name or value
         */
        public Builder header(String name, String value) {
            if (!Objects.requireNonNull(name, "name").matches(TOKEN)) {
                throw new IllegalArgumentException("the name of a header is letters, digits and some signs");
            } else if (!Objects.requireNonNull(value, "value").matches(FIELD_VALUE)) {
                throw new IllegalArgumentException(
                        "the value of the header " + name + " has characters that HTTP does not allow");
            }
            headers.put(name, value);
            return this;
        }

        /** Returns the options. */
        public WebSocketOptions build() {
            return new WebSocketOptions(this);
        }
    }
}

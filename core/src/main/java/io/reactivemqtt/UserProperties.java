package io.reactivemqtt;

import io.reactivemqtt.check.Utf8;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The User Properties of a packet: pairs of strings, in order; a name may come more than once (MQTT 5.0 §3.3.2.3.7).
 *
 * @param entries the pairs
 */
public record UserProperties(List<UserProperty> entries) {

    /** No pairs at all. */
    public static final UserProperties EMPTY = new UserProperties(List.of());

    /** Copies the list. */
    public UserProperties {
        Objects.requireNonNull(entries, "entries");
        entries = entries instanceof EncodedUserProperties ? entries : List.copyOf(entries);
    }

    /**
     * One name and its value.
     *
     * @param name may be empty
     * @param value may be empty
     */
    public record UserProperty(String name, String value) {
        /**
         * Checks both strings.
         *
         * @throws IllegalArgumentException if one has U+0000 or a lone surrogate, or takes more than 65,535 bytes in UTF-8
         */
        public UserProperty {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            Utf8.require(name, "the name of a User Property");
            Utf8.require(value, "the value of a User Property");
        }
    }

    /** Returns one pair. */
    public static UserProperties of(String name, String value) {
        return EMPTY.with(name, value);
    }

    /**
     * Returns the pairs that are encoded one behind the other in what remains of {@code source}, each string with its length of
     * two bytes in front, and moves its position to its limit. They stay encoded until they are asked for, so that they take
     * little more memory than they took on their way.
     *
     * @throws IllegalArgumentException if a string is no UTF-8 Encoded String, or goes beyond the limit
     */
    public static UserProperties read(ByteBuffer source) {
        Objects.requireNonNull(source, "source");
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        return new UserProperties(new EncodedUserProperties(bytes));
    }

    /** Returns these pairs and one more at the end. */
    public UserProperties with(String name, String value) {
        List<UserProperty> more = new ArrayList<>(entries.size() + 1);
        more.addAll(entries);
        more.add(new UserProperty(name, value));
        return new UserProperties(more);
    }

    /** Returns the value of the first pair with this name, or null if there is none. */
    public @Nullable String first(String name) {
        Objects.requireNonNull(name, "name");
        for (UserProperty entry : entries) {
            if (entry.name().equals(name)) {
                return entry.value();
            }
        }
        return null;
    }

    /** Returns the values of all pairs with this name, in order. */
    public List<String> all(String name) {
        Objects.requireNonNull(name, "name");
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .map(UserProperty::value)
                .toList();
    }

    /** Returns how many bytes all names and values take in UTF-8 together. */
    public long encodedLength() {
        if (entries instanceof EncodedUserProperties encoded) {
            return encoded.encodedLength();
        }
        long bytes = 0;
        for (UserProperty entry : entries) {
            bytes += Utf8.length(entry.name()) + Utf8.length(entry.value());
        }
        return bytes;
    }

    /** Tells whether there are no pairs. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public String toString() {
        return entries.stream()
                .map(entry -> entry.name() + "=" + entry.value())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}

package io.reactivemqtt;

import io.reactivemqtt.check.Utf8;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says which Topic Names a subscription takes: levels separated by {@code /}, in which {@code +} stands for any one level and
 * a last {@code #} for any number of them (MQTT 5.0 §4.7).
 *
 * <p>{@code $share/ShareName/filter} is a {@linkplain SharedSubscription Shared Subscription}, in MQTT 3.1.1 too if the Server has
 * them there. What begins with {@code $share} and is not of this form is an ordinary Topic Filter in MQTT 3.1.1, and none in 5.0,
 * see {@link #requireIn}.
 */
public final class TopicFilter {

    private static final String SHARE = "$share";

    private final String filter;
    private final @Nullable SharedSubscription shared;

    /** Why MQTT 5.0 does not have this filter, or null. */
    private final @Nullable String notInMqtt5;

    private TopicFilter(String filter, @Nullable SharedSubscription shared, @Nullable String notInMqtt5) {
        this.filter = filter;
        this.shared = shared;
        this.notInMqtt5 = notInMqtt5;
    }

    /**
     * Returns the Topic Filter {@code filter}.
     *
     * @throws IllegalArgumentException if it is empty, has a wildcard that does not fill its level, a {@code #} that is not
     *     last, U+0000 or a lone surrogate, or takes more than 65,535 bytes in UTF-8
     */
    public static TopicFilter of(String filter) {
        Objects.requireNonNull(filter, "filter");
        Utf8.require(filter, "the Topic Filter");
        requireWildcardsInPlace(filter);
        if (!beginsWithShare(filter, 0)) {
            return new TopicFilter(filter, null, null);
        }
        try {
            return new TopicFilter(filter, parseShared(filter), null);
        } catch (IllegalArgumentException ordinary) {
            return new TopicFilter(filter, null, ordinary.getMessage());
        }
    }

    /** Tells whether the first of the levels from {@code start} on is {@code $share}. */
    private static boolean beginsWithShare(String filter, int start) {
        int end = start + SHARE.length();
        return filter.startsWith(SHARE, start) && (filter.length() == end || filter.charAt(end) == '/');
    }

    private static SharedSubscription parseShared(String filter) {
        int slash = filter.indexOf('/', SharedSubscription.PREFIX.length());
        if (slash < 0 || slash == filter.length() - 1) {
            throw new IllegalArgumentException(
                    "a Shared Subscription is $share/ShareName/filter, not \"" + filter + "\" [MQTT-4.8.2-2]");
        }
        if (beginsWithShare(filter, slash + 1)) { // before each is copied out of the one around it
            throw new IllegalArgumentException(SharedSubscription.NOT_SHARED_ITSELF);
        }
        return new SharedSubscription(
                filter.substring(SharedSubscription.PREFIX.length(), slash),
                TopicFilter.of(filter.substring(slash + 1)));
    }

    private static void requireWildcardsInPlace(String filter) {
        if (filter.isEmpty()) {
            throw new IllegalArgumentException("a Topic Filter has at least one character [MQTT-4.7.3-1]");
        }
        int last = filter.length() - 1;
        for (int i = 0; i <= last; i++) {
            char c = filter.charAt(i);
            if (c != '#' && c != '+') {
                continue;
            }
            boolean fillsLevel = (i == 0 || filter.charAt(i - 1) == '/') && (i == last || filter.charAt(i + 1) == '/');
            if (c == '#' && (!fillsLevel || i != last)) {
                throw new IllegalArgumentException("# stands alone in the last level of a Topic Filter, not as in \""
                        + filter + "\" [MQTT-4.7.1-1]");
            } else if (!fillsLevel) {
                throw new IllegalArgumentException(
                        "+ fills a whole level of a Topic Filter, not as in \"" + filter + "\" [MQTT-4.7.1-2]");
            }
        }
    }

    /**
     * Returns this if {@code version} has it.
     *
     * @throws IllegalArgumentException if it begins with {@code $share}, is not {@code $share/ShareName/filter}, and the version is
     *     5.0 [MQTT-4.8.2-1] [MQTT-4.8.2-2]
     */
    public TopicFilter requireIn(ProtocolVersion version) {
        Objects.requireNonNull(version, "version");
        if (notInMqtt5 != null && version == ProtocolVersion.MQTT_5_0) {
            throw new IllegalArgumentException(notInMqtt5);
        }
        return this;
    }

    /** Tells whether this is a Shared Subscription. */
    public boolean isShared() {
        return shared != null;
    }

    /** Returns the parts of a Shared Subscription, or null if this is none. */
    public @Nullable SharedSubscription shared() {
        return shared;
    }

    /** Tells whether this has a wildcard, the {@code $share/ShareName/} in front left aside. */
    public boolean hasWildcard() {
        String matched = matchedPart();
        return matched.indexOf('+') >= 0 || matched.indexOf('#') >= 0;
    }

    /** Returns what Topic Names are matched against: all of it, without the {@code $share/ShareName/} of a Shared Subscription. */
    public String matchedPart() {
        return shared == null ? filter : shared.topicFilter().filter;
    }

    /**
     * Tells whether this takes {@code topicName}.
     *
     * <p>A wildcard in the first level takes no Topic Name that begins with {@code $} [MQTT-4.7.2-1].
     */
    public boolean matches(TopicName topicName) {
        Objects.requireNonNull(topicName, "topicName");
        String pattern = matchedPart();
        String name = topicName.toString();
        if (name.charAt(0) == '$' && (pattern.charAt(0) == '+' || pattern.charAt(0) == '#')) {
            return false;
        }
        int p = 0;
        int n = 0;
        while (true) {
            int patternEnd = levelEnd(pattern, p);
            boolean wildcard = patternEnd - p == 1 && (pattern.charAt(p) == '+' || pattern.charAt(p) == '#');
            if (wildcard && pattern.charAt(p) == '#') {
                return true;
            }
            int nameEnd = levelEnd(name, n);
            if (!wildcard && (patternEnd - p != nameEnd - n || !pattern.regionMatches(p, name, n, nameEnd - n))) {
                return false;
            }
            boolean patternEnds = patternEnd == pattern.length();
            if (nameEnd == name.length()) {
                // "a/#" also takes "a": the parent level
                return patternEnds || (patternEnd == pattern.length() - 2 && pattern.endsWith("/#"));
            }
            if (patternEnds) {
                return false;
            }
            p = patternEnd + 1;
            n = nameEnd + 1;
        }
    }

    /** Tells whether there is a Topic Name that both this and {@code other} take, {@code $share/ShareName/} left aside. */
    public boolean overlaps(TopicFilter other) {
        Objects.requireNonNull(other, "other");
        String[] mine = matchedPart().split("/", -1);
        String[] others = other.matchedPart().split("/", -1);
        if (mine[0].startsWith("$") != others[0].startsWith("$")) { // no wildcard takes a level that begins so
            return false;
        }
        for (int i = 0; i < mine.length && i < others.length; i++) {
            if (mine[i].equals("#") || others[i].equals("#")) {
                return true;
            } else if (!mine[i].equals(others[i]) && !mine[i].equals("+") && !others[i].equals("+")) {
                return false;
            }
        }
        int beyond = Math.abs(mine.length - others.length);
        String[] longer = mine.length > others.length ? mine : others;
        return beyond == 0
                || (beyond == 1
                        && longer[longer.length - 1].equals("#") // "a/#" also takes "a",
                        && (longer.length > 2 || !longer[0].isEmpty())); // but "/#" not "", which is no Topic Name
    }

    private static int levelEnd(String levels, int start) {
        int slash = levels.indexOf('/', start);
        return slash < 0 ? levels.length() : slash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicFilter topicFilter && filter.equals(topicFilter.filter);
    }

    @Override
    public int hashCode() {
        return filter.hashCode();
    }

    /** Returns the filter as it was given. */
    @Override
    public String toString() {
        return filter;
    }
}

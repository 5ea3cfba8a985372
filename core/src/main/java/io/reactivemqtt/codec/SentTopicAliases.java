package io.reactivemqtt.codec;

import io.reactivemqtt.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Topic Aliases of one connection that stand for Topic Names in what this client sends (MQTT 5.0 §3.3.2.3.4): those that are used
 * most. A name gets one when it is used for the second time. When all are given, one that comes again and again takes the place of
 * one that does not. Not thread-safe.
 */
public final class SentTopicAliases {

    /** The name is sent, and nothing else. */
    public static final int NONE = 0;

    /** The property takes three bytes: in place of a shorter name it saves nothing. */
    private static final int SHORTEST_NAME = 4;

    private static final int MOST_USES = 1 << 16;

    /** So many names may be known for each alias. */
    private static final int CANDIDATES = 4;

    private final int maximum;
    private final Map<TopicName, Use> known = new HashMap<>();
    private final List<Use> given = new ArrayList<>();
    private int hand;
    private @Nullable Use last;

    /** A name, and how often it was used lately. */
    private static final class Use {
        private final TopicName name;
        private int count;
        private int alias = NONE;
        private boolean said;

        Use(TopicName name) {
            this.name = name;
        }
    }

    /**
     * Gives none yet.
     *
     * @param maximum the highest alias, from 1
     */
    public SentTopicAliases(int maximum) {
        this.maximum = maximum;
    }

    /**
     * Returns the alias of {@code name}, which is used once more: as it is if the Server knows it, so that it is sent in place of the name;
     * negated if it has to be sent with the name, after which the caller calls {@link #said}; {@link #NONE} if it has none.
     */
    public int of(TopicName name) {
        Use use = last;
        if (use == null || !use.name.equals(name)) {
            if (name.encodedLength() < SHORTEST_NAME) {
                return NONE;
            }
            use = find(name);
            last = use;
        }
        if (use.count < MOST_USES) {
            use.count++;
        }
        if (use.alias == NONE && use.count > 1) {
            give(use);
        }
        return use.said ? use.alias : -use.alias;
    }

    private Use find(TopicName name) {
        Use use = known.get(name);
        if (use == null) {
            if (known.size() >= maximum * CANDIDATES) {
                known.values().removeIf(each -> each.alias == NONE);
            }
            use = new Use(name);
            known.put(name, use);
        }
        return use;
    }

    /** The PUBLISH that tells the Server of an alias, which {@link #of} has negated, is written. */
    public void said(int negated) {
        given.get(-negated - 1).said = true;
    }

    private void give(Use use) {
        if (given.size() < maximum) {
            given.add(use);
            use.alias = given.size();
            return;
        }
        Use other = given.get(hand);
        other.count /= 2; // who comes again and again is worth more in the end
        if (other.count < use.count) {
            given.set(hand, use);
            use.alias = other.alias;
            other.alias = NONE;
            other.said = false;
        }
        hand = (hand + 1) % maximum;
    }
}

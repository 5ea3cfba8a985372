package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.packet.Publish;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One Topic Filter that the Server knows from this client, and who subscribes to it. It stays while the subscription stands, also
 * without a subscriber. Loop only.
 */
final class Route {

    final TopicFilter topicFilter;
    final int identifier;
    final ArrayList<MessageStream> streams = new ArrayList<>();

    /** What the Server was asked for last. */
    @Nullable
    TopicSubscription asked;

    /** How it answered; null while it has not, or the subscription is gone. */
    @Nullable
    ReasonCode granted;

    /** What was asked for by a SUBSCRIBE that has no answer yet. */
    SubscribeRequest.@Nullable Part pending;

    /** The subscriber because of whom the Server was asked last: retained messages come for it. */
    @Nullable
    MessageStream asker;

    /** Whether an UNSUBSCRIBE has no answer yet. */
    boolean unsubscribing;

    /** What the last subscriber wanted when it left. */
    OnCancel wanted = OnCancel.AS_SESSION;

    /** Its place among the subscriptions that this process has begun; 0 if the Session may have had it before. */
    int begun;

    /** Marks what the message at hand was given to. */
    int stamp;

    Route(TopicFilter topicFilter, int identifier) {
        this.topicFilter = topicFilter;
        this.identifier = identifier;
    }

    /** Tells whether {@code other} would change what the subscribers here get. */
    boolean conflictsWith(TopicSubscription other) {
        TopicSubscription known = asked;
        return known != null
                && !streams.isEmpty()
                && (known.noLocal() != other.noLocal()
                        || known.retainAsPublished() != other.retainAsPublished()
                        || known.retainHandling() != other.retainHandling());
    }

    /** Tells whether the Server has to be asked, for it has not granted {@code other} or is not about to. */
    boolean lacks(TopicSubscription other) {
        TopicSubscription known = asked;
        return known == null
                || unsubscribing
                || (granted == null && pending == null)
                || other.qos().compareTo(known.qos()) > 0
                || (streams.isEmpty() && !other.equals(known));
    }

    /**
     * Tells whether the Server sends another copy of every message of {@code topicName} because of this, if it sends one because of
     * {@code later}: this was there before, and has the QoS. Nobody knows where the Server shares messages out.
     */
    boolean goesWith(Route later, Publish copy) {
        return begun > 0
                && begun < later.begun
                && !unsubscribing
                && granted != null
                && granted.code() >= copy.message().qos().level()
                && !topicFilter.isShared()
                && !later.topicFilter.isShared()
                && topicFilter.matches(copy.message().topicName());
    }

    /** Tells whether messages of {@code topicName} may come with this route's identifier. */
    boolean mayBring(TopicName topicName) {
        return matches(topicFilter, topicName);
    }

    /**
     * Tells whether a Server that names {@code topicFilter} by its identifier may mean {@code topicName}: it matches, or the filter
     * begins with a word of the Server's own, such as {@code $queue/} or {@code $exclusive/}, which no Topic Name shows.
     */
    static boolean matches(TopicFilter topicFilter, TopicName topicName) {
        return topicFilter.matches(topicName)
                || (topicFilter.toString().startsWith("$")
                        && !topicFilter.isShared()
                        && !topicName.toString().startsWith("$"));
    }

    /** Tells whether retained messages go to {@link #asker} alone: the Server sends them because of it. */
    boolean isForAsker() {
        TopicSubscription known = asked;
        return known != null && !known.retainAsPublished() && asker != null && streams.contains(asker);
    }
}

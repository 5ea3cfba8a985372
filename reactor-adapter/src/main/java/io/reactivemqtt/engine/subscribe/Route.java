package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.OnCancel;
import io.reactivemqtt.engine.loop.CopiedLists;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Topic Filter that the Server knows from this client, and who subscribes to it. It stays while the subscription stands, also
 * without a subscriber. Loop only.
 */
final class Route {

    final TopicFilter topicFilter;
    final int identifier;
    final ArrayList<MessageStream> streams = new ArrayList<>();

    /** What the Server was asked for last, and has not refused. */
    @Nullable
    TopicSubscription asked;

    /** How it answered; null while it has not, or the subscription is gone. */
    @Nullable
    ReasonCode granted;

    /** What it has granted by that. */
    private @Nullable TopicSubscription standing;

    /** What was asked for by SUBSCRIBEs that have no answer yet; what was asked last is the last one. */
    private List<SubscribeRequest.Part> pending = List.of();

    /** The subscriber because of whom the Server was asked last: retained messages come for it. */
    @Nullable
    MessageStream asker;

    /** How many UNSUBSCRIBEs have no answer yet: what is granted before the last one is answered does not stand. */
    int unsubscribing;

    /** What the last subscriber wanted when it left. */
    OnCancel wanted = OnCancel.AS_SESSION;

    /** Marks what the message at hand was given to. */
    int stamp;

    Route(TopicFilter topicFilter, int identifier) {
        this.topicFilter = topicFilter;
        this.identifier = identifier;
    }

    /** Tells whether {@code other} would change what the subscribers here get. */
    boolean conflictsWith(TopicSubscription other) {
        TopicSubscription known = asked;
        return known != null && !streams.isEmpty() && !haveSameOptions(known, other);
    }

    private static boolean haveSameOptions(TopicSubscription one, TopicSubscription other) {
        return one.noLocal() == other.noLocal()
                && one.retainAsPublished() == other.retainAsPublished()
                && one.retainHandling() == other.retainHandling();
    }

    /** Tells whether the Server has to be asked, for it has not granted {@code other} or is not about to. */
    boolean lacks(TopicSubscription other) {
        TopicSubscription known = asked;
        return known == null
                || unsubscribing > 0
                || (granted == null && !isPending())
                || other.qos().compareTo(known.qos()) > 0
                || (streams.isEmpty() && !other.equals(known));
    }

    /** The Server is asked for {@code part}. */
    void asks(SubscribeRequest.Part part) {
        pending = CopiedLists.with(pending, part);
    }

    void granted(SubscribeRequest.Part part, ReasonCode reasonCode) {
        pending = CopiedLists.without(pending, part);
        granted = reasonCode;
        standing = part.asked;
    }

    /** {@code part} is not to be had; what was granted before stands. */
    void refused(SubscribeRequest.Part part) {
        pending = CopiedLists.without(pending, part);
        if (isPending()) {
            asked = pending.get(pending.size() - 1).asked;
        } else if (granted != null) {
            asked = standing;
        }
    }

    /** Tells whether the Server has granted {@code wanted}, whatever others have asked for since. */
    boolean hasGranted(TopicSubscription wanted) {
        TopicSubscription known = standing;
        return granted != null
                && known != null
                && wanted.qos().compareTo(known.qos()) <= 0
                && haveSameOptions(known, wanted);
    }

    /** Tells whether a SUBSCRIBE has no answer yet: what it brings may still be granted. */
    boolean isPending() {
        return !pending.isEmpty();
    }

    /** {@code stream} waits for the answer to what was asked last. */
    void waits(MessageStream stream) {
        pending.get(pending.size() - 1).waiting.add(stream);
    }

    /** Tells whether {@code stream} waits for an answer. */
    boolean isAwaitedBy(MessageStream stream) {
        return pending.stream().anyMatch(part -> part.waiting.contains(stream));
    }

    /** {@code stream} has let go of this before the Server answered. */
    void waitsNoMore(MessageStream stream) {
        pending.forEach(part -> part.waiting.remove(stream));
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

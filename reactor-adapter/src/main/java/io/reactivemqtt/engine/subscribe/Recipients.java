package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.engine.loop.CopiedLists;
import io.reactivemqtt.packet.Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who gets the message at hand: by the Subscription Identifiers that the Server sends with it, else by its Topic Name. Loop only. */
final class Recipients {

    private final RoutingTable table;

    /** Kept to be used again. */
    private final ArrayList<MessageStream> streams = new ArrayList<>();

    /** Subscriptions that the Session has, and nobody here has asked for yet. */
    private List<TopicFilter> absent = List.of(); // until there is one

    private @Nullable Route route;

    /** Whether a subscriber was left out because it has got another copy. */
    private boolean spare;

    private int stamp;

    Recipients(RoutingTable table) {
        this.table = table;
    }

    /** Finds out who gets {@code publish}. */
    void find(Publish publish) {
        streams.clear();
        if (!absent.isEmpty()) {
            absent = List.of();
        }
        route = null;
        spare = false;
        stamp++;
        if (!collectByIdentifiers(publish)) {
            collectByTopicName(publish);
        }
    }

    /** Returns them, each once; the caller may add to it, until the next message. */
    List<MessageStream> streams() {
        return streams;
    }

    /** Returns the subscriptions of the message that the Session has, and nobody here has asked for yet. */
    List<TopicFilter> absent() {
        return absent;
    }

    /** Returns a route of the message, with or without a subscriber; null if there is none. */
    @Nullable
    Route route() {
        return route;
    }

    /** Tells whether it is for nobody: those whom it is for have got another copy of it. */
    boolean isSpare() {
        return spare && streams.isEmpty() && absent.isEmpty();
    }

    /** Returns all who subscribe to anything, each once. */
    List<MessageStream> all() {
        ArrayList<MessageStream> all = new ArrayList<>();
        int visit = ++stamp;
        table.forEach(each -> each.streams.forEach(stream -> {
            if (stream.stamp != visit) {
                stream.stamp = visit;
                all.add(stream);
            }
        }));
        return all;
    }

    /** Tells whether every Subscription Identifier of the message has a route that goes with it, so that there is no more to find. */
    private boolean collectByIdentifiers(Publish publish) {
        List<Integer> identifiers = publish.subscriptionIdentifiers();
        boolean certain = !identifiers.isEmpty();
        for (int i = 0; i < identifiers.size(); i++) {
            certain &= collectByIdentifier(identifiers.get(i), publish);
        }
        return certain;
    }

    private boolean collectByIdentifier(int identifier, Publish publish) {
        List<Route> routes = table.byIdentifier(identifier);
        boolean known = false;
        for (int i = 0; i < routes.size(); i++) { // more than one if they were asked for together
            if (routes.get(i).mayBring(publish.message().topicName())) {
                collect(routes.get(i), publish);
                known = true;
            }
        }
        if (!known) { // of an earlier process, or of a subscription that has ended since
            collectAbsent(identifier, publish.message().topicName());
        }
        return known;
    }

    private void collectAbsent(int identifier, TopicName topicName) {
        for (TopicFilter stored : table.stored(identifier)) {
            if (!absent.contains(stored) && !table.hasRoute(stored) && Route.matches(stored, topicName)) {
                if (absent.isEmpty()) {
                    absent = new ArrayList<>();
                }
                absent.add(stored);
            }
        }
    }

    private void collectByTopicName(Publish publish) {
        List<Route> matching = table.matching(publish.message().topicName());
        for (int i = 0; i < matching.size(); i++) {
            collect(matching.get(i), publish);
        }
    }

    private void collect(Route found, Publish publish) {
        if (found.stamp == stamp) {
            return; // the Server may name one twice: two subscriptions that had it, of this process and of an earlier
        }
        found.stamp = stamp;
        route = found;
        if (publish.message().retain() && found.isForAsker()) {
            collect(Objects.requireNonNull(found.asker));
            return;
        }
        for (int i = 0; i < found.streams.size(); i++) { // addAll() would copy them first
            MessageStream stream = found.streams.get(i);
            if (stream.subscriptions().size() > 1 && stream.stamp != stamp && isSpareFor(stream, publish)) {
                stream.stamp = stamp;
                spare = true;
            } else {
                collect(stream);
            }
        }
    }

    /**
     * Tells whether {@code publish} is a copy of what {@code stream} has got: a Server may send one for each of its filters that matches,
     * known by its Subscription Identifier. What the Server retains comes because of each SUBSCRIBE, and is none.
     */
    private boolean isSpareFor(MessageStream stream, Publish publish) {
        if (publish.message().retain() || publish.subscriptionIdentifiers().isEmpty()) {
            return false;
        }
        OtherCopies copies = stream.copies;
        if (copies != null && copies.take(publish)) {
            return true;
        }
        List<Integer> others = otherCopies(stream, publish);
        if (!others.isEmpty()) {
            if (copies == null) {
                copies = new OtherCopies();
                stream.copies = copies;
            }
            copies.expect(publish.message(), others);
        }
        return false;
    }

    /** Returns the identifiers of the copies that {@code stream} gets beside {@code publish}; of shared subscriptions nobody knows. */
    private List<Integer> otherCopies(MessageStream stream, Publish publish) {
        List<Integer> others = List.of();
        for (Route each : table.matching(publish.message().topicName())) {
            if (each.granted != null
                    && !each.topicFilter.isShared()
                    && !publish.subscriptionIdentifiers().contains(each.identifier)
                    && each.streams.contains(stream)) {
                others = CopiedLists.with(others, each.identifier);
            }
        }
        return others;
    }

    private void collect(MessageStream stream) {
        if (stream.stamp != stamp) { // else it is there by another one of its filters
            stream.stamp = stamp;
            streams.add(stream);
        }
    }
}

package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.packet.Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The copies of messages that one subscriber may still get because of filters that overlap, when it has got one of them. Only what was
 * taken makes a copy a spare one, so that nothing is lost, whatever the Server does not send after all. Loop only.
 */
final class OtherCopies {

    /** A Server sends the copies of a message one behind the other, or nearly so. */
    private static final int AT_MOST = 64;

    private final ArrayDeque<Expected> expected = new ArrayDeque<>();

    /**
     * What was taken.
     *
     * @param identifiers the Subscription Identifiers of the copies that have not come
     */
    private record Expected(ApplicationMessage message, List<Integer> identifiers) {

        boolean has(ApplicationMessage copy, int identifier) {
            return identifiers.contains(identifier)
                    && message.qos().compareTo(copy.qos()) >= 0 // else the better one is taken too
                    && message.topicName().equals(copy.topicName())
                    && message.payload().equals(copy.payload());
        }
    }

    /** Notes that {@code message} was taken, and that it comes again with each of {@code identifiers}. */
    void expect(ApplicationMessage message, List<Integer> identifiers) {
        if (expected.size() == AT_MOST) {
            expected.remove();
        }
        expected.add(new Expected(message, new ArrayList<>(identifiers)));
    }

    /** Tells whether {@code publish} is a copy of what was taken; if so it is expected no more. */
    boolean take(Publish publish) {
        for (Iterator<Expected> each = expected.iterator(); each.hasNext(); ) {
            Expected next = each.next();
            for (Integer identifier : publish.subscriptionIdentifiers()) {
                if (next.has(publish.message(), identifier)) {
                    next.identifiers.removeAll(publish.subscriptionIdentifiers());
                    if (next.identifiers.isEmpty()) {
                        each.remove();
                    }
                    return true;
                }
            }
        }
        return false;
    }
}

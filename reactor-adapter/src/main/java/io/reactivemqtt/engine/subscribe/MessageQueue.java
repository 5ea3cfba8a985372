package io.reactivemqtt.engine.subscribe;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;

/** What waits for a subscriber that takes one after the other. Loop only. */
final class MessageQueue extends MessageBuffer {

    private final ArrayDeque<Arrival> messages = new ArrayDeque<>();

    MessageQueue(int maximumMessages, long maximumBytes) {
        super(maximumMessages, maximumBytes);
    }

    @Override
    boolean isEmpty() {
        return messages.isEmpty();
    }

    @Override
    void put(Arrival message) {
        messages.add(message);
    }

    Arrival remove() {
        Arrival message = messages.remove();
        leaves(message);
        return message;
    }

    @Override
    void dropOldest() {
        for (var waiting = messages.iterator(); waiting.hasNext(); ) {
            Arrival message = waiting.next();
            if (message.flow == null) {
                waiting.remove();
                leaves(message);
                return;
            }
        }
    }

    @Override
    List<Arrival> takeUntaken() {
        List<Arrival> untaken = List.copyOf(messages);
        messages.removeIf(MessageBuffer::canBeGivenBack);
        return untaken;
    }

    @Override
    void removeIf(Predicate<? super Arrival> condition) {
        messages.removeIf(condition);
    }
}

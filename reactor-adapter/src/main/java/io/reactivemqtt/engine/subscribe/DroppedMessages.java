package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.client.ClientEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Counts what a subscriber has no room for: tells of the first at once, and of what follows at most once a second. Loop only. */
final class DroppedMessages {

    private static final long BETWEEN_EVENTS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Subscribing subscribing;
    private final TopicFilter topicFilter;
    private long untold;
    private boolean tellsLater;

    DroppedMessages(Subscribing subscribing, TopicFilter topicFilter) {
        this.subscribing = subscribing;
        this.topicFilter = topicFilter;
    }

    void add() {
        subscribing.counters().dropped();
        untold++;
        if (!tellsLater) {
            tell();
        }
    }

    private void tell() {
        tellsLater = untold > 0;
        if (tellsLater) {
            subscribing.tell(new ClientEvent.MessagesDropped(List.of(topicFilter), untold));
            untold = 0;
            subscribing.turns().schedule(this::tell, BETWEEN_EVENTS_NANOS);
        }
    }
}

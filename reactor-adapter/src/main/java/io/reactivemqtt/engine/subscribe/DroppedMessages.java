package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.client.ClientEvent;
import java.util.concurrent.TimeUnit;

/** Counts what a subscriber has no room for: tells of the first at once, and of what follows at most once a second. Loop only. */
final class DroppedMessages {

    private static final long BETWEEN_EVENTS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Subscribing subscribing;
    private final MessageStream stream;
    private long untold;
    private boolean tellsLater;

    DroppedMessages(MessageStream stream) {
        this.subscribing = stream.subscribing;
        this.stream = stream;
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
            subscribing.tell(new ClientEvent.MessagesDropped(stream.topicFilters(), untold));
            untold = 0;
            subscribing.turns().schedule(this::tell, BETWEEN_EVENTS_NANOS);
        }
    }
}

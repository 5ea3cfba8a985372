package io.reactivemqtt.engine.subscribe;

import io.reactivemqtt.client.ReceivedMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What waits for handlers that work side by side: the messages of one key are in one lane, and a lane gives out one at a time. A lane is
 * there as long as it is occupied or something waits in it, beside the one that came last, so that the number of keys costs nothing;
 * lanes have their turn in the order in which they became ready, so that none starves. Loop only.
 */
final class Lanes extends MessageBuffer {

    /** The messages of one key. */
    static final class Lane {
        private final Object key;

        /** The first that waits, without a queue: most lanes never have more. */
        private @Nullable Arrival first;

        private @Nullable ArrayDeque<Arrival> behind;
        private boolean occupied;

        Lane(Object key) {
            this.key = key;
        }

        private void add(Arrival message) {
            if (first == null) {
                first = message;
                return;
            }
            if (behind == null) {
                behind = new ArrayDeque<>();
            }
            behind.add(message);
        }

        private boolean isIdle() {
            return first == null && !occupied;
        }

        private Arrival remove() {
            Arrival message = Objects.requireNonNull(first);
            first = behind == null ? null : behind.poll();
            return message;
        }

        private void moveIf(Predicate<? super Arrival> condition, List<Arrival> target) {
            Predicate<Arrival> moves = message -> condition.test(message) && target.add(message);
            if (first != null && moves.test(first)) {
                first = null;
            }
            if (behind != null) {
                behind.removeIf(moves);
                first = first == null ? behind.poll() : first;
            }
        }
    }

    /** Of messages that are to be acknowledged; their numbers may wrap around. */
    private static final Comparator<Arrival> BY_ARRIVAL =
            (one, other) -> Objects.requireNonNull(one.flow).arrival()
                    - Objects.requireNonNull(other.flow).arrival();

    private final Function<? super ReceivedMessage, ?> keys;
    private final Map<Object, Lane> lanes = new LinkedHashMap<>();

    /** Lanes of which one message may go now. */
    private final ArrayDeque<Lane> ready = new ArrayDeque<>();

    /** That of the last message, which stays though nothing is in it; null without one. */
    private @Nullable Lane recent;

    private int waiting;
    private @Nullable Throwable failure;

    Lanes(int maximumMessages, long maximumBytes, Function<? super ReceivedMessage, ?> keys) {
        super(maximumMessages, maximumBytes);
        this.keys = keys;
    }

    @Override
    boolean isEmpty() {
        return waiting == 0;
    }

    /** Tells whether a lane has something to give out. */
    boolean isReady() {
        return !ready.isEmpty();
    }

    /** Returns what the application's choice of a key threw; null if nothing. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    void put(Arrival message) {
        Lane lane = lane(message);
        boolean becomesReady = lane.first == null && !lane.occupied;
        waiting++;
        lane.add(message);
        if (becomesReady) {
            ready.add(lane);
        }
    }

    @SuppressWarnings("ReferenceEquality") // most have the key of the one before, the same object
    private Lane laneOf(Object key) {
        Lane known = recent;
        if (known != null && known.key == key) {
            return known;
        }
        Lane lane = lanes.computeIfAbsent(key, Lane::new);
        recent = lane;
        if (known != null && known != lane && known.isIdle()) {
            lanes.remove(known.key, known);
        }
        return lane;
    }

    /** The application's code chooses the key, and compares it. */
    private Lane lane(Arrival message) {
        try {
            return laneOf(Objects.requireNonNull(
                    keys.apply(message), "orderedBy(...) has returned null as the key of a message"));
        } catch (Throwable thrown) {
            failure = thrown;
            return lanes.computeIfAbsent(message, Lane::new);
        }
    }

    /** Returns how many wait. */
    int waiting() {
        return waiting;
    }

    /** Returns the lane whose turn it is; {@link #remove} takes of it. */
    Lane next() {
        return ready.remove();
    }

    /** Takes the first messages of {@code lane}, which gives out no more until {@link #done}. */
    List<Arrival> remove(Lane lane, int atMost) {
        lane.occupied = true;
        if (atMost == 1) {
            return List.of(removeFirst(lane));
        }
        List<Arrival> messages = new ArrayList<>();
        while (lane.first != null && messages.size() < atMost) {
            messages.add(removeFirst(lane));
        }
        return messages;
    }

    private Arrival removeFirst(Lane lane) {
        Arrival message = lane.remove();
        waiting--;
        leaves(message);
        return message;
    }

    /** What {@code lane} has given out is done with. */
    void done(Lane lane) {
        lane.occupied = false;
        if (lane.first != null) {
            ready.add(lane);
        } else if (lane != recent) {
            forget(lane);
        }
    }

    private void forget(Lane lane) {
        try {
            lanes.remove(lane.key, lane);
        } catch (Throwable thrown) { // a key that was changed, or cannot be compared any more
            failure = thrown;
        }
    }

    /** Of a lane that is ready, the one that has waited longest, for it has been ready longest. */
    @Override
    void dropOldest() {
        boolean[] found = {false};
        Predicate<Arrival> oldest = message -> !found[0] && message.flow == null && (found[0] = true);
        List<Arrival> dropped = new ArrayList<>(1);
        for (Lane lane : ready) {
            lane.moveIf(oldest, dropped);
            if (found[0]) {
                waiting--;
                emptied(lane);
                break;
            }
        }
        (dropped.isEmpty() ? takeIf(oldest) : dropped).forEach(this::leaves);
    }

    private void emptied(Lane lane) {
        if (lane.first == null) {
            ready.remove(lane);
            if (lane != recent) {
                forget(lane);
            }
        }
    }

    @Override
    List<Arrival> takeUntaken() {
        return inOrder(takeIf(MessageBuffer::canBeGivenBack));
    }

    /** Returns {@code messages} in the order of arrival, and behind them those that have no number. */
    static List<Arrival> inOrder(List<Arrival> messages) {
        List<Arrival> inOrder = new ArrayList<>(messages.size());
        messages.stream()
                .filter(message -> message.flow != null)
                .sorted(BY_ARRIVAL)
                .forEach(inOrder::add);
        messages.stream().filter(message -> message.flow == null).forEach(inOrder::add);
        return inOrder;
    }

    @Override
    void removeIf(Predicate<? super Arrival> condition) {
        takeIf(condition);
    }

    private List<Arrival> takeIf(Predicate<? super Arrival> condition) {
        List<Arrival> taken = new ArrayList<>(0);
        for (Lane lane : lanes.values()) {
            lane.moveIf(condition, taken);
        }
        waiting -= taken.size();
        ready.removeIf(lane -> lane.first == null);
        lanes.values().removeIf(Lane::isIdle);
        recent = null;
        return taken;
    }
}

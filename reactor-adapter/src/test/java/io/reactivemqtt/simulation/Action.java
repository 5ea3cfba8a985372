package io.reactivemqtt.simulation;

import java.util.ArrayList;
import java.util.List;

/** What may happen, and how often as a rule. */
enum Action {
    NETWORK_OPENS(8),
    NETWORK_REFUSES(1),
    SERVER_GETS(20),
    SERVER_ANSWERS(16),
    CLIENT_GETS(20),
    STORE_WORKS(24),
    LOOP_RUNS(2),
    TIME_PASSES(4),
    PUBLISH(8),
    PUBLISH_STREAM(2),
    ENQUEUE(4),
    WITHDRAW(1),
    SERVER_PUBLISHES(12),
    ACKNOWLEDGE(10),
    HAND_BACK(1),
    REQUEST(8),
    REPLACE_RECEIVER(1),
    DISCONNECT(1),
    CONNECT(4),
    CUT(2),
    SILENCE(1),
    SERVER_DISCONNECTS(1),
    SERVER_TAKES_OVER(1),
    SERVER_IS_BUSY(1),
    SERVER_LOSES_SESSION(1),
    SERVER_CHANGES_LIMITS(1),
    STORE_FAILS(1),
    STORE_IS_TAKEN(1),
    PROCESS_DIES(1),
    WALL_CLOCK_JUMPS(1);

    private static final List<Action> BY_WEIGHT = new ArrayList<>();

    static {
        for (Action action : values()) {
            for (int i = 0; i < action.weight; i++) {
                BY_WEIGHT.add(action);
            }
        }
    }

    private final int weight;

    Action(int weight) {
        this.weight = weight;
    }

    /** Tells whether something fails by it. */
    boolean isFault() {
        return compareTo(CUT) >= 0 || this == NETWORK_REFUSES;
    }

    static Action any(Chance chance) {
        return BY_WEIGHT.get(chance.below(BY_WEIGHT.size()));
    }
}

package io.reactivemqtt.reliability.nemesis;

import io.reactivemqtt.Qos;
import java.util.List;

/** Where messages go; each topic has one QoS and one sequence of numbers. */
final class Topics {

    static final List<Qos> LEVELS = List.of(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE);

    private Topics() {}

    /** What the owner of the Session publishes. */
    static String out(Qos qos) {
        return "nemesis/out/" + qos.level();
    }

    /** What the owner of the Session handles. */
    static String in(Qos qos) {
        return "nemesis/in/" + qos.level();
    }
}

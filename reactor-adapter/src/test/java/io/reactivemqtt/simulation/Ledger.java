package io.reactivemqtt.simulation;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What became of each message, seen from outside: it outlives processes, connections and Sessions. */
final class Ledger {

    /** A message from the client to the Server. */
    static final class Up {
        final long number;
        final String topic;
        final Qos qos;
        /** The Sessions of the Server into which it came, once for each time. */
        final List<Integer> arrivals = new ArrayList<>();
        /** In which memory of the client it arrived last; what was sent again is known to that alone. */
        int arrivedInMemory;

        boolean enqueued;
        boolean excused;
        boolean withdrawn;
        boolean orphaned;

        @Nullable
        PublishOutcome outcome;

        boolean possibleRepeat;

        Up(long number, String topic, Qos qos) {
            this.number = number;
            this.topic = topic;
            this.qos = qos;
        }

        @Override
        public String toString() {
            return "message " + number + " at " + qos + " (outcome " + outcome
                    + (possibleRepeat ? ", may be repeated" : "") + (enqueued ? ", enqueued" : "")
                    + ", arrived in Sessions " + arrivals + ")";
        }
    }

    /** A message from the Server to the client. */
    static final class Down {
        final long number;
        final String topic;
        final Qos qos;
        int deliveries;
        /** The memory of the client in which the application was done with it. */
        int takenInMemory = NEVER;

        boolean taken;
        boolean acknowledged;

        Down(long number, String topic, Qos qos) {
            this.number = number;
            this.topic = topic;
            this.qos = qos;
        }

        @Override
        public String toString() {
            return "message " + number + " at " + qos + " of " + topic;
        }
    }

    private static final int NEVER = -1;

    private final Map<Long, Up> up = new LinkedHashMap<>();
    private final Map<Long, Down> down = new HashMap<>();
    private final Map<String, Long> latestUp = new HashMap<>();
    private final Map<String, Long> latestDown = new HashMap<>();
    private long lastNumber;

    // ---- to the Server

    Up newUp(String topic, Qos qos) {
        Up message = new Up(++lastNumber, topic, qos);
        up.put(message.number, message);
        return message;
    }

    int messagesUp() {
        return up.size();
    }

    int messagesDown() {
        return down.size();
    }

    Iterable<Up> allUp() {
        return up.values();
    }

    /** Tells whether something was enqueued, and nobody has heard what became of it. */
    boolean waitsForReceipts() {
        return up.values().stream().anyMatch(message -> message.enqueued && message.outcome == null);
    }

    Up up(String reference) {
        return up(Long.parseLong(reference));
    }

    private Up up(long number) {
        return Objects.requireNonNull(up.get(number));
    }

    /**
     * The Server has taken it over, in the Session of this number.
     *
     * @param memory the number of what the client knows
     * @param forgotten whether the client cannot know that this Session is not the one before
     */
    void arrived(ApplicationMessage message, int session, int memory, boolean forgotten) {
        Up known = up(numberOf(message));
        Broken.unless(known.qos == message.qos(), "%s arrived at %s", known, message.qos());
        Broken.unless(known.outcome != PublishOutcome.NOT_SENT, "%s arrived although it was not sent", known);
        Broken.unless(
                known.qos == Qos.AT_LEAST_ONCE || !known.arrivals.contains(session),
                "%s arrived twice in one Session",
                known);
        Broken.unless(known.qos != Qos.AT_MOST_ONCE || known.arrivals.isEmpty(), "%s arrived twice", known);
        if (known.arrivals.isEmpty()) {
            Long latest = latestUp.put(known.topic + known.qos, known.number);
            Broken.unless(latest == null || latest < known.number, "%s arrived behind %s", known, latest);
        }
        known.excused |= !known.arrivals.isEmpty() && (forgotten || known.arrivedInMemory != memory);
        known.arrivedInMemory = memory;
        known.arrivals.add(session);
    }

    /** The application was told. */
    void told(Up message, PublishResult result, int memory) {
        message.excused |= message.arrivals.size() > 1 && message.arrivedInMemory != memory;
        Broken.unless(message.outcome == null, "%s ended twice: %s", message, result);
        message.outcome = result.outcome();
        message.possibleRepeat = result.possibleRepeat();
        switch (result.outcome()) {
            case ACKNOWLEDGED, NO_SUBSCRIBER ->
                Broken.unless(!message.arrivals.isEmpty(), "%s was acknowledged and never arrived", message);
            case NOT_SENT -> Broken.unless(message.arrivals.isEmpty(), "%s was not sent, but arrived", message);
            default -> {}
        }
    }

    // ---- from the Server

    Down newDown(String topic, Qos qos) {
        Down message = new Down(++lastNumber, topic, qos);
        down.put(message.number, message);
        return message;
    }

    Down down(ApplicationMessage message) {
        return Objects.requireNonNull(down.get(numberOf(message)));
    }

    /** A subscriber gets it. */
    void delivered(Down message, int memory) {
        message.deliveries++;
        Broken.unless(
                !message.acknowledged || message.qos == Qos.AT_MOST_ONCE,
                "%s came after the Server had its acknowledgement",
                message);
        Broken.unless(message.qos != Qos.AT_MOST_ONCE || message.deliveries == 1, "%s came twice", message);
        Broken.unless(
                message.qos != Qos.EXACTLY_ONCE || message.takenInMemory != memory,
                "%s came again after it was taken",
                message);
        if (message.deliveries == 1 && message.qos != Qos.AT_MOST_ONCE) {
            Long latest = latestDown.put(message.topic + message.qos, message.number);
            Broken.unless(latest == null || latest < message.number, "%s came behind %s", message, latest);
        }
    }

    /** The application is done with it. */
    void taken(Down message, int memory) {
        message.taken = true;
        message.takenInMemory = memory;
    }

    /** The Server hears that the client has it. */
    void acknowledged(Down message, boolean forgotten) {
        Broken.unless(message.taken || forgotten, "%s was acknowledged and nobody has taken it", message);
        message.acknowledged = true;
    }

    static long numberOf(ApplicationMessage message) {
        return Long.parseLong(message.payload().asUtf8());
    }
}

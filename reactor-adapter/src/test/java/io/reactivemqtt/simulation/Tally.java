package io.reactivemqtt.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What happened in many runs. Any number of threads. */
final class Tally {

    private static final int DAYS_OF_A_YEAR = 365;

    private final long begunNanos = System.nanoTime();
    private final Map<Action, LongAdder> actions = new ConcurrentHashMap<>();
    private final LongAdder runs = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder virtualMillis = new LongAdder();

    void count(Action action) {
        actions.computeIfAbsent(action, first -> new LongAdder()).increment();
    }

    /** A run has ended as it is to end. */
    void ended(World world) {
        runs.increment();
        sent.add(world.messagesSent());
        received.add(world.messagesReceived());
        virtualMillis.add(world.passed().toMillis());
    }

    /** Returns it as Markdown. */
    List<String> lines() {
        long steps = runs.sum() * Simulation.STEPS_OF_A_RUN;
        long seconds = Duration.ofNanos(System.nanoTime() - begunNanos).toSeconds();
        List<String> lines = new ArrayList<>();
        lines.add(
                "| runs | steps | messages of the application | of the Server | virtual time | promises broken | seconds |");
        lines.add("|--:|--:|--:|--:|--:|--:|--:|");
        lines.add(String.format(
                Locale.ROOT,
                "| %,d | %,d | %,d | %,d | %,d years | **0** | %,d |",
                runs.sum(),
                steps,
                sent.sum(),
                received.sum(),
                Duration.ofMillis(virtualMillis.sum()).toDays() / DAYS_OF_A_YEAR,
                seconds));
        lines.add("");
        lines.add("| tried, for it is done only where it can be | times |");
        lines.add("|---|--:|");
        Arrays.stream(Action.values())
                .filter(Action::isFault)
                .forEach(action -> lines.add(String.format(
                        Locale.ROOT,
                        "| %s | %,d |",
                        action.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        actions.getOrDefault(action, new LongAdder()).sum())));
        return lines;
    }
}

package io.reactivemqtt.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs of one seed each, and of one that fails the fewest steps by which it still does. */
final class Simulation {

    /** What happens: an action, and what it depends on besides. */
    record Step(Action action, int detail) {}

    static final int STEPS_OF_A_RUN = 1_000;

    private static boolean tracing;
    private static final int DETAILS = 1 << 16;

    private final long seed;
    private final long worldSeed;
    private final List<Step> steps = new ArrayList<>(STEPS_OF_A_RUN);

    Simulation(long seed) {
        this.seed = seed;
        Chance chance = new Chance(seed);
        this.worldSeed = chance.next();
        for (int i = 0; i < STEPS_OF_A_RUN; i++) {
            steps.add(new Step(Action.any(chance), chance.below(DETAILS)));
        }
    }

    /** Returns which of the first {@code runs} is the first that fails, or -1. */
    static int firstToFail(int runs) {
        for (int seed = 1; seed <= runs; seed++) {
            if (new Simulation(seed).run() != null) {
                return seed;
            }
        }
        return -1;
    }

    /** Returns what goes wrong, or null. */
    @Nullable
    Throwable run() {
        return run(steps, new World(worldSeed));
    }

    /** Returns what goes wrong, or null; then it is counted. */
    @Nullable
    Throwable run(Tally tally) {
        World world = new World(worldSeed);
        Throwable failure = run(steps, world);
        if (failure == null) {
            steps.forEach(step -> tally.count(step.action));
            tally.ended(world);
        }
        return failure;
    }

    private @Nullable Throwable run(List<Step> some) {
        return run(some, new World(worldSeed));
    }

    private static @Nullable Throwable run(List<Step> some, World world) {
        try {
            for (Step step : some) {
                trace(step);
                world.step(step.action, step.detail);
            }
            trace("nothing fails any more");
            world.drain();
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    /** {@code -Dsimulation.trace} shows what happens. */
    static void trace(Object what) {
        if (tracing) {
            System.err.println(what);
        }
    }

    /** Says by what steps it goes wrong: none of them can be left out. */
    String explain() {
        List<Step> needed = shrink();
        StringBuilder text = new StringBuilder("-Dsimulation.seed=" + seed + ": " + new World(worldSeed) + "\n");
        needed.forEach(step -> text.append("  ").append(step).append('\n'));
        tracing = Boolean.getBoolean("simulation.trace");
        text.append(run(needed));
        tracing = false;
        return text.toString();
    }

    /** The same goes wrong if the same is said of other numbers. */
    private static String kindOf(@Nullable Throwable failure) {
        return failure == null ? "" : String.valueOf(failure.getMessage()).replaceAll("[0-9.]+", "N");
    }

    private List<Step> shrink() {
        String kind = kindOf(run());
        List<Step> needed = new ArrayList<>(steps);
        for (int length = needed.size() / 2; length > 0; length /= 2) {
            boolean shorter = true;
            while (shorter) {
                shorter = false;
                for (int from = 0; from + length <= needed.size(); ) {
                    List<Step> fewer = new ArrayList<>(needed.subList(0, from));
                    fewer.addAll(needed.subList(from + length, needed.size()));
                    if (kindOf(run(fewer)).equals(kind)) {
                        needed = fewer;
                        shorter = true;
                    } else {
                        from += length;
                    }
                }
            }
        }
        return needed;
    }
}

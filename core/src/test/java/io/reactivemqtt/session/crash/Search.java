package io.reactivemqtt.session.crash;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every world that can come out of a scenario, the nearest first, so that a counter-example is a shortest one. A
 * Session cannot be copied, so each is made again from the beginning.
 */
final class Search {

    /**
     * What was found.
     *
     * @param worlds how many different ones there are
     * @param steps how many steps lead from one to the next
     * @param ends how many worlds there are where nothing is left to do
     * @param repeatsAtTheEdge in how many of these the application has done something twice, because of a crash between its
     *     effect and the record of it
     * @param counterExample the steps to a broken promise, one a line, or null
     */
    record Result(
            int worlds,
            int steps,
            int ends,
            int repeatsAtTheEdge,
            @Nullable String counterExample) {}

    private final Scenario scenario;
    private final Fingerprint fingerprint = new Fingerprint();
    private final Map<Fingerprint.Print, Integer> known = new HashMap<>();
    private final List<Integer> parents = new ArrayList<>();
    private final List<Step> stepsFromParents = new ArrayList<>();

    /** From and to, of all steps where nothing breaks. */
    private int[] progress = new int[1 << 16];

    private int progressLength;
    private int steps;
    private int ends;
    private int repeats;

    private Search(Scenario scenario) {
        this.scenario = scenario;
    }

    static Result of(Scenario scenario) {
        return new Search(scenario).run();
    }

    private Result run() {
        known.put(fingerprint.of(new World(scenario)), 0);
        parents.add(-1);
        stepsFromParents.add(Step.CONNECT);
        String counterExample = null;
        for (int i = 0; i < parents.size() && counterExample == null; i++) {
            counterExample = lookFrom(i);
        }
        if (counterExample == null && hasCircle()) {
            counterExample = "goes in a circle for ever, although nothing breaks";
        }
        return new Result(known.size(), steps, ends, repeats, counterExample);
    }

    /** Looks at all that follows a world; returns a counter-example or null. */
    private @Nullable String lookFrom(int index) {
        List<Step> path = path(index);
        World world = worldAfter(path);
        List<Step> possible = world.possible();
        if (possible.stream().allMatch(Step::isFault)) {
            ends++;
            repeats += world.hasRepeatAtTheEdge() ? 1 : 0;
            try {
                world.checkAtRest();
            } catch (RuntimeException broken) {
                return tell(path, broken);
            }
        }
        for (int i = 0; i < possible.size(); i++) {
            if (i > 0) {
                world = worldAfter(path);
            }
            Step step = possible.get(i);
            try {
                world.perform(step);
            } catch (RuntimeException broken) {
                path.add(step);
                return tell(path, broken);
            }
            steps++;
            reached(index, step, fingerprint.of(world));
        }
        return null;
    }

    private void reached(int from, Step step, Fingerprint.Print print) {
        Integer before = known.putIfAbsent(print, parents.size());
        int to = before == null ? parents.size() : before;
        if (before == null) {
            parents.add(from);
            stepsFromParents.add(step);
        }
        if (!step.isFault()) {
            if (progressLength == progress.length) {
                progress = Arrays.copyOf(progress, progressLength * 2);
            }
            progress[progressLength++] = from;
            progress[progressLength++] = to;
        }
    }

    private World worldAfter(List<Step> path) {
        World world = new World(scenario);
        path.forEach(world::perform);
        return world;
    }

    private List<Step> path(int index) {
        ArrayDeque<Step> path = new ArrayDeque<>();
        for (int i = index; i > 0; i = parents.get(i)) {
            path.addFirst(stepsFromParents.get(i));
        }
        return new ArrayList<>(path);
    }

    /** Takes worlds away that nothing leads to, as long as there are any: what is left leads in a circle. */
    private boolean hasCircle() {
        int[] incoming = new int[parents.size()];
        int[] firstOut = new int[parents.size() + 1];
        for (int i = 0; i < progressLength; i += 2) { // by ascending origin
            firstOut[progress[i] + 1]++;
            incoming[progress[i + 1]]++;
        }
        for (int i = 1; i < firstOut.length; i++) {
            firstOut[i] += firstOut[i - 1];
        }
        ArrayDeque<Integer> free = new ArrayDeque<>();
        for (int i = 0; i < incoming.length; i++) {
            if (incoming[i] == 0) {
                free.add(i);
            }
        }
        int taken = 0;
        while (!free.isEmpty()) {
            int from = free.remove();
            taken++;
            for (int edge = firstOut[from]; edge < firstOut[from + 1]; edge++) {
                int to = progress[2 * edge + 1];
                if (--incoming[to] == 0) {
                    free.add(to);
                }
            }
        }
        return taken < incoming.length;
    }

    private String tell(List<Step> path, RuntimeException broken) {
        StringBuilder trace = new StringBuilder();
        World world = new World(scenario);
        for (Step step : path) {
            trace.append("  ").append(world.tell(step)).append('\n');
            try {
                world.perform(step);
            } catch (RuntimeException again) {
                break;
            }
        }
        String what = broken instanceof CounterExample ? "" : broken.getClass().getSimpleName() + ": ";
        return trace.append("  => ").append(what).append(broken.getMessage()).toString();
    }
}

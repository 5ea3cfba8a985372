package io.reactivemqtt.testsupport;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which top-level class names which, from the byte code; what is nested counts as its outermost class. */
final class ClassGraph {

    /**
     * One class names another.
     *
     * @param from the full name of the one
     * @param to the full name of the other
     */
    public record Arrow(String from, String to) {
        @Override
        public String toString() {
            return simple(from) + " -> " + simple(to);
        }

        private static String simple(String name) {
            return name.substring(name.lastIndexOf('.') + 1);
        }
    }

    private final Map<String, SortedSet<String>> targets = new TreeMap<>();

    private ClassGraph() {}

    static ClassGraph of(JavaClasses classes) {
        ClassGraph graph = new ClassGraph();
        classes.forEach(from -> graph.targets.computeIfAbsent(outermost(from), name -> new TreeSet<>()));
        for (JavaClass from : classes) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                graph.add(outermost(from), outermost(dependency.getTargetClass().getBaseComponentType()));
            }
        }
        graph.targets.keySet().removeIf(name -> name.endsWith("package-info") || name.endsWith("module-info"));
        return graph;
    }

    private void add(String from, String to) {
        if (!from.equals(to) && targets.containsKey(to)) {
            targets.computeIfAbsent(from, name -> new TreeSet<>()).add(to);
        }
    }

    private static String outermost(JavaClass any) {
        int nested = any.getName().indexOf('$');
        return nested < 0 ? any.getName() : any.getName().substring(0, nested);
    }

    Set<String> classes() {
        return targets.keySet();
    }

    List<Arrow> arrows() {
        List<Arrow> arrows = new ArrayList<>();
        targets.forEach((from, all) -> all.forEach(to -> arrows.add(new Arrow(from, to))));
        return arrows;
    }

    /** Returns the sets of classes of which each leads to each, by the algorithm of Tarjan. */
    List<Collection<String>> circles() {
        List<Collection<String>> circles = new ArrayList<>();
        Search search = new Search(circles);
        for (String name : targets.keySet()) {
            if (!search.found.containsKey(name)) {
                search.visit(name);
            }
        }
        return circles;
    }

    private final class Search {
        private final List<Collection<String>> circles;
        private final Map<String, Integer> found = new HashMap<>();
        private final Deque<String> path = new ArrayDeque<>();

        Search(List<Collection<String>> circles) {
            this.circles = circles;
        }

        /** Returns the number of the first class that {@code name} leads back to. */
        int visit(String name) {
            int number = found.size();
            int low = number;
            found.put(name, number);
            path.push(name);
            for (String target : targets.getOrDefault(name, Collections.emptySortedSet())) {
                if (!found.containsKey(target)) {
                    low = Math.min(low, visit(target));
                } else if (path.contains(target)) {
                    low = Math.min(low, found.getOrDefault(target, low));
                }
            }
            if (low == number) {
                close(name);
            }
            return low;
        }

        private void close(String first) {
            List<String> circle = new ArrayList<>();
            String last;
            do {
                last = path.pop();
                circle.add(last);
            } while (!last.equals(first));
            if (circle.size() > 1) {
                circles.add(circle);
            }
        }
    }
}

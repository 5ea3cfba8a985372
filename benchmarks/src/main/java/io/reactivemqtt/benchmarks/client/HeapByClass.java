package io.reactivemqtt.benchmarks.client;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;

/** How many objects of each class are reachable in this process, and the bytes that they take. */
final class HeapByClass {

    private static final Pattern LINE = Pattern.compile("(?m)^ *\\d+: +(\\d+) +(\\d+) +(\\S+)");

    /** Of a lambda the JVM makes a class for each place in the code, whose number says nothing. */
    private static final Pattern LAMBDA = Pattern.compile("\\$\\$Lambda.*");

    /** The objects of one class. */
    private record Held(long instances, long bytes) {
        static final Held NOTHING = new Held(0, 0);

        Held plus(Held other) {
            return new Held(instances + other.instances, bytes + other.bytes);
        }
    }

    private final Map<String, Held> classes;

    private HeapByClass(Map<String, Held> classes) {
        this.classes = classes;
    }

    /** Collects what is garbage, and looks at the rest. */
    static HeapByClass now() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Map<String, Held> classes = new HashMap<>();
        LINE.matcher(histogram).results().forEach(line -> classes.merge(nameOf(line), held(line), Held::plus));
        return new HeapByClass(classes);
    }

    private static String nameOf(MatchResult line) {
        return LAMBDA.matcher(line.group(3)).replaceFirst("(lambda)");
    }

    private static Held held(MatchResult line) {
        return new Held(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
    }

    /** Returns what came since {@code earlier} for each of {@code count}: {@code class=instances=bytes}, of at least one byte. */
    String since(HeapByClass earlier, int count) {
        return classes.keySet().stream()
                .filter(name -> held(name).bytes - earlier.held(name).bytes >= count)
                .map(name -> name + "="
                        + (double) (held(name).instances - earlier.held(name).instances) / count + "="
                        + (double) (held(name).bytes - earlier.held(name).bytes) / count)
                .collect(Collectors.joining(" "));
    }

    private Held held(String name) {
        return classes.getOrDefault(name, Held.NOTHING);
    }
}

package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.topic.TopicFilterTree;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one search costs with the worst Topic Filters: each level is once itself and once {@code +}, so that both branches are
 * walked from nearly every node, and the last is once itself and once {@code #}. All of them match.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, and setUp() the rest
public class WildcardTopicFiltersBenchmark {

    @Param({"10", "1000", "100000"})
    public int filters;

    private final TopicFilterTree<Integer> tree = new TopicFilterTree<>();
    private TopicName name;
    private int sum;
    private Consumer<Integer> consumer;

    @Setup
    public void setUp() {
        consumer = this::add;
        int levels = 32 - Integer.numberOfLeadingZeros((filters - 1) / 2);
        for (int number = 0; number < filters; number++) {
            tree.add(TopicFilter.of(filter(number / 2, levels) + (number % 2 == 0 ? "end" : "#")), number);
        }
        name = TopicName.of(filter(0, levels) + "end");
    }

    /** Returns a filter whose wildcards stand where {@code wildcards} has a bit. */
    private static String filter(int wildcards, int levels) {
        StringBuilder filter = new StringBuilder();
        for (int level = 0; level < levels; level++) {
            filter.append((wildcards >> level & 1) == 0 ? "level" + level : "+").append('/');
        }
        return filter.toString();
    }

    @Benchmark
    public int match() {
        tree.match(name, consumer);
        return sum;
    }

    private void add(int value) {
        sum += value;
    }
}

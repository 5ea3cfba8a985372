package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.TopicFilter;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.topic.TopicFilterTree;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to find the one Topic Filter without wildcards, of many, that takes a Topic Name. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, and setUp() the rest
public class ExactTopicFiltersBenchmark {

    private static final int NAMES = 1000;

    @Param({"10", "1000", "100000"})
    public int filters;

    private final TopicFilterTree<Integer> tree = new TopicFilterTree<>();
    private final TopicName[] names = new TopicName[NAMES];
    private int sum;
    private Consumer<Integer> consumer;

    @Setup
    public void setUp() {
        consumer = this::add;
        for (int number = 0; number < filters; number++) {
            tree.add(TopicFilter.of(name(number)), number);
        }
        Random random = new Random(1); // else the names lie in memory as they are asked for
        for (int i = 0; i < NAMES; i++) {
            names[i] = TopicName.of(name(random.nextInt(filters)));
        }
    }

    /** Ten sites of ten lines each, and the more machines the more filters there are. */
    private static String name(int number) {
        return "site/" + number % 10 + "/line/" + number / 10 % 10 + "/machine/" + number / 100 + "/state";
    }

    @Benchmark
    @OperationsPerInvocation(NAMES)
    public int match() {
        for (TopicName name : names) {
            tree.match(name, consumer);
        }
        return sum;
    }

    private void add(int value) {
        sum += value;
    }
}

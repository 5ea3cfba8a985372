package io.reactivemqtt.session;

import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to take a Packet Identifier and to give back the one that was taken longest ago, while others are in use. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, and setUp() the rest
public class PacketIdentifiersBenchmark {

    @Param({"0", "30000", "60000"})
    public int inUse;

    private final PacketIdentifiers identifiers = new PacketIdentifiers();

    /** A ring of those in use, with room for one more. */
    private int[] taken;

    private int oldest;

    @Setup
    public void setUp() {
        taken = new int[inUse + 1];
        for (int i = 1; i <= inUse; i++) {
            taken[i] = identifiers.take();
        }
    }

    @Benchmark
    public int takeAndRelease() {
        int packetIdentifier = identifiers.take();
        taken[oldest] = packetIdentifier;
        oldest = oldest == inUse ? 0 : oldest + 1;
        identifiers.release(taken[oldest]);
        return packetIdentifier;
    }

    @TearDown
    public void tearDown() {
        if (identifiers.inUse() != inUse) {
            throw new IllegalStateException(identifiers.inUse() + " identifiers are in use");
        }
    }
}

package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.codec.DecoderLimits;
import io.reactivemqtt.codec.PacketDecoder;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to make a packet of the bytes that a transport has read. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, and setUp() the rest
public class DecodingBenchmark {

    @Param
    public HotPacket packet;

    @Param({"MQTT_5_0", "MQTT_3_1_1"})
    public ProtocolVersion version;

    private PacketDecoder decoder;
    private ByteBuffer bytes;

    @Setup
    public void setUp() {
        decoder = new PacketDecoder(version, DecoderLimits.DEFAULT);
        bytes = HotPacket.encoded(packet.batch(), version);
    }

    @Benchmark
    @OperationsPerInvocation(HotPacket.BATCH)
    public void decode(Blackhole blackhole) {
        bytes.rewind();
        for (int i = 0; i < HotPacket.BATCH; i++) {
            blackhole.consume(decoder.decode(bytes));
        }
    }
}

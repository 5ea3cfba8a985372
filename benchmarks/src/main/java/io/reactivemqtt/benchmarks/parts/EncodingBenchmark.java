package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.codec.PacketEncoder;
import io.reactivemqtt.packet.Packet;
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

/** What it costs to make bytes of a packet in a transport's memory, its length first, as the adapter does. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, and setUp() the rest
public class EncodingBenchmark {

    @Param
    public HotPacket packet;

    @Param({"MQTT_5_0", "MQTT_3_1_1"})
    public ProtocolVersion version;

    private PacketEncoder encoder;
    private Packet[] batch;
    private ByteBuffer bytes;

    @Setup
    public void setUp() {
        encoder = PacketEncoder.of(version);
        batch = packet.batch().toArray(Packet[]::new);
        bytes = HotPacket.encoded(packet.batch(), version);
    }

    @Benchmark
    @OperationsPerInvocation(HotPacket.BATCH)
    public int encode() {
        bytes.clear();
        int length = 0;
        for (Packet next : batch) {
            length += encoder.encodedLength(next);
            encoder.encode(next, bytes);
        }
        return length;
    }
}

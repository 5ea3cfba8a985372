package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.packet.PubRel;
import io.reactivemqtt.packet.Publish;
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

/** What the session does for one message from its PUBLISH, which is made here too, to the last acknowledgement. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, and setUp() the rest
public class IncomingMessageBenchmark {

    @Param
    public Qos qos;

    private BenchmarkSession session;
    private ApplicationMessage message;
    private int lastPacketIdentifier;

    @Setup
    public void setUp() {
        session = new BenchmarkSession();
        message = BenchmarkSession.message(qos);
    }

    @Benchmark
    public int receive() {
        int packetIdentifier = nextPacketIdentifier();
        session.receive(new Publish(message, packetIdentifier, false));
        session.acknowledge();
        if (qos == Qos.EXACTLY_ONCE) {
            session.receive(new PubRel(packetIdentifier, ReasonCode.SUCCESS));
        }
        return session.messages;
    }

    /** Goes through all of them, as most Servers do. */
    private int nextPacketIdentifier() {
        if (qos == Qos.AT_MOST_ONCE) {
            return Packet.NO_PACKET_IDENTIFIER;
        }
        lastPacketIdentifier = lastPacketIdentifier % 65_535 + 1;
        return lastPacketIdentifier;
    }

    @TearDown
    public void tearDown() {
        session.requireUnacknowledged(0, 0);
    }
}

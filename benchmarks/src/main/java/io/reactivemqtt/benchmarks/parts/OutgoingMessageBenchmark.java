package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubComp;
import io.reactivemqtt.packet.PubRec;
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

/**
 * What the session does for one message from the wish to publish it to the last acknowledgement, which is made here too, beside
 * others in flight.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, and setUp() the rest
public class OutgoingMessageBenchmark {

    @Param
    public Qos qos;

    @Param({"0", "60000"})
    public int inFlight;

    private BenchmarkSession session;
    private ApplicationMessage message;

    @Setup
    public void setUp() {
        session = new BenchmarkSession();
        message = BenchmarkSession.message(qos);
        ApplicationMessage other = BenchmarkSession.message(qos == Qos.EXACTLY_ONCE ? qos : Qos.AT_LEAST_ONCE);
        for (int i = 0; i < inFlight; i++) {
            session.publish(other);
        }
    }

    @Benchmark
    public int publish() {
        int packetIdentifier = session.publish(message);
        switch (qos) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> session.receive(new PubAck(packetIdentifier, ReasonCode.SUCCESS));
            case EXACTLY_ONCE -> {
                session.receive(new PubRec(packetIdentifier, ReasonCode.SUCCESS));
                session.receive(new PubComp(packetIdentifier, ReasonCode.SUCCESS));
            }
        }
        return session.messages;
    }

    @TearDown
    public void tearDown() {
        session.requireUnacknowledged(inFlight, 0);
    }
}

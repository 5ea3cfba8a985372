package io.reactivemqtt.benchmarks.parts;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionChange.OutgoingAssigned;
import io.reactivemqtt.store.SessionChange.OutgoingCompleted;
import io.reactivemqtt.store.SessionKey;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.sqlite.Durability;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Mono;

/**
 * What one change of the Session State costs in the SQLite store, by how many of them one group commit holds: a message is
 * accepted, gets its identifier, and one of {@value #IN_FLIGHT} before it is done. The way to the store's thread and back counts.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH fills the parameters, and setUp() the rest
public class StoreBenchmark {

    private static final int IN_FLIGHT = 1000;
    private static final int CHANGES_OF_A_MESSAGE = 3;

    @Param({"FULL", "OPERATING_SYSTEM"})
    public Durability durability;

    private final ApplicationMessage message = BenchmarkSession.message(Qos.AT_LEAST_ONCE);
    private Path directory;
    private SqliteSessionStore store;
    private SessionLog log;
    private long changes;

    @Setup
    public void setUp() throws IOException {
        directory = Files.createTempDirectory("store-benchmark-");
        store = SqliteSessionStore.at(directory.resolve("sessions.db"), durability);
        log = Objects.requireNonNull(
                Mono.from(store.open(SessionKey.of("benchmark"))).block());
        append(IN_FLIGHT * CHANGES_OF_A_MESSAGE);
    }

    @Benchmark
    public void append1() {
        append(1);
    }

    @Benchmark
    @OperationsPerInvocation(32)
    public void append32() {
        append(32);
    }

    @Benchmark
    @OperationsPerInvocation(1000)
    public void append1000() {
        append(1000);
    }

    /** Returns when the next {@code count} changes are as durable as they will be. */
    private void append(int count) {
        List<SessionChange> group = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            group.add(next());
        }
        Mono.from(log.append(group)).block();
    }

    private SessionChange next() {
        long sequence = changes / CHANGES_OF_A_MESSAGE + 1;
        int which = (int) (changes++ % CHANGES_OF_A_MESSAGE);
        return switch (which) {
            case 0 -> new OutgoingAccepted(sequence, message, 0);
            case 1 -> new OutgoingAssigned(sequence, (int) (sequence % 65_535) + 1);
            default -> new OutgoingCompleted(Math.max(1, sequence - IN_FLIGHT));
        };
    }

    @TearDown
    public void tearDown() throws IOException {
        Mono.from(log.close()).block();
        store.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

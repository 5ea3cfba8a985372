package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.client.Outcome;
import io.reactivemqtt.benchmarks.client.Peer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** All figures of one run: of each workload and peer, a row of numbers a round. */
final class Results {

    /** What is measured in a round of messages, as places in a row. */
    enum Figure {
        CPU_MICROS(0),
        PER_SECOND(1),
        HEAP_BYTES(2),
        SWITCHES(3),
        WRITES(4),
        LOST(5);

        final int place;

        Figure(int place) {
            this.place = place;
        }
    }

    private record Key(String workload, Peer peer) {}

    private final Map<Key, List<double[]>> rows = new HashMap<>();

    void add(String workload, Peer peer, Outcome outcome, long wanted) {
        double[] row = new double[Figure.values().length];
        row[Figure.CPU_MICROS.place] = outcome.cpuMicrosPerMessage();
        row[Figure.PER_SECOND.place] = outcome.messagesPerSecond();
        row[Figure.HEAP_BYTES.place] = (double) outcome.heapBytes() / outcome.messages();
        row[Figure.SWITCHES.place] = 1000.0 * outcome.contextSwitches() / outcome.messages();
        row[Figure.WRITES.place] = 1000.0 * outcome.writes() / outcome.messages();
        row[Figure.LOST.place] = 1 - (double) outcome.messages() / wanted;
        add(workload, peer, row);
    }

    void add(String workload, Peer peer, double... row) {
        rows.computeIfAbsent(new Key(workload, peer), key -> new ArrayList<>()).add(row);
    }

    private List<double[]> of(String workload, Peer peer) {
        return rows.getOrDefault(new Key(workload, peer), List.of());
    }

    /** Returns all that was measured of {@code peer} whose name begins with {@code prefix}, the largest at {@code place} first. */
    List<String> largest(String prefix, Peer peer, int place) {
        return rows.keySet().stream()
                .filter(key -> key.peer == peer && key.workload.startsWith(prefix))
                .map(Key::workload)
                .sorted(Comparator.comparingDouble(name -> -median(name, peer, place)))
                .toList();
    }

    boolean has(String workload, Peer peer) {
        return rows.containsKey(new Key(workload, peer));
    }

    /** Returns the median over the rounds, or NaN if there was none. */
    double median(String workload, Peer peer, Figure figure) {
        return median(workload, peer, figure.place);
    }

    /**
     * Returns the median of the ratios between rounds of {@code later} and those of {@code earlier}, each to the one beside it, so that
     * what the machine does for a while falls on both; NaN if there are none.
     */
    double ratio(String workload, Peer later, Peer earlier, int place) {
        List<double[]> laterRows = of(workload, later);
        List<double[]> earlierRows = of(workload, earlier);
        double[] ratios = IntStream.range(0, Math.min(laterRows.size(), earlierRows.size()))
                .mapToDouble(round -> laterRows.get(round)[place] / earlierRows.get(round)[place])
                .sorted()
                .toArray();
        return ratios.length == 0 ? Double.NaN : median(ratios);
    }

    /** Returns the best of all rounds, or NaN if there was none: what else a machine does can only make it worse. */
    double best(String workload, Peer peer, int place) {
        DoubleStream values = of(workload, peer).stream().mapToDouble(row -> row[place]);
        return (place == Figure.PER_SECOND.place ? values.max() : values.min()).orElse(Double.NaN);
    }

    /** Returns the median over the rounds of the number at {@code place}, or NaN if there was none. */
    double median(String workload, Peer peer, int place) {
        double[] values = of(workload, peer).stream()
                .mapToDouble(row -> row[place])
                .filter(value ->
                        place > 0 || value > 0) // what is first costs something: else a step of its clock was too long
                .sorted()
                .toArray();
        return values.length == 0 ? Double.NaN : median(values);
    }

    private static double median(double[] sorted) {
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }

    /** Returns the smallest median of the libraries of others, of those that lose nothing. */
    double bestPeer(String workload, int place) {
        return Arrays.stream(Peer.values())
                .filter(peer -> peer.kind() == Peer.Kind.PEER)
                .filter(peer -> !(lost(workload, peer) > 0))
                .mapToDouble(peer -> median(workload, peer, place))
                .filter(Double::isFinite)
                .min()
                .orElse(Double.NaN);
    }

    private double lost(String workload, Peer peer) {
        List<double[]> of = of(workload, peer);
        return of.isEmpty() || of.get(0).length <= Figure.LOST.place ? 0 : median(workload, peer, Figure.LOST);
    }
}

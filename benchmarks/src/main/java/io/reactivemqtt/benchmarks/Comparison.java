package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.Results.Figure;
import io.reactivemqtt.benchmarks.client.Peer;
import java.util.List;
import java.util.Locale;

/** This client against itself as another build has it. */
final class Comparison {

    private final Results results;
    private final StringBuilder table = new StringBuilder("| | before | now | change |\n|---|--:|--:|--:|\n");

    private Comparison(Results results) {
        this.results = results;
    }

    /** Returns a table of what was measured of both. */
    static String markdown(Results results) {
        Comparison comparison = new Comparison(results);
        for (Workload workload : Workload.all()) {
            for (Peer peer : List.of(Peer.OURS, Peer.OURS_SINGLE, Peer.OURS_SQLITE)) {
                String name = workload + (peer == Peer.OURS_SINGLE ? ", Mono" : "");
                comparison.row(name + ": µs of CPU", workload.toString(), peer, Figure.CPU_MICROS.place);
                comparison.row(name + ": messages/s", workload.toString(), peer, Figure.PER_SECOND.place);
                comparison.row(name + ": bytes of heap", workload.toString(), peer, Figure.HEAP_BYTES.place);
            }
        }
        comparison.ours("publish to PUBACK, p50: ns", Rounds.LATENCY, 0);
        comparison.ours("publish to PUBACK, p99.9: ns", Rounds.LATENCY, 2);
        comparison.ours("through mosquitto and back: µs of CPU", Rounds.ROUND_TRIP, Figure.CPU_MICROS.place);
        comparison.ours("through mosquitto and back: messages/s", Rounds.ROUND_TRIP, Figure.PER_SECOND.place);
        comparison.ours(Rounds.CYCLE + ": µs of CPU", Rounds.CYCLE, Figure.CPU_MICROS.place);
        comparison.ours("idle connection: bytes of heap", Rounds.IDLE, 0);
        comparison.ours("start of the JVM to the first PUBACK: ms", Rounds.START, 0);
        for (String growth : Rounds.GROWTH) {
            comparison.ours(growth + (growth.startsWith("queue") ? ": bytes of heap" : ": µs of CPU"), growth, 0);
        }
        comparison.ours("1,000,000 stored messages: ns until the first is acknowledged", Rounds.RECOVERY, 0);
        return comparison.table.toString();
    }

    private void ours(String name, String workload, int place) {
        row(name, workload, Peer.OURS, place);
    }

    private void row(String name, String workload, Peer peer, int place) {
        peer.before().ifPresent(earlier -> {
            double before = results.median(workload, earlier, place);
            double now = results.median(workload, peer, place);
            if (Double.isFinite(before) && Double.isFinite(now)) {
                table.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %+.1f %% |%n",
                        name,
                        Bars.number(before),
                        Bars.number(now),
                        100 * (now / before - 1)));
            }
        });
    }
}

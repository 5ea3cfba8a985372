package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.PerformancePage.Single;
import io.reactivemqtt.benchmarks.Results.Figure;
import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** This client against itself as another build has it: the medians of all rounds, their ratios, and the best of them. */
final class Comparison {

    private final Results results;
    private final StringBuilder table = new StringBuilder(
            "| | before | now | change | round by round | best before | best now | change |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");

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
        for (Single single : Single.values()) {
            comparison.row(single.title(), Peer.OURS, peer -> single.value(results, peer));
        }
        for (Transport transport : List.of(Transport.TLS, Transport.TLS_NATIVE)) {
            String connect = Rounds.connect(transport);
            comparison.row(connect + ": µs of CPU", connect, Peer.OURS, Figure.CPU_MICROS.place);
        }
        for (String growth : Rounds.GROWTH) {
            comparison.row(
                    growth + (growth.startsWith("queue") ? ": bytes of heap" : ": µs of CPU"), growth, Peer.OURS, 0);
        }
        comparison.row("1,000,000 stored messages: ns until the first is acknowledged", Rounds.RECOVERY, Peer.OURS, 0);
        return comparison.table.toString();
    }

    private void row(String name, String workload, Peer peer, int place) {
        peer.before().ifPresent(earlier -> {
            String medians = cells(results.median(workload, earlier, place), results.median(workload, peer, place));
            if (!medians.isEmpty()) {
                table.append("| " + name + " |" + medians + change(results.ratio(workload, peer, earlier, place))
                        + cells(results.best(workload, earlier, place), results.best(workload, peer, place)) + "\n");
            }
        });
    }

    private void row(String name, Peer peer, ToDoubleFunction<Peer> figure) {
        peer.before().ifPresent(earlier -> {
            String medians = cells(figure.applyAsDouble(earlier), figure.applyAsDouble(peer));
            if (!medians.isEmpty()) {
                table.append("| " + name + " |" + medians + " | | | |\n");
            }
        });
    }

    private static String cells(double before, double now) {
        return Double.isFinite(before) && Double.isFinite(now)
                ? " " + Bars.number(before) + " | " + Bars.number(now) + " |" + change(now / before)
                : "";
    }

    private static String change(double ratio) {
        return String.format(Locale.ROOT, " %+.1f %% |", 100 * (ratio - 1));
    }
}

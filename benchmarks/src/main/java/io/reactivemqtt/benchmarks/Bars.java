package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.Results.Figure;
import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What this client is held to, and whether it is. */
final class Bars {

    private static final int P50 = 0;
    private static final int P999 = 2;
    private static final int FLEET_P99 = 4;
    private static final double HEAP_BYTES = 160;

    /** By how much two equal programs differ in a run. */
    private static final double NOISE = 1.1;

    /** Of 64 bytes of payload, as an array. */
    private static final int PAYLOAD_BYTES = 80;

    /**
     * One of them; a figure that was not measured is NaN, and its bar is not shown.
     *
     * @param atMost whether the limit is the largest value; else it is the smallest
     */
    private record Bar(String name, double value, double limit, String why, boolean atMost) {
        boolean holds() {
            return atMost ? value <= limit : value >= limit;
        }

        boolean isMeasured() {
            return Double.isFinite(value) && Double.isFinite(limit);
        }
    }

    private final Results results;
    private final List<Bar> bars = new ArrayList<>();

    private Bars(Results results) {
        this.results = results;
    }

    static Bars of(Results results) {
        Bars bars = new Bars(results);
        for (int qos = 0; qos <= 2; qos++) {
            bars.cpu(Workload.publish(qos).toString());
        }
        for (int qos = 0; qos <= 1; qos++) {
            bars.cpu(Workload.receive(qos).toString());
        }
        bars.nearTheIdeal();
        bars.single();
        bars.handlers();
        bars.unwatched();
        bars.heap();
        bars.latency();
        bars.requests();
        bars.connections();
        bars.tls(Transport.TLS);
        bars.tls(Transport.TLS_NATIVE);
        bars.durable();
        bars.growth();
        return bars;
    }

    private double ours(String workload, Figure figure) {
        return results.median(workload, Peer.OURS, figure);
    }

    private void atMost(String name, double value, double limit, String why) {
        bars.add(new Bar(name, value, limit, why, true));
    }

    private void atLeast(String name, double value, double limit, String why) {
        bars.add(new Bar(name, value, limit, why, false));
    }

    private void cpu(String workload) {
        double value = ours(workload, Figure.CPU_MICROS);
        atMost(
                workload + ": µs of CPU",
                value,
                0.5 * results.bestPeer(workload, Figure.CPU_MICROS.place),
                "0.5 × the best peer");
        atMost(
                workload + ": µs of CPU",
                value,
                4 * results.median(workload, Peer.IDEAL, Figure.CPU_MICROS),
                "4 × the ideal");
    }

    /** As near as a client comes that has a Session, back-pressure and errors. */
    private void nearTheIdeal() {
        cpu(Workload.publish(0).toString(), 1.5, Peer.IDEAL);
        cpu(Workload.publish(1).toString(), 1.4, Peer.IDEAL);
        cpu(Workload.publish(2).toString(), 1.4, Peer.IDEAL);
        cpu(Workload.receive(0).toString(), 1.4, Peer.IDEAL);
        cpu(Workload.receive(1).toString(), 1.1, Peer.IDEAL);
        cpu(Workload.receive(1).of(1024).toString(), 1.3, Peer.IDEAL);
    }

    private void single() {
        String workload = Workload.publish(1).toString();
        atMost(
                workload + ", Mono from another thread: µs of CPU",
                results.median(workload, Peer.OURS_SINGLE, Figure.CPU_MICROS),
                0.8 * results.median(workload, Peer.HIVEMQ_TUNED, Figure.CPU_MICROS),
                "0.8 × HiveMQ, tuned");
        atMost(
                workload + ", Mono from another thread: µs of CPU",
                results.median(workload, Peer.OURS_SINGLE, Figure.CPU_MICROS),
                0.25,
                "0.25 µs");
    }

    private void handlers() {
        String workload = Workload.receive(1).toString();
        for (Peer peer : List.of(Peer.OURS_CONSUME, Peer.OURS_CONSUME_16)) {
            atMost(
                    workload + ", " + peer + ": µs of CPU",
                    results.median(workload, peer, Figure.CPU_MICROS),
                    1.5 * ours(workload, Figure.CPU_MICROS),
                    "1.5 × subscribe");
        }
    }

    private void unwatched() {
        for (String workload :
                List.of(Workload.publish(1).toString(), Workload.receive(1).toString())) {
            atMost(
                    workload + ", meters and nobody looking: µs of CPU",
                    results.median(workload, Peer.OURS_UNWATCHED, Figure.CPU_MICROS),
                    NOISE * ours(workload, Figure.CPU_MICROS),
                    NOISE + " × without: as much, and the noise");
        }
    }

    private void heap() {
        String out = Workload.publish(1).toString();
        String in = Workload.receive(1).toString();
        String inAtMostOnce = Workload.receive(0).toString();
        atMost(out + ": bytes of heap", ours(out, Figure.HEAP_BYTES), HEAP_BYTES, "160 B");
        atMost(
                in + ": bytes of heap",
                ours(in, Figure.HEAP_BYTES),
                HEAP_BYTES + PAYLOAD_BYTES,
                "160 B and the array of the payload");
        atMost(inAtMostOnce + ": lost", ours(inAtMostOnce, Figure.LOST), 0, "none");
    }

    private void latency() {
        atMost(
                "publish to PUBACK, p50: ns",
                results.median(Rounds.LATENCY, Peer.OURS, P50),
                1.05 * results.median(Rounds.LATENCY, Peer.RAW_NETTY, P50),
                "1.05 × raw Netty");
        atMost(
                "publish to PUBACK, p99.9: ns",
                results.median(Rounds.LATENCY, Peer.OURS, P999),
                results.bestPeer(Rounds.LATENCY, P999),
                "the best peer");
    }

    private void requests() {
        atMost(
                "request to response, p50: ns",
                results.median(Rounds.REQUEST, Peer.OURS, P50),
                1.15 * results.median(Rounds.REQUEST, Peer.RAW_NETTY, P50),
                "1.15 × two hops of raw Netty");
    }

    private void connections() {
        atMost(
                Rounds.CYCLE + ": µs of CPU",
                ours(Rounds.CYCLE, Figure.CPU_MICROS),
                2 * results.median(Rounds.CYCLE, Peer.RAW_NETTY, Figure.CPU_MICROS),
                "2 × raw Netty");
        cpu(Rounds.CYCLE, 1.3, Peer.IDEAL);
        cpu(FreshProcesses.FIRST_CYCLES, 1.6, Peer.IDEAL);
        double idle = results.median(FreshProcesses.IDLE, Peer.OURS, 0);
        atMost("idle connection: bytes of heap", idle, 3_000, "3,000 B");
        atMost(
                "idle connection: bytes of heap",
                idle,
                results.median(FreshProcesses.IDLE, Peer.HIVEMQ_TUNED, 0),
                "HiveMQ, tuned");
        atMost(
                "one of 2,000 that publish beside 17,500, to PUBACK, p99: ns",
                results.median(FreshProcesses.FLEET, Peer.OURS, FLEET_P99),
                results.median(FreshProcesses.FLEET, Peer.HIVEMQ_TUNED, FLEET_P99),
                "HiveMQ, tuned");
        double raw = results.median(FreshProcesses.START, Peer.RAW_NETTY, 0);
        atMost(
                "start of the JVM to the first PUBACK: ms",
                results.median(FreshProcesses.START, Peer.OURS, 0),
                1.1 * raw,
                "1.1 × raw Netty");
        atMost(
                "the same as bin/reactive-mqtt starts: ms",
                results.median(FreshProcesses.ARCHIVED_START, Peer.OURS, 0),
                0.5 * raw,
                "0.5 × raw Netty without one");
    }

    private void tls(Transport transport) {
        for (Workload workload : List.of(Workload.publish(1), Workload.receive(1))) {
            String name = workload.over(transport).toString();
            cpu(name, 1.25, Peer.RAW_NETTY);
            cpu(name, 0.5, Peer.HIVEMQ_TUNED);
        }
        String receive = Workload.receive(1).over(transport).toString();
        atMost(
                receive + ", with as many in flight: µs of CPU",
                results.median(receive, Peer.OURS_WIDE, Figure.CPU_MICROS),
                1.25 * results.median(receive, Peer.RAW_NETTY, Figure.CPU_MICROS),
                "1.25 × raw Netty");
        cpu(Rounds.connect(transport), 1.3, Peer.RAW_NETTY);
    }

    /** At most so many times what {@code peer} takes. */
    private void cpu(String workload, double times, Peer peer) {
        atMost(
                workload + ": µs of CPU",
                ours(workload, Figure.CPU_MICROS),
                times * results.median(workload, peer, Figure.CPU_MICROS),
                times + " × " + peer.title());
    }

    private void durable() {
        for (int qos = 1; qos <= 2; qos++) {
            String workload = Workload.durable(qos).toString();
            atLeast(
                    workload + ": messages/s",
                    results.median(workload, Peer.OURS_SQLITE, Figure.PER_SECOND),
                    qos == 1 ? 40_000 : 20_000,
                    "Paho v3 with files: "
                            + number(results.median(workload, Peer.PAHO_V3_FILES, Figure.PER_SECOND))
                            + "; ours in memory: "
                            + number(ours(Workload.publish(qos).toString(), Figure.PER_SECOND)));
        }
    }

    private void growth() {
        atMost(
                "receive QoS 1 beside 10,000 subscriptions: µs of CPU",
                ours("subscriptions 10000", Figure.CPU_MICROS),
                1.1 * ours("subscriptions 1", Figure.CPU_MICROS),
                "1.1 × beside one");
        atMost(
                "receive QoS 1 by 10,000 subscribers of one filter: µs of CPU for each",
                ours("streams 10000", Figure.CPU_MICROS),
                1.1 * ours("streams 1", Figure.CPU_MICROS),
                "1.1 × by one");
        atMost(
                "publish QoS 1 beside 60,000 in flight: µs of CPU",
                ours("flight 60000", Figure.CPU_MICROS),
                1.1 * ours("flight 0", Figure.CPU_MICROS),
                "1.1 × beside none");
        atMost(
                "publish QoS 1 by 4,000 clients on one loop: µs of CPU",
                ours("clients 4000", Figure.CPU_MICROS),
                1.1 * ours("clients 2000", Figure.CPU_MICROS),
                "1.1 × by 2,000");
        atMost(
                "a Session into a store of 20,000: µs of CPU",
                ours("sessions 20000", Figure.CPU_MICROS),
                1.1 * ours("sessions 10000", Figure.CPU_MICROS),
                "1.1 × into one of 10,000");
        atMost(
                "a queue of 1,000,000 messages: bytes of heap for each",
                results.median("queue 1000000", Peer.OURS, 0),
                1.1 * results.median("queue 100000", Peer.OURS, 0),
                "1.1 × those of 100,000");
        atMost(
                "1,000,000 stored messages: s until the first is acknowledged",
                results.median(Rounds.RECOVERY, Peer.OURS, 0) / 1e9,
                2,
                "2 s");
    }

    /** Returns them as a table. */
    String markdown() {
        StringBuilder table = new StringBuilder("| bar | Reactive MQTT | limit | | holds |\n|---|--:|--:|---|---|\n");
        for (Bar bar : bars) {
            if (bar.isMeasured()) {
                table.append("| %s | %s | %s | %s | %s |%n"
                        .formatted(
                                bar.name,
                                number(bar.value),
                                (bar.atMost ? "≤ " : "≥ ") + number(bar.limit),
                                bar.why,
                                bar.holds() ? "yes" : "**no**"));
            }
        }
        return table.toString();
    }

    /** Three digits that count, or whole thousands with commas. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        String format = size >= 100 || value == 0 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}

package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.Results.Figure;
import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.client.Peer.Kind;
import io.reactivemqtt.benchmarks.sink.Transport;
import io.reactivemqtt.testsupport.RunFacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The page about performance: words from a template, and what one run saw. An earlier run's part stays, as the one before. */
final class PerformancePage {

    private static final String TEMPLATE = "performance.md";
    private static final String RUN_BEGIN = "<!-- run -->\n";
    private static final String RUN_END = "<!-- end of run -->\n";

    private static final int HELD_SHOWN = 60;

    private PerformancePage() {}

    /** Writes the page anew; the newest run that stands in it becomes the one before. */
    static void write(Path file, int rounds, Results results, Bars bars) throws IOException {
        String earlier = Files.exists(file) ? withoutCharts(newestRun(Files.readString(file))) : "";
        String charts = Charts.draw(file, results);
        Files.writeString(
                file,
                template()
                        .replace("{run}", RUN_BEGIN + charts + run(rounds, results, bars) + RUN_END)
                        .replace("{earlier}", earlier.isEmpty() ? "None yet.\n" : earlier));
    }

    /** There are charts of the newest run alone. */
    private static String withoutCharts(String run) {
        return run.substring(Math.max(0, run.indexOf("`--rounds ")));
    }

    private static String newestRun(String page) {
        int begin = page.indexOf(RUN_BEGIN);
        int end = page.indexOf(RUN_END);
        return begin < 0 || end < 0 ? "" : page.substring(begin + RUN_BEGIN.length(), end);
    }

    /** Returns the words, with a {@code {run}} and an {@code {earlier}} between them. */
    static String template() {
        try (InputStream resource = Objects.requireNonNull(PerformancePage.class.getResourceAsStream(TEMPLATE))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String run(int rounds, Results results, Bars bars) {
        List<Peer> memory = peers(peer -> peer.kind() != Kind.DURABLE);
        StringBuilder text = new StringBuilder();
        text.append("`--rounds ")
                .append(rounds)
                .append("`, commit ")
                .append(RunFacts.commit())
                .append("; ");
        text.append(RunFacts.machine())
                .append(Program.canPin() ? ", pinned" : ", not pinned")
                .append("\n\n");
        text.append(bars.markdown());
        for (Figure figure : Figure.values()) {
            text.append("\n**").append(title(figure)).append("**\n\n");
            text.append(table(
                    names(Workload::isPlain), memory, (workload, peer) -> value(results, workload, peer, figure)));
        }
        text.append("\n**Beside messages**\n\n");
        text.append(table(
                Arrays.stream(Single.values()).map(Single::title).toList(),
                memory.stream().filter(peer -> !peer.isWayOfOurs()).toList(),
                (name, peer) -> Bars.number(Single.named(name).value(results, peer))));
        text.append("\n**What an idle client holds, with its channel, in bytes of heap**\n\n")
                .append(held(results));
        text.append("\n**A service of Spring Boot, from the start of its JVM until it is ready, ms**\n\n");
        text.append(table(
                Arrays.stream(ServiceStart.Way.values())
                        .map(ServiceStart.Way::toString)
                        .toList(),
                List.of(Peer.OURS),
                (name, peer) -> Bars.number(results.median(name, peer, 0))));
        text.append("\n**On the disk, messages/s**\n\n");
        text.append(table(
                names(Workload::durable),
                peers(peer -> peer.kind() == Kind.DURABLE),
                (workload, peer) -> Bars.number(results.median(workload, peer, Figure.PER_SECOND))));
        for (Figure figure :
                List.of(Figure.CPU_MICROS, Figure.PER_SECOND, Figure.HEAP_BYTES, Figure.SWITCHES, Figure.WRITES)) {
            text.append("\n**Over TLS and WebSocket: ").append(title(figure)).append("**\n\n");
            text.append(
                    table(layered(), peers(Peer::hasTransports), (name, peer) -> value(results, name, peer, figure)));
        }
        return text.append('\n').toString();
    }

    /** Returns the classes of most bytes, and the sum of the others. */
    private static String held(Results results) {
        List<String> classes = results.largest(FreshProcesses.HELD, Peer.OURS, 1);
        StringBuilder table = new StringBuilder("| class | objects | bytes |\n|---|--:|--:|\n");
        classes.stream()
                .limit(HELD_SHOWN)
                .forEach(name -> table.append("| `%s` | %s | %s |%n"
                        .formatted(
                                name.substring(FreshProcesses.HELD.length()),
                                Bars.number(results.median(name, Peer.OURS, 0)),
                                Bars.number(results.median(name, Peer.OURS, 1)))));
        double others = classes.stream()
                .skip(HELD_SHOWN)
                .mapToDouble(name -> results.median(name, Peer.OURS, 1))
                .sum();
        return table.append("| %d others | | %s |%n"
                        .formatted(Math.max(0, classes.size() - HELD_SHOWN), Bars.number(others)))
                .toString();
    }

    private static List<String> names(Predicate<Workload> which) {
        return Workload.all().stream().filter(which).map(Workload::toString).toList();
    }

    /** Returns what is measured over other transports than TCP. */
    private static List<String> layered() {
        return Stream.concat(
                        names(workload -> workload.transport() != Transport.TCP).stream(),
                        Stream.of(Transport.TLS, Transport.TLS_NATIVE).map(Rounds::connect))
                .toList();
    }

    private static List<Peer> peers(Predicate<Peer> which) {
        return Arrays.stream(Peer.values())
                .filter(peer -> !peer.isBefore())
                .filter(which)
                .toList();
    }

    private static String title(Figure figure) {
        return switch (figure) {
            case CPU_MICROS -> "CPU of the client's process, µs a message";
            case PER_SECOND -> "Messages/s";
            case HEAP_BYTES -> "Heap allocated, bytes a message";
            case SWITCHES -> "Context switches a 1,000 messages";
            case WRITES -> "System calls that write, a 1,000 messages (AWS CRT's are not seen)";
            case LOST -> "Lost, % of the messages";
        };
    }

    private static String value(Results results, String workload, Peer peer, Figure figure) {
        double value = results.median(workload, peer, figure);
        return Bars.number(figure == Figure.LOST ? value * 100 : value);
    }

    /** What is one number for each client. */
    enum Single {
        LATENCY_P50("publish to PUBACK, p50, µs", Rounds.LATENCY, 0, 1e-3),
        LATENCY_P99("publish to PUBACK, p99, µs", Rounds.LATENCY, 1, 1e-3),
        LATENCY_P999("publish to PUBACK, p99.9, µs", Rounds.LATENCY, 2, 1e-3),
        ROUND_TRIP_CPU("through mosquitto and back, µs of CPU", Rounds.ROUND_TRIP, Figure.CPU_MICROS.place, 1),
        ROUND_TRIP_RATE("through mosquitto and back, messages/s", Rounds.ROUND_TRIP, Figure.PER_SECOND.place, 1),
        REQUEST_P50("request and response through mosquitto, p50, µs", Rounds.REQUEST, 0, 1e-3),
        REQUEST_P99("request and response through mosquitto, p99, µs", Rounds.REQUEST, 1, 1e-3),
        CYCLE_CPU(Rounds.CYCLE + ", µs of CPU", Rounds.CYCLE, Figure.CPU_MICROS.place, 1),
        CYCLE_RATE(Rounds.CYCLE + ", in a second", Rounds.CYCLE, Figure.PER_SECOND.place, 1),
        FIRST_CYCLES(
                Rounds.CYCLE + ", the first 2,000, µs of CPU", FreshProcesses.FIRST_CYCLES, Figure.CPU_MICROS.place, 1),
        IDLE_HEAP("idle connection, bytes of heap", FreshProcesses.IDLE, 0, 1),
        IDLE_MEMORY("idle connection, bytes of memory", FreshProcesses.IDLE, 1, 1),
        FLEET_HEAP("2,000 publish beside 17,500 idle, bytes of heap for each", FreshProcesses.FLEET, 0, 1),
        FLEET_THREADS("the same, threads", FreshProcesses.FLEET, 1, 1),
        FLEET_CPU("the same, µs of CPU a message", FreshProcesses.FLEET, 2, 1),
        FLEET_P50("the same, publish to PUBACK, p50, µs", FreshProcesses.FLEET, 3, 1e-3),
        FLEET_P99("the same, publish to PUBACK, p99, µs", FreshProcesses.FLEET, 4, 1e-3),
        FLEET_P999("the same, publish to PUBACK, p99.9, µs", FreshProcesses.FLEET, 5, 1e-3),
        START("start of the JVM to the first PUBACK, ms", FreshProcesses.START, 0, 1),
        ARCHIVED_START(
                "the same as bin/reactive-mqtt starts, from an archive of classes, ms",
                FreshProcesses.ARCHIVED_START,
                0,
                1);

        private final String title;
        private final String workload;
        private final int place;
        private final double scale;

        Single(String title, String workload, int place, double scale) {
            this.title = title;
            this.workload = workload;
            this.place = place;
            this.scale = scale;
        }

        String title() {
            return title;
        }

        static Single named(String title) {
            return Arrays.stream(values())
                    .filter(single -> single.title.equals(title))
                    .findFirst()
                    .orElseThrow();
        }

        double value(Results results, Peer peer) {
            return results.median(workload, peer, place) * scale;
        }
    }

    private static String table(List<String> rows, List<Peer> columns, BiFunction<String, Peer, String> value) {
        StringBuilder table = new StringBuilder("| |");
        columns.forEach(peer -> table.append(' ').append(peer.title()).append(" |"));
        table.append("\n|---|").append("--:|".repeat(columns.size())).append('\n');
        for (String row : rows) {
            table.append("| ").append(row).append(" |");
            columns.forEach(
                    peer -> table.append(' ').append(value.apply(row, peer)).append(" |"));
            table.append('\n');
        }
        return table.toString();
    }
}

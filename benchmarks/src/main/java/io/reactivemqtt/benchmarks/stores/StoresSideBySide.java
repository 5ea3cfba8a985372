package io.reactivemqtt.benchmarks.stores;

import io.reactivemqtt.benchmarks.sink.SinkServer;
import io.reactivemqtt.benchmarks.stores.DurableLoad.Recovery;
import io.reactivemqtt.testsupport.RunFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the stores one beside the other, and writes the table of {@code docs/stores.md}. */
@Command(
        name = "stores",
        mixinStandardHelpOptions = true,
        description =
                "Measures durable publishing and recovery over SQLite, PostgreSQL and Redis, all on this machine.")
public final class StoresSideBySide implements Callable<Integer> {

    static final String BEGIN = "<!-- measured -->\n";
    static final String END = "<!-- end of measured -->\n";
    private static final List<Integer> CLIENTS = List.of(1, 100, 1_000);
    private static final String FIRST = "100,000 stored messages: ms until the Server has the first";
    private static final String LAST = "100,000 stored messages: ms until it has the last";

    @Option(names = "--rounds", paramLabel = "N", description = "How often each is measured, default 3.")
    private int rounds = 3;

    @Option(names = "--seconds", paramLabel = "N", description = "How long each is measured, default 5.")
    private int seconds = 5;

    @Option(names = "--write", paramLabel = "FILE", description = "Writes the table into this page.")
    private @Nullable Path page;

    private final Map<String, Map<Place.Kind, List<Double>>> figures = new TreeMap<>();

    private StoresSideBySide() {}

    /** Runs it and ends the JVM. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StoresSideBySide()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        try (SinkServer server = SinkServer.start()) {
            for (int round = 1; round <= rounds; round++) {
                for (Place.Kind kind : Place.Kind.values()) {
                    try (Place place = kind.open()) {
                        measure(kind, place, server);
                    }
                    System.err.println("round " + round + ": " + kind);
                }
            }
        }
        String table = table();
        System.out.println(table);
        if (page != null) {
            Files.writeString(page, replaced(Files.readString(page), table));
        }
        return CommandLine.ExitCode.OK;
    }

    private void measure(Place.Kind kind, Place place, SinkServer server) {
        Duration measured = Duration.ofSeconds(seconds);
        for (int clients : CLIENTS) {
            DurableLoad load = new DurableLoad(server, place.store(), "load-" + clients);
            add(publishing(clients), kind, load.publish(clients, measured.dividedBy(2), measured));
        }
        Recovery recovery = new DurableLoad(server, place.store(), "recovery").recover();
        add(FIRST, kind, recovery.first());
        add(LAST, kind, recovery.last());
    }

    private static String publishing(int clients) {
        return String.format(Locale.ROOT, "%,d %s at QoS 1, messages/s", clients, clients == 1 ? "client" : "clients");
    }

    private void add(String what, Place.Kind kind, double figure) {
        figures.computeIfAbsent(what, row -> new TreeMap<>())
                .computeIfAbsent(kind, column -> new ArrayList<>())
                .add(figure);
    }

    private String table() {
        StringBuilder table = new StringBuilder("`--rounds " + rounds + "`, medians, commit " + RunFacts.commit() + "; "
                + RunFacts.machine() + ", which the engines share with the clients\n\n|");
        List<Place.Kind> kinds = List.of(Place.Kind.values());
        kinds.forEach(kind -> table.append(" | ").append(kind));
        table.append(" |\n|---|").append("--:|".repeat(kinds.size())).append('\n');
        List<String> rows = new ArrayList<>(
                CLIENTS.stream().map(StoresSideBySide::publishing).toList());
        rows.addAll(List.of(FIRST, LAST));
        for (String row : rows) {
            table.append("| ").append(row);
            for (Place.Kind kind : kinds) {
                table.append(String.format(Locale.ROOT, " | %,.0f", median(row, kind)));
            }
            table.append(" |\n");
        }
        return table.toString();
    }

    private double median(String row, Place.Kind kind) {
        List<Double> sorted = figures.getOrDefault(row, Map.of()).getOrDefault(kind, List.of()).stream()
                .sorted()
                .toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }

    /** Returns the page with {@code table} between its marks. */
    static String replaced(String page, String table) throws IOException {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException("the page has no marks for what is measured");
        }
        return page.substring(0, begin + BEGIN.length()) + table + page.substring(end);
    }
}

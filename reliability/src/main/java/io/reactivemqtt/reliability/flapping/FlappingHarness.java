package io.reactivemqtt.reliability.flapping;

import io.reactivemqtt.ProtocolVersion;
import io.reactivemqtt.store.sqlite.SqliteSessionStore;
import io.reactivemqtt.testkit.server.FaultProxy;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testsupport.FiguresOnPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Cuts the connections of two clients for an hour, and tells what was lost, what came twice, and what has grown. */
@Command(
        name = "flapping-harness",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Cuts the connections of two clients every 0.2 to 5 s while they send and receive at each QoS, and counts what is lost,"
                        + " what comes twice, and what the process has after a minute and at the end.",
        footer = {
            "",
            "Exit status: 0 all promises are kept and nothing has grown, 1 not so, 2 the command line is wrong."
        })
public final class FlappingHarness implements Callable<Integer> {

    private static final int FAILURE = 1;
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration DRAINS_WITHIN = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 50;

    /** So long after the last message the timers of what was sent have ended. */
    private static final long CALM_MILLIS = 10_000;

    private final PrintWriter out;

    @Option(names = "--minutes", paramLabel = "N", description = "How long, from 2; default ${DEFAULT-VALUE}.")
    private int minutes = 60;

    @Option(names = "--seed", paramLabel = "S", description = "Of all random moments; default ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--write", paramLabel = "PAGE", description = "Writes what it saw on this page.")
    private @Nullable Path page;

    private FlappingHarness(PrintWriter out) {
        this.out = out;
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        System.exit(new CommandLine(new FlappingHarness(out)).setOut(out).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("flapping-");
        RunningServer started = RunningServer.mosquitto().orElse(null);
        if (started == null) {
            out.println("mosquitto is not there: install it (Debian: apt-get install mosquitto) and run again");
            return FAILURE;
        }
        try (RunningServer server = started;
                FaultProxy proxy = FaultProxy.to(server.uri());
                SqliteSessionStore store = SqliteSessionStore.at(directory.resolve("sessions.db"));
                Flapper flapper = new Flapper(proxy, seed)) {
            return run(new ArrayList<>(), flapper, proxy, server, store) ? 0 : FAILURE;
        }
    }

    private boolean run(
            List<Traffic> all, Flapper flapper, FaultProxy proxy, RunningServer server, SqliteSessionStore store)
            throws IOException, InterruptedException {
        try {
            for (ProtocolVersion version : ProtocolVersion.values()) {
                all.add(Traffic.start(version, proxy.uri(), server.uri(), store));
            }
            long begunNanos = System.nanoTime();
            flapper.start();
            TimeUnit.MILLISECONDS.sleep(FIRST.toMillis());
            boolean drained = rests(all, flapper);
            Resources first = Resources.ofThisProcess();
            goesOn(all, flapper);
            long restNanos = TimeUnit.MINUTES.toNanos(minutes) - (System.nanoTime() - begunNanos);
            TimeUnit.NANOSECONDS.sleep(restNanos);
            drained &= rests(all, flapper);
            Resources last = Resources.ofThisProcess();
            return told(all, flapper.cuts(), first, last, drained);
        } finally {
            for (Traffic traffic : all) {
                traffic.close();
            }
        }
    }

    /** Stops all that happens, and waits until nothing is on its way; false if that takes too long. */
    private static boolean rests(List<Traffic> all, Flapper flapper) throws InterruptedException {
        all.forEach(traffic -> traffic.pause(true));
        flapper.pause(true);
        long end = System.nanoTime() + DRAINS_WITHIN.toNanos();
        while (!all.stream().allMatch(Traffic::isDrained)) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        TimeUnit.MILLISECONDS.sleep(CALM_MILLIS);
        return true;
    }

    private static void goesOn(List<Traffic> all, Flapper flapper) {
        flapper.pause(false);
        all.forEach(traffic -> traffic.pause(false));
    }

    private boolean told(List<Traffic> all, long cuts, Resources first, Resources last, boolean drained)
            throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("| " + String.format("%,d", cuts) + " cuts | given | arrived | lost | repeated |");
        lines.add("|---|--:|--:|--:|--:|");
        all.stream().flatMap(Traffic::numbers).map(Numbers::row).forEach(lines::add);
        lines.add("");
        lines.add("| the process has | heap after a collection, KiB | threads | files and sockets |");
        lines.add("|---|--:|--:|--:|");
        lines.add(first.row("after a minute"));
        lines.add(last.row("after " + minutes + " minutes"));
        lines.forEach(out::println);
        boolean good = drained
                && last.isNoMoreThan(first)
                && all.stream().flatMap(Traffic::numbers).allMatch(Numbers::isKept);
        if (good && page != null) {
            FiguresOnPage.write(page, "flapping", "-Dflapping -Dminutes=" + minutes + " -Dseed=" + seed, lines);
        }
        out.println(
                good
                        ? "all promises are kept"
                        : drained ? "a promise is broken, or something has grown" : "it does not drain");
        return good;
    }
}

package io.reactivemqtt.reliability.powercut;

import io.reactivemqtt.reliability.powercut.LifeOrder.Direction;
import io.reactivemqtt.reliability.powercut.LifeOrder.Way;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testsupport.FiguresOnPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Cuts the power of senders and receivers, at every flush of the disk and between, and tells what is lost. */
@Command(
        name = "power-cuts",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes down what clients over the SQLite store have their disk do, rebuilds the disk as power cuts may leave it,"
                    + " and counts what is lost of what was reported durable."
        },
        footer = {
            "",
            "Exit status: 0 nothing is lost, 1 something is or it could not be run, 2 the command line is wrong."
        })
public final class PowerCutHarness implements Callable<Integer> {

    private static final int FAILURE = 1;
    private static final int LIVES = 4;
    private static final int MESSAGES = 30;
    private static final double BETWEEN = 0.3;
    private static final int OTHERS = 6;

    private final PrintWriter out;

    @Option(names = "--cuts", paramLabel = "N", required = true, description = "At how many moments, in each cell.")
    private int cuts;

    @Option(names = "--seed", paramLabel = "S", description = "Of all chance; default ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(names = "--write", paramLabel = "FILE", description = "Write the figures into this page.")
    private @Nullable Path page;

    PowerCutHarness(PrintWriter out) {
        this.out = out;
    }

    /** Runs it; see {@code --help}. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        System.exit(new CommandLine(new PowerCutHarness(out)).setOut(out).execute(arguments));
    }

    /** Tells whether what it needs is here. */
    static boolean canRun() {
        try (RunningServer server = RunningServer.mosquitto().orElse(null)) {
            return server != null && Recorder.canRun();
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!canRun()) {
            out.println("mosquitto or gcc is not on the path: install them"
                    + " (Debian: apt-get install mosquitto gcc libc6-dev) and run again");
            return FAILURE;
        }
        List<String> lines = new ArrayList<>(CutReport.head());
        lines.forEach(out::println);
        boolean isGood = true;
        Recorder recorder = new Recorder();
        for (Direction direction : Direction.values()) {
            CutPlan plan = new CutPlan(LIVES, cuts, MESSAGES, BETWEEN, OTHERS);
            CutReport report = new CutCell(recorder, direction, Way.DURABLE, plan, seed).run();
            lines.add(report.row());
            out.println(report.row());
            report.violations().forEach(out::println);
            isGood &= report.violations().isEmpty();
        }
        if (page != null) {
            FiguresOnPage.write(page, "power-cuts", "--cuts " + cuts + " --seed " + seed, lines);
        }
        return isGood ? 0 : FAILURE;
    }
}

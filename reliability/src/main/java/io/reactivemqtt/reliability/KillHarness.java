package io.reactivemqtt.reliability;

import static java.util.stream.Collectors.joining;

import io.reactivemqtt.testsupport.RunFacts;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import io.reactivemqtt.testsupport.RunningRedis;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Kills processes that send and receive, starts new ones, and tells what was lost and what came twice. */
@Command(
        name = "kill-harness",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Kills processes that send and receive through mosquitto, by SIGKILL at random moments, starts new ones over the"
                    + " same session store, and counts what is lost and what comes twice."
        },
        footer = {
            "",
            "With the system property reliability.trace=true, the directory of a group in which a promise is broken has the"
                    + " Server's log and what each process said.",
            "Exit status: 0 all promises are kept, 1 one is broken or a cell could not be run, 2 the command line is wrong."
        })
public final class KillHarness implements Callable<Integer> {

    private static final int FAILURE = 1;

    private final PrintWriter out;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--kills",
            paramLabel = "N",
            required = true,
            description =
                    "How often to kill in each cell, from 1. One process is all senders, all receivers or all batch"
                            + " receivers: its kill counts in each of their cells.")
    private int kills;

    @Option(names = "--seed", paramLabel = "S", description = "Of all random moments; default: another each time.")
    private long seed = System.nanoTime() % 1_000_000;

    @Option(
            names = "--cell",
            paramLabel = "NAME",
            description =
                    "Only this cell, or those whose names begin so; may be repeated. A name is: sender, receiver or"
                            + " batch-receiver, -qos1 or -qos2, -5.0 or -3.1.1, such as sender-qos2-5.0. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--store",
            paramLabel = "NAME",
            description =
                    "Where the processes keep their Sessions: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Store store = Store.SQLITE;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            description =
                    "How many groups of cells at once, default 2; the groups: senders, receivers, batch receivers.")
    private int parallel = 2;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description =
                    "Write the page about reliability to this file; the rows of other cells that are in it stay as they are.")
    private @Nullable Path page;

    KillHarness(PrintWriter out) {
        this.out = out;
    }

    /** Runs it; see {@code --help}. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new KillHarness(out))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(out)
                .setErr(err)
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Cell> cells = cells();
        if (kills < 1 || parallel < 1) {
            throw new ParameterException(command.commandLine(), "--kills and --parallel are at least 1");
        }
        if (!Cells.canRun()) {
            out.println("mosquitto is not on the path: install it (Debian: apt-get install mosquitto) and run again");
            return FAILURE;
        }
        return switch (store) {
            case SQLITE -> run(cells);
            case POSTGRESQL -> runOverPostgreSql(cells);
            case REDIS -> runOverRedis(cells);
        };
    }

    /** Starts one as production does, with all its commits on the disk, for all processes. */
    private int runOverPostgreSql(List<Cell> cells) throws IOException, InterruptedException {
        RunningPostgreSql started = RunningPostgreSql.start().orElse(null);
        if (started == null) {
            out.println("PostgreSQL is not there: install it (Debian: apt-get install postgresql) and run again");
            return FAILURE;
        }
        try (started) {
            return runOver(started.port(), cells);
        }
    }

    /** The same, with all that it has answered for on the disk. */
    private int runOverRedis(List<Cell> cells) throws IOException, InterruptedException {
        RunningRedis started = RunningRedis.start(RunningRedis.DURABLE).orElse(null);
        if (started == null) {
            out.println("Redis is not there: install it (Debian: apt-get install redis-server) and run again");
            return FAILURE;
        }
        try (started) {
            return runOver(started.port(), cells);
        }
    }

    private int runOver(int port, List<Cell> cells) throws IOException, InterruptedException {
        System.setProperty(Store.PORT, Integer.toString(port));
        return run(cells);
    }

    private int run(List<Cell> cells) throws IOException, InterruptedException {
        out.println("seed " + seed);
        out.println(ReportTable.head());
        Cells.Results results = new Cells(kills, seed, parallel, store.setup(), out).run(cells);
        ReportPage.Rows table = ReportTable.markdown(results.reports());
        out.println();
        out.println(table.head() + String.join("\n", table.rows()));
        if (page != null) {
            String before = Files.exists(page) ? Files.readString(page) : "";
            Files.writeString(page, ReportPage.with(facts(results.server()), results.reports(), before));
        }
        return results.isGood() ? 0 : FAILURE;
    }

    private String facts(String server) {
        String only = names.stream()
                .filter(name -> !name.isEmpty())
                .map(name -> " --cell " + name)
                .collect(joining());
        String over = store == Store.SQLITE ? "" : " --store " + store.name().toLowerCase(Locale.ROOT);
        return "- `--kills " + kills + " --seed " + seed + " --parallel " + parallel + only + over + "`, commit "
                + RunFacts.commit()
                + "\n- " + server + "; " + RunFacts.machine();
    }

    private List<Cell> cells() {
        if (names.isEmpty()) {
            return Cell.all();
        }
        return names.stream().flatMap(name -> cells(name).stream()).distinct().toList();
    }

    private List<Cell> cells(String beginning) {
        List<Cell> cells = Cell.all().stream()
                .filter(cell -> cell.name().startsWith(beginning))
                .toList();
        if (cells.isEmpty()) {
            throw new ParameterException(command.commandLine(), "there is no cell " + beginning);
        }
        return cells;
    }
}

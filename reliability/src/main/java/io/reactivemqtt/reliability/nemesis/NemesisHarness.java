package io.reactivemqtt.reliability.nemesis;

import static java.util.stream.Collectors.joining;

import io.reactivemqtt.reliability.ReportPage;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import io.reactivemqtt.testsupport.RunFacts;
import io.reactivemqtt.testsupport.RunningPostgreSql;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Three pods, one Session, one database, one Server: something fails, again and again, and the logs are checked. */
@Command(
        name = "nemesis",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs three processes that want one Session, PostgreSQL and mosquitto, each in a network namespace of its own, has"
                    + " something fail again and again, and checks what was accepted, sent and handled. Needs root."
        },
        footer = {
            "",
            "The directory of a cell in which a promise is broken stays, with all logs; with the system property reliability.trace=true"
                    + " the Server's log has each packet.",
            "Exit status: 0 all promises are kept, 1 one is broken or a cell could not be run, 2 the command line is wrong."
        })
public final class NemesisHarness implements Callable<Integer> {

    private static final int FAILURE = 1;

    private final PrintWriter out;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(names = "--faults", paramLabel = "N", required = true, description = "How many in each cell, from 1.")
    private int faults;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Begin no fault after so long in a cell, however many there were; default ${DEFAULT-VALUE}.")
    private int minutes = 60;

    @Option(names = "--seed", paramLabel = "S", description = "Of all random moments; default: another each time.")
    private long seed = System.nanoTime() % 1_000_000;

    @Option(
            names = "--cell",
            split = ",",
            paramLabel = "NAME",
            description = "Only this cell, or those whose names begin so; may be repeated. Such as owner-killed,"
                    + " owner-killed-inbox, database-cut-off, fail-over. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--parallel", paramLabel = "N", description = "How many cells at once, default ${DEFAULT-VALUE}.")
    private int parallel = 2;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description =
                    "Write the page about reliability to this file; the rows of other cells that are in it stay as they are,"
                            + " and so do those of cells in which a promise is broken.")
    private @Nullable Path page;

    @Option(
            names = "--namespaces",
            hidden = true,
            description = "Within the first namespace: how the others' names begin.")
    private @Nullable String prefix;

    private NemesisHarness(PrintWriter out) {
        this.out = out;
    }

    /** Runs it; see {@code --help}. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        System.exit(new CommandLine(new NemesisHarness(out)).setOut(out).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<FaultCell> cells = cells();
        if (faults < 1 || parallel < 1) {
            throw new ParameterException(command.commandLine(), "--faults and --parallel are at least 1");
        }
        String missing = missing();
        if (!missing.isEmpty()) {
            out.println(missing);
            return FAILURE;
        }
        if (prefix == null) {
            return Hub.run(
                    NemesisHarness.class, command.commandLine().getParseResult().originalArgs());
        }
        return run(cells, prefix);
    }

    private static String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "only root can make network namespaces";
        }
        if (!Programs.areThere(
                        "ip", "nft", "nsenter", "setpriv", "mosquitto", "psql", "redis-server", "redis-cli", "gcc")
                || RunningPostgreSql.programs().isEmpty()) {
            return "a program is missing (Debian: apt-get install iproute2 nftables mosquitto postgresql redis-server gcc libc6-dev)";
        }
        return "";
    }

    private int run(List<FaultCell> cells, String namespaces) throws IOException, InterruptedException {
        out.println("seed " + seed);
        out.println(FaultTable.head());
        List<FaultReport> reports = reports(cells, namespaces);
        List<FaultReport> kept =
                reports.stream().filter(report -> report.violations().isEmpty()).toList();
        if (page != null && !kept.isEmpty()) {
            String before = Files.exists(page) ? Files.readString(page) : "";
            Files.writeString(page, ReportPage.withFaults(facts(), FaultTable.markdown(kept), before));
        }
        return kept.size() == cells.size() ? 0 : FAILURE;
    }

    private List<FaultReport> reports(List<FaultCell> cells, String namespaces) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        AtomicInteger number = new AtomicInteger();
        try {
            List<Future<FaultReport>> futures = new ArrayList<>();
            for (FaultCell cell : cells) {
                futures.add(threads.submit(() -> run(cell, namespaces, number.getAndIncrement())));
            }
            List<FaultReport> reports = new ArrayList<>();
            for (int i = 0; i < cells.size(); i++) {
                try {
                    reports.add(futures.get(i).get());
                } catch (ExecutionException e) {
                    out.println(cells.get(i).words() + " could not be run to its end: " + e.getCause());
                }
            }
            return reports;
        } finally {
            threads.shutdownNow();
        }
    }

    private FaultReport run(FaultCell cell, String namespaces, int number) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(namespaces + "-" + cell.name() + "-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        FaultReport report = new CellRun(
                        cell,
                        faults,
                        Duration.ofMinutes(minutes),
                        seed * 31 + cell.name().hashCode(),
                        directory)
                .run(namespaces, number);
        synchronized (out) {
            out.println(FaultTable.line(report));
            report.violations().forEach(violation -> out.println("  BROKEN " + violation + "; see " + directory));
        }
        if (report.violations().isEmpty()) {
            TemporaryDirectory.delete(directory);
        }
        return report;
    }

    private String facts() throws IOException, InterruptedException {
        String only = names.stream()
                .filter(name -> !name.isEmpty())
                .map(name -> " --cell " + name)
                .collect(joining());
        return "- `--faults " + faults + " --seed " + seed + " --parallel " + parallel + " --minutes " + minutes + only
                + "`, commit "
                + RunFacts.commit()
                + "\n- " + Versions.server() + "; " + Versions.database() + "; " + Versions.redis() + "; "
                + RunFacts.machine();
    }

    private List<FaultCell> cells() {
        List<String> given = names.stream().filter(name -> !name.isEmpty()).toList();
        return given.isEmpty()
                ? FaultCell.all()
                : given.stream()
                        .flatMap(name -> cells(name).stream())
                        .distinct()
                        .toList();
    }

    private List<FaultCell> cells(String beginning) {
        List<FaultCell> cells = FaultCell.all().stream()
                .filter(cell -> cell.name().startsWith(beginning))
                .toList();
        if (cells.isEmpty()) {
            throw new ParameterException(command.commandLine(), "there is no cell " + beginning);
        }
        return cells;
    }
}

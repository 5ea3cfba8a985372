package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.sink.Transport;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures this client and others in one run, and writes the page about it. */
@Command(
        name = "side-by-side",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what a message costs this client and others, each in a process of its own on one core, against a Server that"
                    + " counts on another. The rounds of all take turns; figures are medians."
        },
        footer = {
            "",
            "Exit status: 0 all went well, 1 a round of ours lost something or failed, 2 the command line is wrong."
        })
public final class SideBySide implements Callable<Integer> {

    private final PrintWriter out;

    @Option(names = "--rounds", paramLabel = "N", description = "How often each is measured, default 3.")
    private int rounds = 3;

    @Option(
            names = "--starts",
            paramLabel = "N",
            description =
                    "How often all of this is done, each time in new processes, default 1. A just-in-time compiler decides"
                            + " otherwise in each, so that what differs by less than a fifth shows only over several.")
    private int starts = 1;

    @Option(
            names = "--apart",
            description =
                    "Measure each workload in processes of its own. What ran before it in the same process decides how it is compiled.")
    private boolean apart;

    @Option(names = "--warm-up", paramLabel = "MILLIS", description = "Before the first round of each, default 1000.")
    private int warmUpMillis = 1000;

    @Option(
            names = "--peer",
            paramLabel = "NAME",
            description = "Only this one; may be repeated. ${COMPLETION-CANDIDATES}")
    private List<Peer> peers = new ArrayList<>();

    @Option(
            names = "--only",
            paramLabel = "WORDS",
            description = "Only workloads whose name contains this, such as \"publish QoS 1\"; may be repeated.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--before",
            paramLabel = "CHECKOUT",
            description =
                    "Measure this client as the benchmarks that another checkout has packaged have it, too, and compare."
                            + " Peers are ours alone then, unless some are named.")
    private @Nullable Path before;

    @Option(names = "--write", paramLabel = "FILE", description = "Write the page about performance to this file.")
    private @Nullable Path page;

    private SideBySide(PrintWriter out) {
        this.out = out;
    }

    /** Runs it; see {@code --help}. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        System.exit(new CommandLine(new SideBySide(out))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Peer> wanted = wanted();
        Path errors = TemporaryDirectory.create("side-by-side-").resolve("errors");
        Files.createFile(errors);
        if (!Program.canPin()) {
            out.println("no second core, or no taskset: the processes are not pinned");
        }
        int failures;
        Processes processes = new Processes(classPathBefore(), errors);
        try (Rounds run = new Rounds(rounds, warmUpMillis, apart, wanted, processes, out)) {
            for (int start = 0; start < starts; start++) {
                measure(run);
                run.beginAnew();
            }
            failures = run.failures();
            Bars bars = Bars.of(run.results());
            out.println();
            out.println(bars.markdown());
            if (before != null) {
                out.println(Comparison.markdown(run.results()));
            }
            if (page != null) {
                PerformancePage.write(page, rounds, run.results(), bars);
            }
        }
        if (failures > 0) {
            out.println(failures + " failures; what the processes said:");
            out.println(Files.readString(errors));
        }
        return failures == 0 ? 0 : 1;
    }

    private void measure(Rounds run) throws IOException, InterruptedException {
        messages(run, Transport.TCP);
        step(run, Rounds.LATENCY, run::latency);
        step(run, Rounds.ROUND_TRIP, run::roundTrip);
        step(run, Rounds.REQUEST, run::requests);
        step(run, Rounds.CYCLE, run::cycles);
        step(run, FreshProcesses.FIRST_CYCLES, run::firstCycles);
        step(run, FreshProcesses.IDLE, run::idle);
        step(run, FreshProcesses.FLEET, run::fleet);
        step(run, FreshProcesses.START, run::start);
        step(run, "start of a service", () -> services(run.results()));
        step(run, "growth", run::growth);
        step(run, Rounds.RECOVERY, run::recovery);
        for (Transport transport : List.of(Transport.TLS, Transport.TLS_NATIVE, Transport.WEB_SOCKET)) {
            run.endClients();
            messages(run, transport);
            if (transport.isSecure()) {
                step(run, Rounds.connect(transport), () -> run.connects(transport));
            }
        }
    }

    private void services(Results results) throws IOException {
        if (Files.exists(ServiceStart.jar())) {
            ServiceStart.measure(ServiceStart.jar(), TemporaryDirectory.create("side-by-side-"), rounds, results);
        } else {
            out.println("  " + ServiceStart.jar() + " is not there: no service is started");
        }
    }

    private void messages(Rounds run, Transport transport) throws IOException, InterruptedException {
        for (Workload workload : Workload.all()) {
            if (workload.transport() == transport) {
                step(run, workload.toString(), () -> run.run(workload));
            }
        }
    }

    private List<Peer> wanted() {
        List<Peer> all =
                Arrays.stream(Peer.values()).filter(peer -> !peer.isBefore()).toList();
        if (before == null) {
            return peers.isEmpty() ? all : peers;
        }
        return (peers.isEmpty() ? all.stream().filter(peer -> peer.before().isPresent()) : peers.stream())
                .flatMap(peer -> Stream.concat(Stream.of(peer), peer.before().stream()))
                .distinct() // who is measured twice is also warm twice
                .toList();
    }

    private String classPathBefore() {
        if (before == null) {
            return "";
        }
        Path packaged = before.resolve(Path.of("benchmarks", "target"));
        return packaged.resolve("benchmarks.jar") + File.pathSeparator + packaged.resolve("lib") + File.separator + "*";
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void step(Rounds rounds, String name, Step step) throws IOException, InterruptedException {
        if (isWanted(name)) {
            step.run();
            if (apart) {
                rounds.endClients();
            }
        }
    }

    private boolean isWanted(String name) {
        return only.isEmpty() || only.stream().anyMatch(name::contains);
    }
}

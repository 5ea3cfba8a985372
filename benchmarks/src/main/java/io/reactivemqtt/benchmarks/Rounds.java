package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.client.Outcome;
import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.client.Peer.Kind;
import io.reactivemqtt.benchmarks.sink.Tally;
import io.reactivemqtt.benchmarks.sink.Transport;
import io.reactivemqtt.testkit.server.RunningServer;
import io.reactivemqtt.testkit.server.TemporaryDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Runs workloads: the Server on one core, each client in a process of its own on the other, one at a time, in rounds that take
 * turns, so that what else the machine does falls on all alike.
 */
final class Rounds implements AutoCloseable {

    static final String LATENCY = "latency";
    static final String ROUND_TRIP = "round trip";
    static final String REQUEST = "request and response";
    static final String CYCLE = "connect, subscribe, disconnect";
    static final List<String> GROWTH = List.of(
            "subscriptions 1",
            "subscriptions 10000",
            "streams 1",
            "streams 10000",
            "flight 0",
            "flight 60000",
            "clients 2000",
            "clients 4000",
            "sessions 10000",
            "sessions 20000",
            "queue 100000",
            "queue 1000000");
    static final String RECOVERY = "recovery 1000000";

    private static final long ROUND_MILLIS = 400;
    private static final int FIRST_WARM_UP_ROUNDS = 3;
    private static final int LATENCIES = 10_000;
    private static final int REQUESTS = 2_000;

    /** Many and short: for seconds at a time, a virtual machine wakes its cores up by a sixth faster, or slower. */
    private static final int LATENCY_ROUNDS = 8;

    private static final int DURABLE_WARM_UPS = 6;
    private static final int ROUND_TRIP_WARM_UPS = 3;
    private static final int LATENCY_WARM_UPS = 10;

    /** A connection takes much code, and runs each piece of it once: it is compiled late. */
    private static final int CYCLE_WARM_UPS = 20;

    private static final int SETTLE_LOOKS = 200;
    private static final long SETTLE_MILLIS = 10;

    private final int rounds;
    private final int warmUpMillis;
    private final boolean apart;
    private final List<Peer> wanted;

    /** The wanted, in the order in which they take turns. */
    private final List<Peer> order;

    private final PrintWriter out;
    private final Results results = new Results();
    private final Processes processes;
    private final FreshProcesses fresh;
    private final Map<Seat, Program> clients = new LinkedHashMap<>();

    /** What was too much for somebody once; he is not asked again. */
    private final Set<String> refused = new HashSet<>();

    private int failures;

    /** Who is measured in one process, and what lies between him and the sink. */
    private record Seat(Peer peer, Transport transport) {}

    /**
     * Starts nothing yet.
     *
     * @param apart whether each process has one workload
     */
    Rounds(int rounds, int warmUpMillis, boolean apart, List<Peer> wanted, Processes processes, PrintWriter out) {
        this.rounds = rounds;
        this.warmUpMillis = warmUpMillis;
        this.apart = apart;
        this.wanted = wanted;
        this.order = new ArrayList<>(wanted);
        this.processes = processes;
        this.out = out;
        this.fresh = new FreshProcesses(processes, results, this::failed);
    }

    Results results() {
        return results;
    }

    /** Returns how many rounds were no good. */
    int failures() {
        return failures;
    }

    private Program client(Seat seat) throws IOException {
        Program known = clients.get(seat);
        return known != null ? known : startClient(seat);
    }

    private Program startClient(Seat seat) throws IOException {
        Program started = processes.client(seat.peer, seat.transport);
        clients.put(seat, started);
        if (apart) {
            return started; // what it does is compiled for its own workload
        }
        // what all workloads need is compiled before the first
        started.ask("warm " + FIRST_WARM_UP_ROUNDS * warmUpMillis + " publish 1 64");
        if (seat.peer.kind() != Kind.DURABLE) {
            started.ask("warm " + FIRST_WARM_UP_ROUNDS * warmUpMillis + " receive 1 64");
            started.ask("warm " + FIRST_WARM_UP_ROUNDS * warmUpMillis + " publish 0 64"); // the first of them
        }
        return started;
    }

    /** Returns the answer, or nothing if the client could not do it; then it gets a new process. */
    private Optional<String> ask(Peer peer, String command) throws IOException {
        return ask(new Seat(peer, Transport.TCP), command);
    }

    private Optional<String> ask(Seat seat, String command) throws IOException {
        if (refused.contains(seat + command)) {
            return Optional.empty();
        }
        String answer;
        try {
            Program client = client(seat);
            client.resume();
            answer = client.ask(command);
            client.pause();
        } catch (IOException e) {
            answer = "failed " + e;
        }
        if (!answer.startsWith("failed")) {
            return Optional.of(answer);
        }
        failed(seat.peer, command + ", " + seat.transport.title(), answer);
        refused.add(seat + command);
        Program useless = clients.remove(seat);
        if (useless != null) {
            useless.close();
        }
        return Optional.empty();
    }

    private void failed(Peer peer, String command, String why) {
        failures += peer.kind() == Kind.PEER || peer == Peer.PAHO_V3_FILES ? 0 : 1;
        out.println("  " + peer.title() + ": " + command + ": " + why);
    }

    /** Does {@code command} for so long; returns how often it is done in a second. */
    private OptionalLong warm(Peer peer, int millis, String command) throws IOException {
        return warm(new Seat(peer, Transport.TCP), millis, command);
    }

    private OptionalLong warm(Seat seat, int millis, String command) throws IOException {
        Optional<String> rate = ask(seat, "warm " + millis + " " + command);
        return rate.isPresent() ? OptionalLong.of(Long.parseLong(rate.get())) : OptionalLong.empty();
    }

    // ---- messages

    void run(Workload workload) throws IOException, InterruptedException {
        // a disk has its moods, and a process of its own has the time for what is compared closely
        long millis = workload.durable() || apart ? 4 * ROUND_MILLIS : ROUND_MILLIS;
        int warmUp = (workload.durable() ? DURABLE_WARM_UPS : 1) * warmUpMillis / 2;
        List<Peer> peers = workload.peers(able(order, workload.transport()));
        for (Peer peer : peers) { // and the sink, which else would be cold for the first of them alone
            warm(new Seat(peer, workload.transport()), warmUp, workload.command());
        }
        Map<Peer, Long> counts = new LinkedHashMap<>(); // in the order of turns
        for (Peer peer : peers) {
            warm(new Seat(peer, workload.transport()), warmUp, workload.command())
                    .ifPresent(rate -> counts.put(peer, count(rate, millis)));
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<Peer, Long> entry : counts.entrySet()) {
                processes.sink(workload.transport()).ask("reset");
                Seat seat = new Seat(entry.getKey(), workload.transport());
                Optional<String> answer = ask(seat, workload.command() + " " + entry.getValue());
                if (answer.isPresent()) {
                    take(workload, entry.getKey(), Outcome.parse(answer.get()), entry.getValue());
                }
            }
        }
        report(workload.toString(), Results.Figure.CPU_MICROS.place, "µs of CPU");
    }

    /** Returns those of whom there is what it takes. */
    private List<Peer> able(List<Peer> peers, Transport transport) throws IOException {
        List<Peer> able = new ArrayList<>();
        for (Peer peer : peers) {
            if (processes.has(peer, transport)) {
                able.add(peer);
            }
        }
        return able;
    }

    private static long count(long perSecond, long millis) {
        return Math.max(20, perSecond * millis / 1000);
    }

    /** Takes a round in which nothing is missing; a peer that loses messages at QoS 0 is shown with what it lost. */
    private void take(Workload workload, Peer peer, Outcome outcome, long count)
            throws IOException, InterruptedException {
        boolean receives = workload.direction().equals("receive");
        Tally tally = settled(
                processes.sink(workload.transport()),
                receives ? 0 : count,
                receives ? count : 0,
                receives && workload.qos() > 0 ? count : 0);
        boolean complete = tally.violations() == 0
                && (receives ? tally.pushed() == count : tally.publishes() == count)
                && (!receives || workload.qos() == 0 || tally.pushedAcknowledged() == count);
        boolean lossy = outcome.messages() != count;
        if (!complete || (lossy && (peer.kind() != Kind.PEER || workload.qos() > 0))) {
            failed(peer, workload.toString(), "of " + count + " messages " + outcome.messages() + " and " + tally);
        } else {
            results.add(workload.toString(), peer, outcome, count);
        }
    }

    /** Waits until the sink has counted what is expected, but not for ever. */
    private static Tally settled(Program sink, long publishes, long pushed, long acknowledged)
            throws IOException, InterruptedException {
        Tally wantedTally = new Tally(publishes, pushed, acknowledged, 0);
        Tally tally = Tally.parse(sink.ask("tally"));
        for (int i = 0; i < SETTLE_LOOKS && !tally.equals(wantedTally); i++) {
            Thread.sleep(SETTLE_MILLIS);
            tally = Tally.parse(sink.ask("tally"));
        }
        return tally;
    }

    // ---- all else

    private List<Peer> undurable() {
        return order.stream().filter(peer -> peer.kind() != Kind.DURABLE).toList();
    }

    private List<Peer> oneOfOurs() {
        return undurable().stream().filter(peer -> !peer.isWayOfOurs()).toList();
    }

    void latency() throws IOException {
        for (Peer peer : oneOfOurs()) {
            warm(peer, LATENCY_WARM_UPS * warmUpMillis, "latency");
        }
        for (int round = 0; round < LATENCY_ROUNDS * rounds; round++) {
            for (Peer peer : oneOfOurs()) {
                ask(peer, "latency " + LATENCIES).ifPresent(answer -> results.add(LATENCY, peer, numbers(answer)));
            }
        }
        report(LATENCY, 0, "ns, median");
    }

    void cycles() throws IOException {
        outcomesInRounds(CYCLE, oneOfOurs(), Transport.TCP, "cycles", CYCLE_WARM_UPS * warmUpMillis);
        report(CYCLE, Results.Figure.CPU_MICROS.place, "µs of CPU");
    }

    /** Handshake, CONNECT, CONNACK and DISCONNECT: ours and what nobody goes below. */
    void connects(Transport transport) throws IOException {
        List<Peer> peers = able(order, transport).stream()
                .filter(peer -> peer.now() == Peer.OURS || peer == Peer.RAW_NETTY)
                .toList();
        outcomesInRounds(connect(transport), peers, transport, "connects", CYCLE_WARM_UPS * warmUpMillis);
        report(connect(transport), Results.Figure.CPU_MICROS.place, "µs of CPU");
    }

    /** Returns the name of {@link #connects}. */
    static String connect(Transport transport) {
        return "connect " + transport.title();
    }

    void requests() throws IOException {
        List<Peer> peers = order.stream().filter(Peer::hasRequests).toList();
        throughMosquitto(port -> {
            for (Peer peer : peers) {
                warm(peer, LATENCY_WARM_UPS * warmUpMillis, "requests " + port);
            }
            for (int round = 0; round < LATENCY_ROUNDS * rounds; round++) {
                for (Peer peer : peers) {
                    ask(peer, "requests " + port + " " + REQUESTS)
                            .ifPresent(answer -> results.add(REQUEST, peer, numbers(answer)));
                }
            }
        });
        report(REQUEST, 0, "ns, median");
    }

    void roundTrip() throws IOException {
        List<Peer> peers =
                oneOfOurs().stream().filter(peer -> peer.kind() != Kind.FLOOR).toList();
        throughMosquitto(port -> outcomesInRounds(
                ROUND_TRIP, peers, Transport.TCP, "round " + port + " 64", ROUND_TRIP_WARM_UPS * warmUpMillis));
        report(ROUND_TRIP, Results.Figure.CPU_MICROS.place, "µs of CPU");
    }

    private interface AtPort {
        void run(int port) throws IOException;
    }

    private void throughMosquitto(AtPort work) throws IOException {
        RunningServer mosquitto = RunningServer.mosquitto(
                        "max_inflight_messages 1000", "max_queued_messages 0", "set_tcp_nodelay true")
                .orElse(null);
        if (mosquitto == null) {
            out.println("  mosquitto is not here: nothing goes through it");
            return;
        }
        try (mosquitto) {
            work.run(mosquitto.uri().getPort());
        }
    }

    void idle() {
        fresh.idle(oneOfOurs());
        report(FreshProcesses.IDLE, 0, "bytes of heap");
        if (wanted.contains(Peer.OURS)) {
            fresh.held();
        }
    }

    void fleet() {
        List<Peer> peers = order.stream().filter(Peer::hasFleet).toList();
        for (int round = 0; round < rounds; round++) {
            fresh.fleet(peers);
        }
        report(FreshProcesses.FLEET, 0, "bytes of heap");
        report(FreshProcesses.FLEET, 4, "ns to PUBACK, p99");
    }

    void start() throws IOException {
        for (int round = 0; round < rounds; round++) {
            fresh.start(oneOfOurs());
        }
        report(FreshProcesses.START, 0, "ms");
        Path directory = TemporaryDirectory.create("side-by-side-archives-");
        List<Peer> compared =
                oneOfOurs().stream().filter(peer -> peer.kind() != Kind.PEER).toList();
        fresh.archivedStart(compared, directory, rounds);
        report(FreshProcesses.ARCHIVED_START, 0, "ms");
    }

    void firstCycles() {
        for (int round = 0; round < rounds; round++) {
            fresh.firstCycles(oneOfOurs());
        }
        report(FreshProcesses.FIRST_CYCLES, Results.Figure.CPU_MICROS.place, "µs of CPU");
    }

    void growth() throws IOException {
        List<Peer> peers = streaming();
        for (Peer peer : peers) {
            for (int warmUp = 0; warmUp < 2; warmUp++) {
                ask(peer, "growth subscriptions 1");
                ask(peer, "growth flight 0");
            }
        }
        for (int round = 0; round < rounds + 2; round++) { // what is compared differs by little
            for (String command : GROWTH) {
                for (Peer peer : peers) {
                    growth(peer, command);
                }
            }
        }
        for (String command : GROWTH) {
            report(command, 0, command.startsWith("queue") ? "bytes of heap" : "µs of CPU");
        }
    }

    private List<Peer> streaming() {
        return order.stream().filter(peer -> peer.now() == Peer.OURS).toList();
    }

    void recovery() throws IOException {
        for (int round = 0; round < rounds; round++) {
            for (Peer peer : streaming()) {
                ask(peer, "growth " + RECOVERY).ifPresent(answer -> results.add(RECOVERY, peer, numbers(answer)));
            }
        }
        report(RECOVERY, 0, "ns until the first");
    }

    private void growth(Peer peer, String command) throws IOException {
        Optional<String> answer = ask(peer, "growth " + command);
        if (answer.isPresent() && command.startsWith("queue")) {
            results.add(command, peer, numbers(answer.get()));
        } else if (answer.isPresent()) {
            Outcome outcome = Outcome.parse(answer.get());
            results.add(command, peer, outcome, outcome.messages());
        }
    }

    private void outcomesInRounds(String name, List<Peer> peers, Transport transport, String command, int warmUp)
            throws IOException {
        Map<Peer, Long> counts = new LinkedHashMap<>(); // in the order of turns
        for (Peer peer : peers) {
            warm(new Seat(peer, transport), warmUp, command)
                    .ifPresent(rate -> counts.put(peer, count(rate, 2 * ROUND_MILLIS)));
        }
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<Peer, Long> entry : counts.entrySet()) {
                ask(new Seat(entry.getKey(), transport), command + " " + entry.getValue())
                        .ifPresent(
                                answer -> results.add(name, entry.getKey(), Outcome.parse(answer), entry.getValue()));
            }
        }
    }

    static double[] numbers(String line) {
        return Arrays.stream(line.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private void report(String workload, int place, String unit) {
        out.println(workload + ", " + unit);
        for (Peer peer : wanted) {
            if (results.has(workload, peer)) {
                out.printf("  %-24s %12.3f%n", peer.title(), results.median(workload, peer, place));
            }
        }
        out.flush();
    }

    /**
     * {@link #endClients}, and the next processes take turns in the opposite order: of two equal builds, the one whose turn came first
     * cost an eighth more.
     */
    void beginAnew() {
        endClients();
        Collections.reverse(order);
    }

    /** What is measured next is measured in new processes. */
    void endClients() {
        clients.values().forEach(Program::close);
        clients.clear();
    }

    @Override
    public void close() {
        endClients();
        processes.close();
    }
}

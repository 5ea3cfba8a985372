package io.reactivemqtt.benchmarks;

import io.reactivemqtt.benchmarks.client.Outcome;
import io.reactivemqtt.benchmarks.client.Peer;
import io.reactivemqtt.benchmarks.sink.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is measured in processes that have done nothing before. */
final class FreshProcesses {

    static final String IDLE = "idle";

    /** Followed by the name of a class. */
    static final String HELD = "idle, of ";

    static final String FLEET = "fleet";
    static final String START = "start";
    static final String ARCHIVED_START = "start from an archive";
    static final String FIRST_CYCLES = "first cycles";

    private static final int IDLE_CONNECTIONS = 2_000;

    /** As many as a system has descriptors for that gives a process 20,000. */
    private static final int FLEET_IDLE = 17_500;

    private static final int FLEET_BUSY = 2_000;
    private static final int FLEET_PERIODS = 20;

    private static final int CYCLES = 2_000;

    /** Those who answer so slowly that 2,000 cycles would take ten minutes. */
    private static final List<Peer> SLOW = List.of(Peer.PAHO_V3, Peer.PAHO_V5);

    private final Processes processes;
    private final Results results;
    private final Failures failures;

    /** Hears that somebody could not do what was wanted. */
    interface Failures {
        void failed(Peer peer, String command, String why);
    }

    private interface Answer {
        void take(String answer, double millis);
    }

    FreshProcesses(Processes processes, Results results, Failures failures) {
        this.processes = processes;
        this.results = results;
        this.failures = failures;
    }

    /** Heap and memory of one of many connections that nobody uses. */
    void idle(List<Peer> peers) {
        for (Peer peer : peers) {
            ask(
                    peer,
                    IDLE,
                    "idle " + IDLE_CONNECTIONS,
                    List.of(),
                    (answer, millis) -> results.add(IDLE, peer, Rounds.numbers(answer)));
        }
    }

    /** What of ours each of many connections holds that nobody uses, by class: instances and bytes. */
    void held() {
        ask(Peer.OURS, HELD, "held " + IDLE_CONNECTIONS, List.of(), (answer, millis) -> {
            for (String each : answer.split(" ", -1)) {
                String[] parts = each.split("=", -1);
                results.add(HELD + parts[0], Peer.OURS, Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
            }
        });
    }

    /** Many clients in one process, some of which publish now and then. */
    void fleet(List<Peer> peers) {
        for (Peer peer : peers) {
            ask(
                    peer,
                    FLEET,
                    "fleet " + FLEET_IDLE + " " + FLEET_BUSY + " " + FLEET_PERIODS,
                    List.of(),
                    (answer, millis) -> results.add(FLEET, peer, Rounds.numbers(answer)));
        }
    }

    /** From the start of the JVM to the first PUBACK. */
    void start(List<Peer> peers) {
        for (Peer peer : peers) {
            ask(peer, START, "first", List.of(), (answer, millis) -> results.add(START, peer, millis));
        }
    }

    /**
     * The same as {@code bin/reactive-mqtt} starts: from an archive of the classes of an earlier start, in {@code directory}, and without what
     * a program has no use for that ends soon.
     */
    void archivedStart(List<Peer> peers, Path directory, int rounds) {
        for (Peer peer : peers) {
            Path archive = directory.resolve(peer + ".jsa");
            archive(peer, archive);
            for (int round = 0; round < rounds && Files.exists(archive); round++) {
                ask(
                        peer,
                        ARCHIVED_START,
                        "first",
                        quick("-XX:SharedArchiveFile=" + archive),
                        (answer, millis) -> results.add(ARCHIVED_START, peer, millis));
            }
        }
    }

    /** Without {@code archive} a JVM starts as usual, and what it takes would be told as what an archive brings. */
    private void archive(Peer peer, Path archive) {
        List<String> options = quick("-XX:ArchiveClassesAtExit=" + archive);
        try (Program fresh = processes.client(peer, Transport.TCP, options)) {
            String answer = fresh.ask("first");
            fresh.finish(); // which is when the archive is written
            if (!Files.exists(archive)) {
                failures.failed(peer, ARCHIVED_START, "no archive was written behind " + answer);
            }
        } catch (IOException e) {
            failures.failed(peer, ARCHIVED_START, e.toString());
        }
    }

    private static List<String> quick(String archive) {
        return List.of(
                archive,
                "-XX:TieredStopAtLevel=1",
                "-Dio.netty.jfr.enabled=false",
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off");
    }

    /** Connect, subscribe, disconnect, before anything is compiled. */
    void firstCycles(List<Peer> peers) {
        for (Peer peer : peers) {
            if (!SLOW.contains(peer)) {
                ask(
                        peer,
                        FIRST_CYCLES,
                        "cycles " + CYCLES,
                        List.of(),
                        (answer, millis) -> results.add(FIRST_CYCLES, peer, Outcome.parse(answer), CYCLES));
            }
        }
    }

    private void ask(Peer peer, String name, String command, List<String> options, Answer taken) {
        long begin = System.nanoTime();
        try (Program fresh = processes.client(peer, Transport.TCP, options)) {
            String answer = fresh.ask(command);
            if (answer.startsWith("failed")) {
                failures.failed(peer, name, answer);
            } else {
                taken.take(answer, (System.nanoTime() - begin) / 1e6);
            }
        } catch (IOException e) {
            failures.failed(peer, name, e.toString());
        }
    }
}

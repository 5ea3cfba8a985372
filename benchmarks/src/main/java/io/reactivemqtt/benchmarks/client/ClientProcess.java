package io.reactivemqtt.benchmarks.client;

import io.reactivemqtt.benchmarks.sink.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The process in which one client is measured. It takes a {@link Peer}, a host and a port, if it is not TCP alone a {@link Transport}
 * and the certificate of the Server, and then does what each line of its input says, and answers with one line: numbers, or
 * {@code failed} and why. It ends with its input.
 *
 * <pre>
 * warm MILLIS LINE                          how often a second, once a line of the next five, without its COUNT, was done for so long
 * publish|receive QOS BYTES COUNT           an {@link Outcome}
 * round PORT BYTES COUNT                    an {@link Outcome}: through the Server at that port and back
 * cycles COUNT                              an {@link Outcome}: connect, subscribe, disconnect
 * connects COUNT                            an {@link Outcome}: connect, disconnect
 * latency COUNT                             nanoseconds from publish to PUBACK: p50 p99 p99.9
 * requests PORT COUNT                       nanoseconds from a request to its response: p50 p99 p99.9
 * first                                     how many messages were acknowledged: 1
 * held COUNT                                what each idle connection holds, by class
 * idle COUNT                                bytes of heap and of memory for each idle connection
 * fleet IDLE BUSY PERIODS                   see {@link Fleet#run}
 * growth subscriptions|streams|flight|clients|sessions|queue|recovery N    see {@link Growth}
 * </pre>
 */
public final class ClientProcess {

    private static final int FIRST_WARM_UP = 20;

    /** Standard output as it was: no library gets to write between the answers. */
    private final PrintStream out;

    private final Workloads workloads;
    private final Growth growth;
    private final Fleet fleet;

    private ClientProcess(PrintStream out, Peer peer, Way way, String host, int port) {
        this.out = out;
        this.workloads = new Workloads(peer, way, host, port);
        this.growth = new Growth(host, port);
        this.fleet = new Fleet(peer, host, port);
    }

    /** Runs until the input ends. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = System.out;
        System.setOut(System.err);
        Peer peer = Peer.valueOf(arguments[0].toUpperCase(Locale.ROOT).replace('-', '_'));
        Way way = arguments.length > 3 ? new Way(Transport.named(arguments[3]), Path.of(arguments[4])) : Way.TCP;
        ClientProcess process = new ClientProcess(out, peer, way, arguments[1], Integer.parseInt(arguments[2]));
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                process.answer(line.split(" ", -1));
            }
        }
        System.exit(0); // some libraries have threads that stay
    }

    private void answer(String[] words) {
        String answer;
        try {
            answer = answerTo(words);
        } catch (Exception | LinkageError | AssertionError e) {
            e.printStackTrace();
            answer = "failed " + e;
        }
        out.println(answer);
        out.flush();
    }

    private String answerTo(String[] words) throws Exception {
        return switch (words[0]) {
            case "warm" -> Long.toString(warm(number(words[1]), Arrays.copyOfRange(words, 2, words.length)));
            case "publish", "receive", "round", "cycles", "connects" ->
                outcome(words, number(words[words.length - 1])).toString();
            case "latency" -> percentiles(workloads.oneByOne(number(words[1])));
            case "requests" -> percentiles(workloads.requests(number(words[1]), number(words[2])));
            case "first" -> Integer.toString(workloads.first());
            case "idle" -> join(workloads.idle(number(words[1])));
            case "held" -> workloads.held(number(words[1]));
            case "fleet" -> fleet.run(number(words[1]), number(words[2]), number(words[3]));
            case "growth" -> growth.run(words[1], number(words[2]));
            default -> throw new IllegalArgumentException("what is " + words[0] + "?");
        };
    }

    private static int number(String word) {
        return Integer.parseInt(word);
    }

    /** Does {@code work} so often; its last word may be missing. */
    private Outcome outcome(String[] work, int count) throws Exception {
        return switch (work[0]) {
            case "publish" -> workloads.publish(number(work[1]), number(work[2]), count);
            case "receive" -> workloads.receive(number(work[1]), number(work[2]), count);
            case "round" -> workloads.roundTrip(number(work[1]), number(work[2]), count);
            case "cycles" -> workloads.cycles(count);
            case "connects" -> workloads.connects(count);
            case "latency" -> workloads.latency(count);
            case "requests" -> workloads.asking(number(work[1]), count);
            default -> throw new IllegalArgumentException("what is " + work[0] + "?");
        };
    }

    private long warm(int millis, String[] work) throws Exception {
        long begin = System.nanoTime();
        int count = FIRST_WARM_UP;
        @Nullable Outcome last;
        do {
            last = outcome(work, count);
            // as long as a fifth of the time, but no more than doubling
            double wanted = last.messagesPerSecond() * millis / 5000;
            count = (int) Math.max(FIRST_WARM_UP, Math.min(count * 2.0, wanted));
        } while (System.nanoTime() - begin < millis * 1_000_000L);
        return Math.round(last.messagesPerSecond());
    }

    private static String percentiles(long[] sorted) {
        return join(
                sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)], sorted[(int) (sorted.length * 0.999)]);
    }

    private static String join(long... numbers) {
        return Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining(" "));
    }
}

package io.reactivemqtt.samples.crash;

import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.HiveMqServer;
import io.reactivemqtt.testkit.server.RunningServer;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a {@link Worker}, kills it in the middle of its work, starts a second one, and counts what both have done. */
@Command(
        name = "crash-and-resume",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a process that sends and receives orders at QoS 2 over a Session in a file, kills it hard at a random"
                    + " moment, starts a second one that goes on, and counts: nothing may be lost.",
            "",
            "Without --server, a Server is started in this process, and nothing needs to be installed.",
            ""
        },
        footer = {"", "Exit status: 0 if nothing was lost, 1 if something was or failed, 2 for a wrong command line."})
public final class CrashAndResume implements Callable<Integer> {

    /** What a complaint begins with. */
    private static final String NAME = "crash-and-resume: ";

    /** The file that has the complaints of the workers. */
    private static final String ERRORS = "errors";

    private static final int FAILURE = 1;
    private static final int PATIENCE_SECONDS = 60;

    private final PrintWriter out;

    @Option(names = "--server", paramLabel = "URI", description = "The Server to use: mqtt://host or mqtt://host:port.")
    private @Nullable String server;

    @Option(names = "--orders", paramLabel = "N", defaultValue = "300", description = "How many orders: default 300.")
    private int orders;

    @Option(names = "--seed", paramLabel = "SEED", description = "Kills at the same moment again.")
    private @Nullable Long seed;

    @Option(names = "--worker", hidden = true, description = "Is the process that is killed; its directory.")
    private @Nullable Path directory;

    private CrashAndResume(PrintWriter out) {
        this.out = out;
    }

    /** Runs it and ends the JVM. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(run(out, err, arguments));
    }

    /** Runs it, and returns the exit status. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new CrashAndResume(out))
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, given) -> complain(err, wrong, CommandLine.ExitCode.USAGE))
                .setExecutionExceptionHandler((failure, command, parsed) -> complain(
                        err,
                        failure,
                        failure instanceof IllegalArgumentException ? CommandLine.ExitCode.USAGE : FAILURE))
                .execute(arguments);
    }

    private static int complain(PrintWriter err, Exception failure, int status) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        err.println(NAME
                + message.lines().findFirst().orElse(message)
                + (status == CommandLine.ExitCode.USAGE ? " (--help shows what can be said)" : ""));
        return status;
    }

    /** Ends the worker: what it waits for will not come. */
    static void fail(Throwable cause) {
        System.err.println(NAME + cause.getMessage());
        Runtime.getRuntime().halt(FAILURE);
    }

    @Override
    public Integer call() throws Exception {
        if (orders < 1 || orders > 100_000) {
            throw new IllegalArgumentException("--orders is a number from 1 to 100000, not " + orders);
        }
        if (directory != null && server != null) {
            new Worker(server, directory, orders).run();
            return CommandLine.ExitCode.OK;
        }
        if (server != null) {
            String given = server;
            ReactorMqttClient.create(options -> options.server(given)); // it knows best what it can connect to
            return crashAndResume(given, given);
        }
        try (RunningServer embedded = new HiveMqServer()) {
            return crashAndResume(embedded.uri().toString(), embedded.name() + " in this process, " + embedded.uri());
        }
    }

    private int crashAndResume(String uri, String name) throws Exception {
        out.println("server    " + name);
        Path place = Files.createTempDirectory("crash-and-resume");
        try {
            Random random = seed == null ? new Random() : new Random(seed);
            Process first = worker(uri, place);
            awaitFirstOrder(first, place);
            int millis = random.nextInt(300);
            if (first.waitFor(millis, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the first process ended by itself, with exit status "
                        + first.exitValue() + ": give it more --orders");
            }
            first.destroyForcibly().waitFor();
            out.println("killed    the first process, " + millis + " ms after its first order: "
                    + Ledger.read(place.resolve("sent")).size() + " orders accepted, "
                    + Ledger.read(place.resolve("received")).size() + " received");
            Process second = worker(uri, place);
            boolean finished = second.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && second.exitValue() == 0;
            if (!finished) {
                second.destroyForcibly();
                out.println("stopped   the second process, which did not come to its end: " + complaint(place));
            }
            return summary(place, finished) ? CommandLine.ExitCode.OK : FAILURE;
        } finally {
            delete(place);
        }
    }

    private static void awaitFirstOrder(Process worker, Path place) throws Exception {
        Path sent = place.resolve("sent");
        for (int i = 0; i < PATIENCE_SECONDS * 100 && Ledger.read(sent).isEmpty(); i++) {
            if (worker.waitFor(10, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the first process could not begin: " + complaint(place));
            }
        }
    }

    /** Returns what a worker said last, without the name of the program. */
    private static String complaint(Path place) throws IOException {
        return Files.readAllLines(place.resolve(ERRORS), Charset.defaultCharset()).stream()
                .filter(line -> line.startsWith(NAME))
                .map(line -> line.substring(NAME.length()))
                .reduce((earlier, later) -> later)
                .orElse("it did not say why");
    }

    /** Starts the same program as the process that is killed. */
    private Process worker(String uri, Path place) throws IOException, URISyntaxException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String code = Path.of(CrashAndResume.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        String classPath = code.endsWith(".jar") ? code : System.getProperty("java.class.path");
        List<String> command = List.of(
                java.toString(),
                "-cp",
                code.endsWith(".jar") ? classPath : code + File.pathSeparator + classPath,
                CrashAndResume.class.getName(),
                "--worker",
                place.toString(),
                "--server",
                uri,
                "--orders",
                Integer.toString(orders));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(place.resolve(ERRORS).toFile()))
                .start();
    }

    /** Says what came of it; true if nothing was lost. */
    private boolean summary(Path place, boolean finished) throws IOException {
        List<Integer> received = Ledger.read(place.resolve("received"));
        TreeSet<Integer> sent = new TreeSet<>(Ledger.read(place.resolve("sent")));
        sent.addAll(received); // accepted at the very moment of the kill
        TreeSet<Integer> lost = new TreeSet<>(sent);
        lost.removeAll(received);
        int repeated = received.size() - new TreeSet<>(received).size();
        int inDoubt = Ledger.read(place.resolve("intended")).size() - sent.size();
        out.println("resumed   by a second process, over the same file");
        out.println("summary   sent " + sent.size() + ", received " + received.size() + ", repeated " + repeated
                + ", lost " + lost.size());
        if (inDoubt > 0) {
            out.println("          " + inDoubt + " more: the kill fell before it was accepted");
        }
        if (repeated > 0) {
            out.println("          repeated: the kill fell between writing it down and acknowledging it");
        }
        return finished && lost.isEmpty();
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path path : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}

package io.reactivemqtt.samples.fleet;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Qos;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.store.SessionKey;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Starts three {@link Member}s, sends to all Sessions, kills one of the members, and counts what has arrived. */
@Command(
        name = "fleet",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Spreads Sessions over three processes by leases in PostgreSQL, kills one of them while messages flow, and counts: its"
                    + " Sessions go on elsewhere, and each message is one row.",
            ""
        },
        footer = {"", "Exit status: 0 if each message is one row, 1 if not or if it failed, 2 for a wrong command line."
        })
public final class Fleet implements Callable<Integer> {

    private static final String NAME = "fleet: ";
    private static final int FAILURE = 1;
    private static final int MEMBERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final String OF_MEMBER =
            "SELECT client_identifier FROM mqtt_lease WHERE holder LIKE $1 || ' %' AND until > now()";
    private static final String HELD = "SELECT count(*)::integer FROM mqtt_lease WHERE until > now()";
    private static final String LARGEST_SHARE = "SELECT coalesce(max(n), 0)::integer FROM"
            + " (SELECT count(*) AS n FROM mqtt_lease WHERE until > now() GROUP BY holder) held";
    private static final String ROWS = "SELECT count(*)::integer FROM fleet_arrival WHERE number <> 'first'";
    private static final String ARRIVED =
            "SELECT count(*)::integer FROM (SELECT DISTINCT session, number FROM fleet_arrival WHERE number <> 'first') a";
    private static final String RESUMED =
            "SELECT coalesce(max(first), 0)::integer FROM (SELECT extract(epoch FROM min(at)"
                    + " - to_timestamp($1 / 1000.0)) * 1000 AS first FROM fleet_arrival WHERE session = ANY ($2) AND member <> $3"
                    + " AND at > to_timestamp($1 / 1000.0) GROUP BY session) resumed";
    private static final String NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    private final PrintWriter out;

    @Option(names = "--server", required = true, paramLabel = "URI", description = "The Server: mqtt://host:port.")
    private String server = "";

    @Option(
            names = "--database",
            required = true,
            paramLabel = "URL",
            description = "PostgreSQL: r2dbc:postgresql://user:password@host:port/database.")
    private String url = "";

    @Option(names = "--sessions", paramLabel = "N", defaultValue = "12", description = "How many Sessions: default 12.")
    private int sessions;

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "3000",
            description = "How many messages: default 3000.")
    private int messages;

    @Option(names = "--member", hidden = true, description = "Is a process of the fleet; its name.")
    private @Nullable String member;

    private Fleet(PrintWriter out) {
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
        return new CommandLine(new Fleet(out))
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

    @Override
    public Integer call() throws Exception {
        if (sessions < MEMBERS || sessions > 1_000 || messages < sessions || messages > 1_000_000) {
            throw new IllegalArgumentException(
                    "--sessions is a number from " + MEMBERS + " to 1000, and --messages one from that to 1000000");
        }
        List<SessionKey> keys = IntStream.rangeClosed(1, sessions)
                .mapToObj(number -> SessionKey.of("fleet-" + number))
                .toList();
        Database database = new Database(url);
        try {
            if (member != null) {
                new Member(server, database, member, keys).run();
                return CommandLine.ExitCode.OK;
            }
            return loseOne(database, keys) ? CommandLine.ExitCode.OK : FAILURE;
        } finally {
            database.close();
        }
    }

    private boolean loseOne(Database database, List<SessionKey> keys) throws Exception {
        out.println("server    " + server);
        ReactorMqttClient sender = ReactorMqttClient.create(options -> options.server(server));
        database.makeTables().block(PATIENCE);
        sender.connect().block(PATIENCE);
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 1; i <= MEMBERS; i++) {
                processes.add(start("member-" + i));
            }
            int share = (sessions + MEMBERS - 1) / MEMBERS;
            await(
                    "the Sessions are spread",
                    processes,
                    () -> number(database, HELD, true) == sessions && number(database, LARGEST_SHARE, true) == share);
            out.println("members   " + MEMBERS + ", each with " + share + " of " + sessions + " Sessions at most");
            keys.forEach(key -> awaitSubscribed(sender, key, processes));

            CompletableFuture<Void> sent = send(sender, keys).toFuture();
            int atKill = messages / 3;
            await("a third has arrived", processes, () -> number(database, ROWS, false) >= atKill);
            String victim = "member-" + MEMBERS;
            String[] orphans = Objects.requireNonNull(database.read(row -> row.get(0, String.class), OF_MEMBER, victim)
                            .collectList()
                            .block(PATIENCE))
                    .toArray(new String[0]);
            processes.get(MEMBERS - 1).destroyForcibly().waitFor();
            long killed = Objects.requireNonNull(
                    database.read(row -> row.get(0, Long.class), NOW).blockFirst(PATIENCE));
            out.println("killed    " + victim + ", which had " + orphans.length + " Sessions");
            sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await("all has arrived", processes, () -> number(database, ARRIVED, false) == messages);
            Integer millis = database.read(row -> row.get(0, Integer.class), RESUMED, killed, orphans, victim)
                    .blockFirst(PATIENCE);
            out.println("resumed   all of them elsewhere, the last after "
                    + String.format(Locale.ROOT, "%.1f", Objects.requireNonNull(millis) / 1000.0) + " s");
            int repeated = number(database, ROWS, false) - messages;
            out.println("summary   sent " + messages + ", repeated " + repeated + ", lost 0");
            return repeated == 0;
        } finally {
            processes.forEach(Process::destroyForcibly);
            sender.disconnect().block(PATIENCE);
        }
    }

    private static int number(Database database, String sql, boolean orNone) {
        Integer number = (orNone
                        ? database.read(row -> row.get(0, Integer.class), sql).onErrorComplete()
                        : database.read(row -> row.get(0, Integer.class), sql))
                .blockFirst(PATIENCE);
        return number == null ? -1 : number;
    }

    /** At QoS 1 a Server says whether anybody subscribes. */
    private static void awaitSubscribed(ReactorMqttClient sender, SessionKey key, List<Process> processes) {
        ApplicationMessage first =
                ApplicationMessage.of(key.clientIdentifier() + "/reading", "first", Qos.AT_LEAST_ONCE);
        await("a member has subscribed for " + key.clientIdentifier(), processes, () -> sender.publish(first)
                .map(result -> result.outcome() == PublishOutcome.ACKNOWLEDGED)
                .blockOptional(PATIENCE)
                .orElse(false));
    }

    private Mono<Void> send(ReactorMqttClient sender, List<SessionKey> keys) {
        return Flux.range(0, messages)
                .map(number -> message(keys.get(number % keys.size()), "" + number))
                .as(sender::publish)
                .concatMap(result -> Mono.justOrEmpty(result.failure()).flatMap(Mono::<Void>error))
                .then();
    }

    private static ApplicationMessage message(SessionKey key, String number) {
        return ApplicationMessage.of(key.clientIdentifier() + "/reading", number, Qos.EXACTLY_ONCE);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(String what, List<Process> processes, Condition condition) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (!processes.stream().limit(MEMBERS - 1).allMatch(Process::isAlive)) {
                throw new IllegalStateException("a member has ended by itself");
            }
            if (System.nanoTime() > until) {
                throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            Flux.interval(PAUSE).blockFirst();
        }
    }

    /** Starts the same program as a process of the fleet. */
    private Process start(String name) throws IOException, URISyntaxException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String code = Path.of(Fleet.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        String classPath = code.endsWith(".jar") ? code : System.getProperty("java.class.path");
        return new ProcessBuilder(
                        java.toString(),
                        "-cp",
                        code.endsWith(".jar") ? classPath : code + File.pathSeparator + classPath,
                        Fleet.class.getName(),
                        "--member",
                        name,
                        "--server",
                        server,
                        "--database",
                        url,
                        "--sessions",
                        "" + sessions,
                        "--messages",
                        "" + messages)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}

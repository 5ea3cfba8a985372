package io.reactivemqtt.samples;

import io.reactivemqtt.reactor.ReactorMqttClient;
import io.reactivemqtt.testkit.server.EmbeddedServer;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The command line of the {@link SensorDemo}. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        versionProvider = Quickstart.Version.class,
        sortOptions = false,
        description = {
            "Sends sensor readings through an MQTT Server and receives them again, at QoS 1 and 2, over a connection that is"
                    + " cut in the middle. Nothing may be lost.",
            "",
            "Without --server, a Server is started in this process, and nothing needs to be installed.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 if every reading arrived, 1 if not or if the Server cannot be used, 2 for a wrong command line."
        })
public final class Quickstart implements Callable<Integer> {

    private static final int FAILURE = 1;
    private static final String PASSWORD_VARIABLE = "MQTT_PASSWORD";

    private final PrintWriter out;

    @Option(
            names = "--server",
            paramLabel = "URI",
            converter = ServerUri.class,
            description = "The Server to use, such as mqtt://host:port, mqtts://host:port or wss://host/path.")
    private @Nullable URI server;

    @Option(
            names = "--over",
            paramLabel = "SCHEME",
            converter = Scheme.class,
            description =
                    "How the Server in this process is reached: mqtt (default), mqtts, ws or wss. For TLS a certificate is"
                            + " made, which lasts a day.")
    private @Nullable String scheme;

    @Option(names = "--user", paramLabel = "NAME", description = "The User Name for the Server.")
    private @Nullable String user;

    @Option(
            names = "--password",
            paramLabel = "SECRET",
            interactive = true,
            arity = "0..1",
            prompt = "Password: ",
            description =
                    "The password for the Server. Without a value it is asked for; the variable " + PASSWORD_VARIABLE
                            + " of the environment does it, too. Both are better than a value, which other users of this machine can"
                            + " see.")
    private @Nullable String password;

    @Option(
            names = "--mqtt",
            paramLabel = "VERSION",
            defaultValue = "5.0",
            converter = MqttVersion.class,
            description = "The version of MQTT: 5.0 (default) or 3.1.1.")
    private String mqtt = "5.0";

    @Option(
            names = "--readings",
            paramLabel = "N",
            defaultValue = "40",
            converter = ReadingCount.class,
            description = "How many readings to send: 2 to 10000, default 40.")
    private int readings;

    private Quickstart(PrintWriter out, @Nullable String password) {
        this.out = out;
        this.password = password;
    }

    /** Runs it and ends the JVM. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
        PrintWriter err = new PrintWriter(System.err, true, Charset.defaultCharset());
        System.exit(run(out, err, System.getenv(), arguments));
    }

    /** Runs it, and returns the exit status. */
    static int run(PrintWriter out, PrintWriter err, Map<String, String> environment, String... arguments) {
        return new CommandLine(new Quickstart(out, environment.get(PASSWORD_VARIABLE)))
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((wrong, given) -> complain(err, wrong, CommandLine.ExitCode.USAGE))
                .setExecutionExceptionHandler((failure, command, parsed) -> complain(err, failure, statusOf(failure)))
                .execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        if (server != null && scheme != null) {
            throw new IllegalArgumentException("--over is for the Server in this process, so it goes without --server");
        } else if (server != null) {
            return run(server, null, server.toString());
        }
        String over = scheme == null ? "mqtt" : scheme;
        OwnCertificate certificate = Set.of("mqtts", "wss").contains(over) ? OwnCertificate.make() : null;
        try (EmbeddedServer embedded = certificate == null
                ? EmbeddedServer.start()
                : EmbeddedServer.secured(certificate.keyStore(), certificate.password())) {
            URI uri = embedded.uri(over);
            Path trusted = certificate == null ? null : certificate.certificate();
            return run(uri, trusted, "Apache Artemis in this process, " + uri);
        }
    }

    private int run(URI uri, @Nullable Path trusted, String name) throws Exception {
        Tally tally = new SensorDemo(uri, trusted, mqtt, user, password, readings, out).run(name);
        return tally.isGood() ? CommandLine.ExitCode.OK : FAILURE;
    }

    /** What the client's own checks refuse is the command line's mistake. */
    private static int statusOf(Exception failure) {
        return failure instanceof IllegalArgumentException ? CommandLine.ExitCode.USAGE : FAILURE;
    }

    private static int complain(PrintWriter err, Exception failure, int status) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        String help = status == CommandLine.ExitCode.USAGE ? " (--help shows what can be said)" : "";
        err.println("quickstart: " + message.lines().findFirst().orElse(message) + help);
        return status;
    }

    static final class ServerUri implements ITypeConverter<URI> {
        @Override
        public URI convert(String value) {
            if (value.contains("@")) { // not shown again: it may hold a password
                throw new TypeConversionException(
                        "users go to --user, passwords to --password or " + PASSWORD_VARIABLE);
            }
            try {
                ReactorMqttClient.create(options -> options.server(value)); // it knows best what it can connect to
                return URI.create(value);
            } catch (IllegalArgumentException wrong) {
                throw new TypeConversionException(wrong.getMessage());
            }
        }
    }

    static final class Scheme implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!Set.of("mqtt", "mqtts", "ws", "wss").contains(value)) {
                throw new TypeConversionException("it is mqtt, mqtts, ws or wss, not '" + value + "'");
            }
            return value;
        }
    }

    static final class MqttVersion implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!value.equals("5.0") && !value.equals("3.1.1")) {
                throw new TypeConversionException("it is 5.0 or 3.1.1, not '" + value + "'");
            }
            return value;
        }
    }

    static final class ReadingCount implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String value) {
            if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) < 2 || Integer.parseInt(value) > 10_000) {
                throw new TypeConversionException("it is a number from 2 to 10000, not '" + value + "'");
            }
            return Integer.valueOf(value);
        }
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Quickstart.class.getPackage().getImplementationVersion();
            return new String[] {"Reactive MQTT quickstart " + (version == null ? "(not packaged)" : version)};
        }
    }
}

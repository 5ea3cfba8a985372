package io.reactivemqtt.samples.cli;

import io.reactivemqtt.reactor.ReactorRuntime;
import io.reactivemqtt.samples.cli.command.BenchCommand;
import io.reactivemqtt.samples.cli.command.PubCommand;
import io.reactivemqtt.samples.cli.command.RequestCommand;
import io.reactivemqtt.samples.cli.command.RespondCommand;
import io.reactivemqtt.samples.cli.command.SessionCommand;
import io.reactivemqtt.samples.cli.command.SubCommand;
import io.reactivemqtt.samples.cli.options.PacketProperty;
import io.reactivemqtt.samples.cli.script.ScriptCommand;
import io.reactivemqtt.samples.cli.terminal.Complaint;
import io.reactivemqtt.samples.cli.terminal.ExitStatus;
import io.reactivemqtt.samples.cli.terminal.Interruption;
import io.reactivemqtt.samples.cli.terminal.OutputException;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** {@code reactive-mqtt}: the client at a terminal. Each subcommand is a class of its own. */
@Command(
        name = "reactive-mqtt",
        mixinStandardHelpOptions = true,
        versionProvider = ReactiveMqttCommand.Version.class,
        description = {"Publishes, subscribes, asks, answers, and looks into Sessions. MQTT 5.0 and 3.1.1.", ""},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Exit status: 0 if all went well, 1 if something failed, 2 for a wrong command line, 27 after --wait,"
                    + " 130 after Ctrl-C, 143 after SIGTERM.",
            "Not supported yet: enhanced authentication by options.",
            "'reactive-mqtt COMMAND --help' tells the options of a command."
        },
        subcommands = {
            PubCommand.class,
            SubCommand.class,
            RequestCommand.class,
            RespondCommand.class,
            SessionCommand.class,
            BenchCommand.class,
            ScriptCommand.class
        })
public final class ReactiveMqttCommand implements Terminal.Holder {

    private static final Duration LOOPS_END_WITHIN = Duration.ofSeconds(1);

    private final Terminal terminal;

    private ReactiveMqttCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs the command line and ends the JVM; see {@code --help}. */
    public static void main(String[] arguments) {
        Interruption interruption = Interruption.ofThisProcess();
        int status = run(Terminal.ofThisProcess(interruption), arguments);
        interruption.workEnded();
        if (interruption.wasAtWork()) {
            endLoops();
        }
        System.exit(status);
    }

    /** For threads that wait for the network a JVM that ends would wait, for 0.3 s. */
    private static void endLoops() {
        ReactorRuntime.DEFAULT
                .loopResources()
                .disposeLater(Duration.ZERO, LOOPS_END_WITHIN)
                .timeout(LOOPS_END_WITHIN)
                .onErrorComplete() // no reason for another exit status
                .block();
    }

    /**
     * Runs the command line at {@code terminal}.
     *
     * @return the exit status
     */
    public static int run(Terminal terminal, String... arguments) {
        PrintWriter out = new PrintWriter(terminal.out(), true, Charset.defaultCharset());
        int status = new CommandLine(new ReactiveMqttCommand(terminal))
                .setOut(out)
                .setErr(terminal.err())
                .setExpandAtFiles(false) // a payload may begin with @
                .setParameterExceptionHandler((wrong, given) -> Complaint.ofUsage(wrong, terminal.err()))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command, terminal))
                .execute(PacketProperty.joined(arguments));
        out.flush();
        return status == CommandLine.ExitCode.OK ? flushed(terminal) : status;
    }

    /** Finds what the PrintWriter kept to itself. */
    private static int flushed(Terminal terminal) {
        try {
            terminal.out().flush();
            return CommandLine.ExitCode.OK;
        } catch (IOException failure) {
            return outputFailed(failure, "reactive-mqtt", terminal);
        }
    }

    /** Whoever closed the output wants no more words; that a disk is full is news. */
    private static int outputFailed(IOException failure, String command, Terminal terminal) {
        if ("Broken pipe".equals(failure.getMessage())) {
            return ExitStatus.OUTPUT_CLOSED;
        }
        return Complaint.ofOutput(failure, command, terminal.err());
    }

    /** What the client's own checks refuse is the command line's mistake. */
    private static int failed(Exception failure, CommandLine command, Terminal terminal) {
        if (terminal.interruption().isRequested()) {
            return ExitStatus.INTERRUPTED;
        } else if (failure instanceof OutputException thrown) {
            return outputFailed(thrown.reason(), command.getCommandSpec().qualifiedName(), terminal);
        } else if (failure instanceof IllegalArgumentException) {
            return Complaint.ofUsage(new ParameterException(command, Complaint.words(failure)), terminal.err());
        }
        return Complaint.ofFailure(failure, command, terminal.err());
    }

    @Override
    public Terminal terminal() {
        return terminal;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = ReactiveMqttCommand.class.getPackage().getImplementationVersion();
            return new String[] {"reactive-mqtt " + (version == null ? "(not packaged)" : version)};
        }
    }
}

package io.reactivemqtt.samples.cli.script;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Controls clients by lines of JSON: commands on the standard input, answers and events on the standard output. */
@Command(
        name = "script",
        description = {
            "Controls clients by lines of JSON: one command on each line of the standard input, answers and events on the"
                    + " standard output.",
            "",
            "  {\"id\":1,\"op\":\"new\",\"client\":\"c\",\"host\":\"localhost\",\"port\":1883}",
            "  {\"id\":2,\"op\":\"connect\",\"client\":\"c\"}",
            "  {\"id\":3,\"op\":\"publish\",\"client\":\"c\",\"topic\":\"t\",\"text\":\"m\",\"qos\":1}",
            ""
        },
        footer = {"", "The end of the input closes all clients gracefully."})
public final class ScriptCommand implements Callable<Integer> {

    @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
    @SuppressWarnings("UnusedVariable") // the command line looks at it
    private boolean help;

    /** For the command line, which makes one. */
    public ScriptCommand() {}

    /** Runs until the input ends or the script says so. */
    @Override
    public Integer call() throws Exception {
        // not System.out, which keeps it to itself when nobody reads any more
        Script.run(System.in, new FileOutputStream(FileDescriptor.out));
        return CommandLine.ExitCode.OK;
    }
}

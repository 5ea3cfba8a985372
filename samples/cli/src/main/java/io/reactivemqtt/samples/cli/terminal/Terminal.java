package io.reactivemqtt.samples.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What the command line talks to, so that a test can be it.
 *
 * @param in the standard input
 * @param out the standard output: bytes, because payloads are
 * @param err the standard error
 * @param environment the variables
 * @param interactive whether a person looks at it
 * @param interruption how that person says that it is enough
 */
public record Terminal(
        InputStream in,
        OutputStream out,
        PrintWriter err,
        Map<String, String> environment,
        boolean interactive,
        Interruption interruption) {

    /** The variable that has the password. */
    public static final String PASSWORD_VARIABLE = "MQTT_PASSWORD";

    /** The command above all others, which knows the terminal. */
    public interface Holder {
        /** Returns what the command line talks to. */
        Terminal terminal();
    }

    public static Terminal ofThisProcess(Interruption interruption) {
        return new Terminal(
                System.in,
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), // System.out hides a closed pipe
                new PrintWriter(System.err, true, Charset.defaultCharset()),
                System.getenv(),
                isInteractive(),
                interruption);
    }

    /** Returns the terminal at which the command of {@code spec}, or the command above it, was started. */
    public static Terminal of(CommandSpec spec) {
        return ((Holder) spec.root().userObject()).terminal();
    }

    /** From JDK 22 on there may be a console without a terminal, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull") // that is why
    private static boolean isInteractive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException older) {
            return true;
        }
    }
}

package io.reactivemqtt.samples.cli.options;

import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The ways to a password that other users of the machine cannot see. */
final class PasswordOptions {

    @Option(names = "--password", description = "Asks for the password.")
    private boolean ask;

    @Option(
            names = {"-P", "--pw"},
            paramLabel = "PASSWORD",
            description = "The password itself, which other users of this machine can see.")
    private @Nullable String typed;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Takes the password from the first line of this file. So does the variable "
                    + Terminal.PASSWORD_VARIABLE + " of the environment.")
    private @Nullable Path file;

    /** Returns the password, or null if there is none: {@code ofUrl} and what the environment has come last. */
    @Nullable
    String read(Terminal terminal, @Nullable String ofUrl) throws IOException {
        if (typed != null && (ask || file != null)) {
            throw new IllegalArgumentException(
                    "the password comes from -P, --password or --password-file: from one of them");
        } else if (typed != null) {
            return typed;
        }
        if (ask && file != null) {
            throw new IllegalArgumentException(
                    "the password comes from --password or from --password-file, not from both");
        } else if (ask) {
            return ask(terminal);
        } else if (file != null) {
            try (var lines = Files.lines(file)) {
                return lines.findFirst().orElseThrow(() -> new IOException("the password file " + file + " is empty"));
            } catch (UncheckedIOException notText) {
                throw new IOException("the password file " + file + " is not UTF-8 text", notText);
            }
        }
        return ofUrl == null ? terminal.environment().get(Terminal.PASSWORD_VARIABLE) : ofUrl;
    }

    @SuppressWarnings("SystemConsoleNull") // Terminal knows better
    private static String ask(Terminal terminal) throws IOException {
        Console console = terminal.interactive() ? System.console() : null;
        if (console == null) {
            throw new IOException("--password asks at a terminal, and there is none: use --password-file or "
                    + Terminal.PASSWORD_VARIABLE);
        }
        char[] secret = console.readPassword("Password: ");
        if (secret == null) {
            throw new IOException("no password was given");
        }
        return new String(secret);
    }
}

package io.reactivemqtt.samples.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What is wrong, in one line, without secrets. */
public final class Complaint {

    private Complaint() {}

    /** Complains about the command line, and returns the exit status for it. */
    public static int ofUsage(ParameterException wrong, PrintWriter err) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        err.println(command + ": " + withoutSecrets(words(wrong)) + " (" + command + " --help shows what can be said)");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    /** Complains about what went wrong, and returns the exit status for it. */
    public static int ofFailure(Throwable failure, CommandLine command, PrintWriter err) {
        err.println(command.getCommandSpec().qualifiedName() + ": " + words(failure));
        err.flush();
        return ExitStatus.FAILURE;
    }

    /** Complains that the output cannot be written, and returns the exit status for it. */
    public static int ofOutput(IOException failure, String command, PrintWriter err) {
        err.println(command + ": the output cannot be written: " + words(failure));
        err.flush();
        return ExitStatus.FAILURE;
    }

    /** Returns what {@code failure} says, in one line. */
    public static String words(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        } else if (failure instanceof AccessDeniedException denied) {
            return "no permission for " + denied.getFile();
        } else if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getFile() + ": " + file.getReason();
        }
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String first = message.lines().findFirst().orElse(message);
        return first.startsWith("Error: ") ? first.substring("Error: ".length()) : first;
    }

    /** A value that picocli quotes may be a password where none is taken. */
    private static String withoutSecrets(String words) {
        return words.contains("'--password'") || words.contains("--password=")
                ? "--password takes no value, which other users of this machine could see: it asks for the password;"
                        + " --password-file FILE and the variable " + Terminal.PASSWORD_VARIABLE
                        + " do without"
                : words.replaceAll("'(--?[^='\\s]+)=[^']*'", "'$1'");
    }
}

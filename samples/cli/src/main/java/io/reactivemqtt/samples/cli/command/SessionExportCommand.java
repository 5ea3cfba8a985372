package io.reactivemqtt.samples.cli.command;

import io.reactivemqtt.samples.cli.options.HelpOption;
import io.reactivemqtt.samples.cli.options.StoreOptions;
import io.reactivemqtt.samples.cli.terminal.OutputException;
import io.reactivemqtt.samples.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code reactive-mqtt session export}: the Session State as a text. */
@Command(
        name = "export",
        sortOptions = false,
        description = {"Writes a Session as a text that 'session import' and restoreSession() take up.", ""},
        footer = {
            "",
            "Payloads stand in the text. Export when the client has ended, and go on with the Session in one place only: two"
                    + " clients on one state repeat messages."
        })
final class SessionExportCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("UnusedVariable") // it answers by itself
    private HelpOption help = new HelpOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where to, a file that is yet to be made. Default: the standard output.")
    private @Nullable Path target;

    @Mixin
    private StoreOptions store = new StoreOptions();

    @Override
    public Integer call() throws IOException {
        StoredSession session =
                StoredSession.read(store.file(), store.clientIdentifier()).orFail(store.file());
        if (!session.unreadable().isEmpty()) {
            throw new IOException("not everything in the store can be read: "
                    + session.unreadable().get(0));
        }
        byte[] text = (session.state().toJson() + "\n").getBytes(StandardCharsets.UTF_8);
        if (target == null) {
            write(text);
        } else {
            write(text, target);
        }
        return CommandLine.ExitCode.OK;
    }

    private void write(byte[] text) {
        try {
            Terminal.of(spec).out().write(text);
            Terminal.of(spec).out().flush();
        } catch (IOException failure) {
            throw new OutputException(failure);
        }
    }

    /** Readable by this user alone, as the store is. */
    private static void write(byte[] text, Path file) throws IOException {
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
        } catch (FileAlreadyExistsException there) {
            throw new IOException(file + " is there already: name another file, or move it away", there);
        }
        Files.write(file, text, StandardOpenOption.TRUNCATE_EXISTING);
    }
}

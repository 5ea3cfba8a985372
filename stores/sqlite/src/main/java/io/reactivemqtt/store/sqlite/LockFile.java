package io.reactivemqtt.store.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file beside a store whose bytes are locked. One for all of this process that have the same store: on many systems, closing one channel
 * of a file takes away the locks of all others.
 */
final class LockFile {

    private static final Map<Path, LockFile> OPEN = new HashMap<>(); // guards itself

    private final Path path;
    private final FileChannel channel;
    private int users;

    private LockFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Returns that of the store in {@code file}, made if it is not there. */
    static LockFile of(Path file) throws IOException {
        Path real = located(file);
        Path path = real.resolveSibling(real.getFileName() + "-leases");
        synchronized (OPEN) {
            LockFile open = OPEN.get(path);
            if (open == null) {
                Permissions.createFile(path);
                open = new LockFile(path, FileChannel.open(path, StandardOpenOption.WRITE));
                OPEN.put(path, open);
            }
            open.users++;
            return open;
        }
    }

    /** Returns where the file is, or will be, by whatever links {@code file} names it: there SQLite keeps the store. */
    private static Path located(Path file) throws IOException {
        if (Files.exists(file)) {
            return file.toRealPath();
        }
        Path directory = file.toAbsolutePath().getParent();
        Permissions.createDirectories(directory);
        Path real = directory == null ? file : directory.toRealPath().resolve(file.getFileName());
        return Files.isSymbolicLink(real) ? located(real.resolveSibling(Files.readSymbolicLink(real))) : real;
    }

    /** Returns a lock of the byte at {@code position}, or null if another one has it, in this process or not. */
    @Nullable
    FileLock tryLock(long position) throws IOException {
        try {
            return channel.tryLock(position, 1, false);
        } catch (OverlappingFileLockException another) {
            return null;
        }
    }

    /** One of its users has gone, who has released what it had locked. */
    void close() {
        synchronized (OPEN) {
            users--;
            if (users == 0) {
                OPEN.remove(path);
                try {
                    channel.close();
                } catch (IOException nothingWasWritten) {
                    // and nothing is locked
                }
            }
        }
    }
}

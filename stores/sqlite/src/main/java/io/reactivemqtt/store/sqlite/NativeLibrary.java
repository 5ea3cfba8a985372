package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.exception.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library: one copy for each version in a folder of this user's own, which all his processes use. The driver by
 * itself copies it anew for each process, and a killed process leaves its copy behind.
 */
final class NativeLibrary {

    /** The driver's own properties: where it puts the library, and where it lies ready. */
    private static final String TEMPORARY_FOLDER = "org.sqlite.tmpdir";

    private static final String FOLDER = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    private static final String UNFINISHED = ".unfinished";

    /** A copy that is not finished by then has lost its process. */
    private static final Duration COPYING = Duration.ofMinutes(10);

    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads it, once for this process.
     *
     * @throws StoreException if it cannot be put anywhere from where it may be loaded
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        if (System.getProperty(FOLDER) == null) {
            byte[] content = content();
            if (content != null) {
                loadFrom(placed(content));
            }
        }
        loaded = true; // else the driver does it as it does for others
    }

    private static void loadFrom(Path library) {
        String name = System.getProperty(NAME);
        try {
            // the driver must load it itself: a native library belongs to the class loader that loads it
            System.setProperty(FOLDER, String.valueOf(library.getParent()));
            System.setProperty(NAME, String.valueOf(library.getFileName()));
            SQLiteJDBCLoader.initialize();
        } catch (Exception failure) {
            throw refused("cannot be loaded from " + library + ": " + failure, failure);
        } finally {
            System.clearProperty(FOLDER);
            if (name == null) {
                System.clearProperty(NAME);
            } else {
                System.setProperty(NAME, name);
            }
        }
    }

    /** Returns what the driver has for this machine; null if it has none. */
    private static byte @Nullable [] content() {
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            return library == null ? null : library.readAllBytes();
        } catch (IOException failure) {
            throw refused("cannot be read from the driver: " + failure, failure);
        }
    }

    private static Path placed(byte[] content) {
        String temporary = System.getProperty(TEMPORARY_FOLDER, System.getProperty("java.io.tmpdir"));
        String user = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._-]", "_");
        // Who names a folder answers for it: in a container, one that everybody may write may be all that there is.
        boolean chosen = System.getProperty(TEMPORARY_FOLDER) != null;
        return placed(content, Path.of(temporary).toAbsolutePath().resolve("reactive-mqtt-" + user), chosen);
    }

    /**
     * Returns the copy of {@code content} in {@code folder}, made if it is not there.
     *
     * @param parentTrusted whether the directories above may be such that others could rename what is in them
     * @throws StoreException if nothing can be put there, if others could write there, or if nothing may be run from there
     */
    static Path placed(byte[] content, Path folder, boolean parentTrusted) {
        Path library = folder.resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + "-" + digest(content) + "-"
                + LibraryLoaderUtil.getNativeLibName());
        try {
            makeOwn(folder, parentTrusted);
            if (!isThere(content, library)) {
                copy(content, library);
            }
        } catch (IOException failure) {
            throw refused("cannot be put into " + folder + ": " + failure, failure);
        }
        if (!Files.isExecutable(library)) { // false wherever nothing may be run, whatever the file's permissions
            throw refused("may not be run from " + folder + ": its file system is mounted noexec", null);
        }
        return library;
    }

    private static void makeOwn(Path folder, boolean parentTrusted) throws IOException {
        Path parent = folder.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(folder, Permissions.whenMade(folder, Permissions.OWN_DIRECTORY));
        } catch (FileAlreadyExistsException alreadyMade) {
            // by an earlier process, or by somebody who would like us to load what he has put there
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(folder.toString(), null, "is no directory, or a link to one");
        }
        String others = Permissions.whoElseCouldReplace(folder, parentTrusted);
        if (others != null) {
            throw new FileSystemException(others, null, "others than this user could put something else there");
        }
        Permissions.restrict(folder, Permissions.OWN_DIRECTORY);
    }

    private static boolean isThere(byte[] content, Path library) throws IOException {
        try {
            return Files.isRegularFile(library, LinkOption.NOFOLLOW_LINKS)
                    && Permissions.isOwn(library)
                    && Permissions.isWrittenByOwnerAlone(library)
                    && Files.size(library) == content.length
                    && Arrays.equals(Files.readAllBytes(library), content);
        } catch (NoSuchFileException justDeleted) {
            return false;
        }
    }

    /** Nobody ever sees half of it, and whoever has the one before in use keeps that. */
    private static void copy(byte[] content, Path library) throws IOException {
        deleteUnfinished(library.resolveSibling("").toAbsolutePath());
        Path unfinished = library.resolveSibling(UUID.randomUUID() + UNFINISHED);
        try {
            Files.createFile(unfinished, Permissions.whenMade(unfinished, Permissions.OWN_DIRECTORY));
            Files.write(unfinished, content);
            Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            Files.deleteIfExists(unfinished);
            if (!isThere(content, library)) { // some systems replace nothing that is in use
                throw failure;
            }
        }
    }

    private static void deleteUnfinished(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (file.toString().endsWith(UNFINISHED)
                        && Files.getLastModifiedTime(file)
                                .toInstant()
                                .isBefore(Instant.now().minus(COPYING))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException justFinished) {
            // by another process
        }
    }

    private static String digest(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
            throw new IllegalStateException(impossible);
        }
    }

    private static StoreException refused(String problem, @Nullable Throwable cause) {
        return new StoreException(
                "SQLite's native library " + problem
                        + ". Choose another folder for it, which only this user may write and from which programs may be run:"
                        + " java -D" + TEMPORARY_FOLDER + "=/that/folder",
                cause);
    }
}

package io.reactivemqtt.store.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may do what with files. Where the file system knows no users, everything is this user's own. */
final class Permissions {

    static final String OWN_FILE = "rw-------";
    static final String OWN_DIRECTORY = "rwx------";

    private static final int OTHERS_WRITE = 0002;
    private static final int GROUP_WRITES = 0020;

    /** In such a directory, {@code /tmp} for one, everybody may rename and delete only what is his own. */
    private static final int STICKY = 01000;

    private Permissions() {}

    static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Returns what a file at {@code path} is made with. */
    static FileAttribute<?>[] whenMade(Path path, String permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Makes a directory, and those that it lies in, for this user alone; those that are there stay as they are. */
    static void createDirectories(@Nullable Path directory) throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        createDirectories(parent);
        try {
            Files.createDirectory(directory, whenMade(directory, OWN_DIRECTORY));
        } catch (FileAlreadyExistsException alreadyMade) {
            if (!Files.isDirectory(directory)) {
                throw alreadyMade;
            }
        }
        if (isPosix(directory) && parent != null) {
            try (FileChannel entries = FileChannel.open(parent, StandardOpenOption.READ)) {
                entries.force(true); // else a power failure could take the directory with all that is in it
            }
        }
    }

    /** Makes an empty file for this user alone; one that is there stays as it is. */
    static void createFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            try {
                Files.createFile(file, whenMade(file, OWN_FILE));
            } catch (FileAlreadyExistsException another) {
                // made it at the same time: as good
            }
        }
    }

    /** Takes away what goes beyond {@code permissions}; gives none. */
    static void restrict(Path path, String permissions) throws IOException {
        if (isPosix(path)) {
            Set<PosixFilePermission> kept = Files.getPosixFilePermissions(path);
            if (kept.retainAll(PosixFilePermissions.fromString(permissions))) {
                Files.setPosixFilePermissions(path, kept);
            }
        }
    }

    /** Tells whether the file at {@code path}, or a link there itself, is of the user who makes files beside it now. */
    static boolean isOwn(Path path) throws IOException {
        if (!isPosix(path)) {
            return true;
        }
        Path directory = path.toAbsolutePath().getParent();
        return directory == null
                || Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(userIn(directory));
    }

    /** The name of the user tells nothing in a container, so a file says who makes files there. */
    private static UserPrincipal userIn(Path directory) throws IOException {
        Path probe = Files.createTempFile(directory, ".owner", ".probe");
        try {
            return Files.getOwner(probe);
        } finally {
            Files.delete(probe);
        }
    }

    /**
     * Returns the directory through which somebody else could put another in the place of {@code directory}, or into it; null
     * if nobody could but the administrator.
     *
     * @param parentTrusted whether somebody who must know has chosen the directory in which {@code directory} lies
     */
    static @Nullable String whoElseCouldReplace(Path directory, boolean parentTrusted) throws IOException {
        Path real = directory.toRealPath();
        if (!isPosix(real)) {
            return null;
        }
        UserPrincipal user = userIn(real);
        if (!Files.getOwner(real).equals(user)) {
            return real.toString();
        }
        for (Path at = parentTrusted ? null : real.getParent(); at != null; at = at.getParent()) {
            int mode = (int) Files.getAttribute(at, "unix:mode");
            boolean othersWrite = (mode & OTHERS_WRITE) != 0 || ((mode & GROUP_WRITES) != 0 && !hasPrivateGroup(at));
            if ((othersWrite && (mode & STICKY) == 0) || !isTrusted(at, user)) {
                return at.toString();
            }
        }
        return null;
    }

    /** Tells whether a directory is of {@code user} or the administrator; the root is, whoever a container says that he is. */
    private static boolean isTrusted(Path directory, UserPrincipal user) throws IOException {
        return directory.getParent() == null
                || Files.getOwner(directory).equals(user)
                || Files.getAttribute(directory, "unix:uid").equals(0);
    }

    /** Tells whether nobody but its owner may write the file at {@code path}. */
    static boolean isWrittenByOwnerAlone(Path path) throws IOException {
        if (!isPosix(path)) {
            return true;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        return !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    /** Many systems give each user a group of the same number, of which nobody else is. */
    private static boolean hasPrivateGroup(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid").equals(Files.getAttribute(path, "unix:gid"));
    }
}

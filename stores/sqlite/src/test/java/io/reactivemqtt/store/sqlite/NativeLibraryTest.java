package io.reactivemqtt.store.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.testsupport.OtherJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five killed processes left ten files in the temporary folder. */
class NativeLibraryTest {

    private static final byte[] CONTENT = "a library".getBytes(UTF_8);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @BeforeEach
    void nameFolder() {
        folder = directory.resolve("own");
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Test
    @Timeout(120)
    void killedProcessesShareOneCopy() throws IOException, InterruptedException {
        Path temporary = Files.createDirectory(directory.resolve("temporary"));
        for (int kill = 0; kill < 3; kill++) {
            Process process = OtherJvm.running(
                            List.of("-Djava.io.tmpdir=" + temporary),
                            WritingProcess.class,
                            directory.resolve("sessions.db").toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader output = process.inputReader(UTF_8)) {
                assertThat(output.readLine()).isNotNull();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }

        assertThat(filesIn(temporary)).singleElement().satisfies(library -> {
            Path own = temporary.resolve(temporary.relativize(library).getName(0));
            assertThat(library).hasParent(own);
            if (isPosix(own)) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                        .isEqualTo("rwx------");
            }
        });
    }

    @Test
    void aCopyThatIsWholeIsUsedAgain() throws IOException {
        Path library = NativeLibrary.placed(CONTENT, folder, false);
        Object before = Files.readAttributes(library, "unix:ino,ctime").toString();

        assertThat(NativeLibrary.placed(CONTENT, folder, false)).isEqualTo(library);
        assertThat(Files.readAttributes(library, "unix:ino,ctime").toString()).isEqualTo(before);
        assertThat(filesIn(directory)).containsExactly(library);
    }

    @Test
    void anotherVersionIsAnotherFile() throws IOException {
        NativeLibrary.placed(CONTENT, folder, false);
        NativeLibrary.placed("the next library".getBytes(UTF_8), folder, false);

        assertThat(filesIn(directory)).hasSize(2);
    }

    @Test
    void aCopyThatWasChangedIsReplaced() throws IOException {
        Path library = NativeLibrary.placed(CONTENT, folder, false);
        Files.writeString(library, "a virus");
        NativeLibrary.placed(CONTENT, folder, false);
        assertThat(library).hasBinaryContent(CONTENT);

        Files.delete(library);
        Files.createSymbolicLink(library, Files.write(directory.resolve("elsewhere"), CONTENT));
        NativeLibrary.placed(CONTENT, folder, false);
        assertThat(library).hasBinaryContent(CONTENT).isRegularFile();
        assertThat(Files.isSymbolicLink(library)).isFalse();
    }

    @Test
    void aCopyThatOthersMayWriteIsReplaced() throws IOException {
        assumeTrue(isPosix(directory));
        Path library = NativeLibrary.placed(CONTENT, folder, false);
        Object before = Files.getAttribute(library, "unix:ino");
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxrwxrwx"));

        NativeLibrary.placed(CONTENT, folder, false);

        assertThat(Files.getAttribute(library, "unix:ino")).isNotEqualTo(before);
    }

    @Test
    void aFolderThatIsALinkIsRefused() throws IOException {
        Files.createSymbolicLink(folder, Files.createDirectory(directory.resolve("another's")));

        assertThatThrownBy(() -> NativeLibrary.placed(CONTENT, folder, false))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(folder.toString(), "a link", "-Dorg.sqlite.tmpdir=");
        assertThat(filesIn(directory)).isEmpty();
    }

    @Test
    void aFolderThatOthersCouldReplaceIsRefused() throws IOException {
        assumeTrue(isPosix(directory));
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> NativeLibrary.placed(CONTENT, open.resolve("own"), false))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(open.toString(), "others", "-Dorg.sqlite.tmpdir=");
        assertThat(filesIn(directory)).isEmpty();

        assertThat(NativeLibrary.placed(CONTENT, open.resolve("chosen"), true)).hasBinaryContent(CONTENT);
        Files.setAttribute(open, "unix:mode", 01777); // as /tmp has it
        assertThat(NativeLibrary.placed(CONTENT, open.resolve("own"), false)).hasBinaryContent(CONTENT);
    }

    @Test
    void aFolderOfAnotherUserIsRefused() throws IOException {
        assumeTrue(
                isPosix(directory) && Files.getAttribute(directory, "unix:uid").equals(0),
                "only root gives files away");
        Files.createDirectory(folder);
        Files.setAttribute(folder, "unix:uid", 65_534);

        assertThatThrownBy(() -> NativeLibrary.placed(CONTENT, folder, true))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(folder.toString(), "others");
        assertThat(filesIn(directory)).isEmpty();
    }

    @Test
    @Timeout(60)
    void aTemporaryFolderFromWhichNothingMayBeRunIsToldWithTheWayOut() throws IOException, InterruptedException {
        Path noexec = Files.createDirectory(directory.resolve("noexec"));
        String mount = "mount -t tmpfs -o noexec,mode=1777 tmpfs '" + noexec + "' && ";
        assumeTrue(saysWith(mount + "echo mounted").equals("mounted\n"), "only root mounts, for a process of its own");
        String java = "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -Djava.io.tmpdir='" + noexec
                + "' -cp '"
                + System.getProperty("java.class.path") + "' " + WritingProcess.class.getName() + " '"
                + directory.resolve("sessions.db") + "' 2>&1; find '" + noexec + "' -type f";

        assertThat(saysWith(mount + java))
                .contains("StoreException: SQLite's native library may not be run from " + noexec)
                .contains("noexec")
                .contains("-Dorg.sqlite.tmpdir=")
                .containsOnlyOnce("libsqlitejdbc"); // nor did the driver leave a second one
    }

    private static String saysWith(String script) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("unshare", "--mount", "sh", "-c", script)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException notHere) {
            return "";
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void whatAKilledCopyLeftIsClearedAway() throws IOException {
        Files.createDirectory(folder);
        Path old = Files.createFile(folder.resolve("x.unfinished"));
        Files.setLastModifiedTime(old, FileTime.fromMillis(0));

        assertThat(filesIn(folder)).containsExactly(old);
        Path library = NativeLibrary.placed(CONTENT, folder, false);

        assertThat(filesIn(folder)).containsExactly(library);
    }
}

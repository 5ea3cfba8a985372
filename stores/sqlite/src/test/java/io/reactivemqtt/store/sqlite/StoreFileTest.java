package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reactivemqtt.StoreException;
import io.reactivemqtt.store.SessionLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("sessions.db");
    }

    static void execute(Path file, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void fill() {
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            append(open(store, "client"), accepted(1, 1_000));
        }
    }

    private void assertRefused(String... words) throws IOException {
        byte[] before = Files.readAllBytes(file);
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThatThrownBy(() -> open(store, "client"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContainingAll(words);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void nobodyElseMayReadIt() throws IOException {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path nested = directory.resolve("a/b/sessions.db");
        try (SqliteSessionStore store = SqliteSessionStore.at(nested)) {
            append(open(store, "client"), accepted(1));

            for (String suffix : new String[] {"", "-wal", "-shm"}) {
                assertThat(permissions(Path.of(nested + suffix))).isEqualTo("rw-------");
            }
            assertThat(permissions(directory.resolve("a"))).isEqualTo("rwx------");
            assertThat(permissions(directory.resolve("a/b"))).isEqualTo("rwx------");
            assertThat(permissions(directory)).isEqualTo("rwxr-xr-x");
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void nothingIsMadeBeforeTheFirstSession() {
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(store.open("client")).isNotNull();
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void anEmptyFileBecomesAStore() throws IOException {
        Files.createFile(file);
        fill();
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(recover(open(store, "client"))).hasSize(1_000);
        }
    }

    @Test
    void aFileOfANewerReleaseIsLeftAlone() throws Exception {
        fill();
        execute(file, "PRAGMA user_version = 2");

        assertRefused("has version 2", "knows up to 1", "newer release");
    }

    @Test
    void aFileOfAnotherApplicationIsLeftAlone() throws Exception {
        execute(file, "CREATE TABLE birds (name TEXT)", "INSERT INTO birds VALUES ('wren')");
        assertRefused("another application", "Move it away");

        execute(file, "PRAGMA application_id = 42");
        assertRefused("another application", "Move it away");

        execute(file, "PRAGMA journal_mode = WAL", "INSERT INTO birds VALUES ('robin')");
        assertRefused("another application", "Move it away");
    }

    @Test
    void whatIsNoDatabaseIsLeftAlone() throws IOException {
        Files.writeString(file, "Dear diary, ".repeat(1_000), StandardCharsets.UTF_8);
        assertRefused("nor any SQLite file", "Move it away");

        Files.writeString(file, "diary", StandardCharsets.UTF_8);
        assertRefused("nor any SQLite file", "Move it away");
    }

    @Test
    void aDamagedFileIsLeftAlone() throws IOException {
        fill();
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertRefused("damaged");

        byte[] overwritten = whole.clone();
        Arrays.fill(overwritten, 100, 4_096, (byte) 0xA5);
        Files.write(file, overwritten);
        assertRefused("damaged");
    }

    @Test
    void damageMetLaterIsTold() throws IOException {
        fill();
        byte[] bytes = Files.readAllBytes(file);
        byte[] noise = new byte[bytes.length / 2];
        new Random(1).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, bytes.length - noise.length, noise.length);
        Files.write(file, bytes);

        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            SessionLog log = open(store, "client");
            assertThatThrownBy(() -> recover(log))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void aDirectoryIsNoStore() {
        try (SqliteSessionStore store = SqliteSessionStore.at(directory)) {
            assertThatThrownBy(() -> open(store, "client"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("is a directory");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aPlaceWhereNothingCanBeMadeIsToldAndTriedAgain() throws IOException {
        Path obstacle = Files.createFile(directory.resolve("obstacle"));
        try (SqliteSessionStore store = SqliteSessionStore.at(obstacle.resolve("sessions.db"))) {
            assertThatThrownBy(() -> open(store, "client"))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be made")
                    .hasMessageContaining("Choose a directory");

            Files.delete(obstacle);
            assertThat(recover(open(store, "client"))).isEmpty();
        }
    }

    @Test
    void aFileWhoseMakingWasCutShortIsMadeAnew() throws IOException {
        byte[] journal = new byte[512];
        byte[] begins = {(byte) 0xD9, (byte) 0xD5, 0x05, (byte) 0xF9, 0x20, (byte) 0xA1, 0x63, (byte) 0xD7};
        System.arraycopy(begins, 0, journal, 0, begins.length);
        journal[22] = 2; // sectors of 512 bytes
        journal[26] = 0x10; // pages of 4,096
        Files.write(Path.of(file + "-journal"), journal);
        byte[] cutShort = new byte[4_096];
        System.arraycopy("SQLite format 3\0".getBytes(StandardCharsets.US_ASCII), 0, cutShort, 0, 16);
        Files.write(file, cutShort);

        fill();

        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(recover(open(store, "client"))).hasSize(1_000);
        }
    }
}

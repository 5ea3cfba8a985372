package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionChange.OutgoingAccepted;
import io.reactivemqtt.store.SessionKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
            assertThat(store.open(SessionKey.of("client"))).isNotNull();
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

    /** The maker of the file died when its first page was written, and the journal says that there was none before. */
    @Test
    void aFileWhoseMakerDiedBecomesAStoreWhoseLogCanBeShortened() throws Exception {
        ByteBuffer journal = ByteBuffer.allocate(512)
                .putLong(0xD9D5_05F9_20A1_63D7L)
                .putInt(0) // pages in it
                .putInt(1) // any number
                .putInt(0) // pages of the file before
                .putInt(512)
                .putInt(4096);
        Files.write(Path.of(file + "-journal"), journal.array());
        Files.write(file, new byte[4096]);

        try (SqliteSessionStore store = SqliteSessionStore.at(file);
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            append(open(store, "client"), accepted(1, 100));
            ResultSet checkpoint = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)");
            assertThat(checkpoint.getInt("busy")).isZero();
        }
    }

    @Test
    void aFileOfANewerReleaseIsLeftAlone() throws Exception {
        fill();
        execute(file, "PRAGMA user_version = 5");

        assertRefused("has version 5", "knows up to 4", "newer release");
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
    void damageBehindTheFirstPageIsTold() throws IOException {
        fill();
        byte[] bytes = Files.readAllBytes(file);
        byte[] noise = new byte[bytes.length / 2];
        new Random(1).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, bytes.length - noise.length, noise.length);
        Files.write(file, bytes);

        assertRefused("damaged");
    }

    @Test
    void aFileThatIsRefusedAsDamagedKeepsItsLog() throws IOException {
        fill();
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            append(open(store, "client"), accepted(1_001, 2_000));
            Path killed = directory.resolve("killed.db"); // what a killed process leaves
            Files.copy(file, killed);
            Files.copy(Path.of(file + "-wal"), Path.of(killed + "-wal"));
            byte[] bytes = Files.readAllBytes(killed);
            int refusals = 0;
            for (int page = 1; page < bytes.length / PAGE; page++) {
                byte[] damaged = bytes.clone();
                Arrays.fill(damaged, page * PAGE, page * PAGE + 8, (byte) 0xA5); // the header of a tree's page
                Files.write(killed, damaged);

                byte[] log = Files.readAllBytes(Path.of(killed + "-wal"));
                boolean isRefused = false;
                try (SqliteSessionStore other = SqliteSessionStore.at(killed)) {
                    recover(open(other, "client"));
                } catch (StoreException refused) {
                    isRefused = true;
                }

                if (isRefused) {
                    refusals++;
                    assertThat(Files.readAllBytes(killed)).isEqualTo(damaged);
                    assertThat(Files.readAllBytes(Path.of(killed + "-wal"))).isEqualTo(log);
                } else { // the log has another form of this page
                    Files.write(Path.of(killed + "-wal"), Files.readAllBytes(Path.of(file + "-wal")));
                }
            }
            assertThat(refusals).isGreaterThan(10);
        }
    }

    private static final int PAGE = 4_096;

    @Test
    void aLargeFileIsCheckedWhileItIsRecoveredAndKeepsItsLogToo() throws Exception {
        byte[] payload = new byte[100_000];
        new Random(1).nextBytes(payload);
        List<SessionChange> changes = new ArrayList<>();
        for (int sequence = 1; sequence <= 400; sequence++) {
            changes.add(new OutgoingAccepted(
                    sequence, ApplicationMessage.of(TopicName.of("large"), Payload.of(payload), Qos.AT_LEAST_ONCE), 1));
        }
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            append(open(store, "client"), changes);
        }
        assertThat(Files.size(file)).isGreaterThan(32L << 20);
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThat(recover(open(store, "client"))).isEqualTo(changes);
        }
        execute(
                file,
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master "
                        + "WHERE name = 'incoming_in_order') WHERE name = 'outgoing_released'");
        byte[] before = Files.readAllBytes(file);

        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            assertThatThrownBy(() -> recover(open(store, "client")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("damaged");
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aFileThatOthersMayReadIsMadePrivateWithThoseBesideIt() throws IOException {
        assumeTrue(directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        fill();
        Path killed = directory.resolve("killed.db");
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            append(open(store, "client"), accepted(1_001));
            for (String suffix : List.of("", "-wal")) {
                Path copy = Files.copy(Path.of(file + suffix), Path.of(killed + suffix));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-rw-rw-"));
            }
        }
        Path link = Files.createSymbolicLink(directory.resolve("link.db"), killed);

        try (SqliteSessionStore store = SqliteSessionStore.at(link)) {
            append(open(store, "client"), accepted(1_002));

            for (String suffix : List.of("", "-wal", "-shm")) {
                assertThat(permissions(Path.of(killed + suffix))).isEqualTo("rw-------");
            }
        }
    }

    @Test
    void aFileOfAnotherUserIsRefusedAndKeepsItsPermissions() throws IOException {
        assumeTrue(
                directory.getFileSystem().supportedFileAttributeViews().contains("unix")
                        && Files.getAttribute(directory, "unix:uid").equals(0),
                "only root gives files away");
        fill();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setAttribute(file, "unix:uid", 65_534);

        assertRefused("belongs to another user", "Run the application as that user");
        assertThat(permissions(file)).isEqualTo("rw-rw-rw-");

        Files.setAttribute(file, "unix:uid", 0);
        Path log = Files.createFile(Path.of(file + "-wal"));
        Files.setAttribute(log, "unix:uid", 65_534);
        assertRefused("belongs to another user", "-wal");
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

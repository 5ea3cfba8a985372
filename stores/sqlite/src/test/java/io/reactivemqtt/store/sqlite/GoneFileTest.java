package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivemqtt.exception.StoreException;
import io.reactivemqtt.store.SessionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hundred of two hundred messages were told as stored into a file that was not there any more. */
class GoneFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Path file;

    @SuppressWarnings("NullAway.Init")
    private SqliteSessionStore store;

    @SuppressWarnings("NullAway.Init")
    private SessionLog log;

    @BeforeEach
    void openIt() {
        file = directory.resolve("folder/sessions.db");
        store = SqliteSessionStore.at(file);
        log = open(store, "client");
        append(log, accepted(1));
    }

    @AfterEach
    void closeIt() {
        store.close();
    }

    private void assertGone() {
        assertThatThrownBy(() -> append(log, accepted(2)))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(file.toString(), "deleted, replaced or moved");
        assertThatThrownBy(() -> open(store, "client"))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll(file.toString(), "deleted, replaced or moved");
    }

    @Test
    void aFileThatIsDeletedIsNoticedAndNotMadeAnew() throws IOException {
        Files.delete(file);
        assertGone();
        assertThat(file).doesNotExist();
    }

    @Test
    void aLogThatIsDeletedIsNoticed() throws IOException {
        Files.delete(Path.of(file + "-wal"));
        assertThatThrownBy(() -> append(log, accepted(2)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("deleted, replaced or moved");
    }

    @Test
    void aFileThatIsReplacedIsNoticedAndTheNewOneIsLeftAlone() throws IOException {
        Path other = directory.resolve("other.db");
        Path folder = directory.resolve("folder");
        try (SqliteSessionStore others = SqliteSessionStore.at(other)) {
            append(open(others, "client"), accepted(7));
            for (String suffix : new String[] {"", "-wal"}) { // as a restored copy with a log
                Files.copy(Path.of(other + suffix), folder.resolve("new" + suffix));
                Files.move(folder.resolve("new" + suffix), Path.of(file + suffix), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        byte[] restored = Files.readAllBytes(Path.of(file + "-wal"));

        assertGone();
        store.close();

        assertThat(Files.readAllBytes(Path.of(file + "-wal"))).isEqualTo(restored);
        Files.deleteIfExists(Path.of(file + "-shm"));
        try (SqliteSessionStore next = SqliteSessionStore.at(file)) {
            assertThat(recover(open(next, "client"))).containsExactly(accepted(7));
        }
    }

    @Test
    void aFolderThatIsRenamedIsNoticedAndGoesOnWhenItIsBack() throws IOException {
        Path folder = directory.resolve("folder");
        Path moved = directory.resolve("moved");
        Files.move(folder, moved);
        assertGone();
        assertThat(folder).doesNotExist();

        Files.move(moved, folder);

        SessionLog again = open(store, "client");
        assertThat(recover(again)).contains(accepted(1));
        append(again, accepted(3));
    }

    @Test
    void aFileThatIsGoneWhenTheStoreIsClosedIsNotWrittenAnyMore() throws IOException {
        Path moved = directory.resolve("moved");
        Files.move(directory.resolve("folder"), moved);
        byte[] before = Files.readAllBytes(moved.resolve("sessions.db-wal"));

        store.close();

        assertThat(Files.readAllBytes(moved.resolve("sessions.db-wal"))).isEqualTo(before);
    }
}

package io.reactivemqtt.store.sqlite;

import static io.reactivemqtt.store.sqlite.Sessions.accepted;
import static io.reactivemqtt.store.sqlite.Sessions.append;
import static io.reactivemqtt.store.sqlite.Sessions.open;
import static io.reactivemqtt.store.sqlite.Sessions.recover;
import static org.assertj.core.api.Assertions.assertThat;

import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs as a power failure leaves them that lost the first frame of a transaction, and kept the others: the disk had not been told in which
 * order to write them. The reliability module tries every moment; these are the ones that were once taken for damage.
 */
class PowerFailureTest {

    private static final int HEADER = 32;
    private static final int FRAME = 24 + 4_096;
    private static final int MANY = 4_000;
    private static final int EARLIER = 40;
    private static final int CUTS = 12;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Path file(String name) {
        return directory.resolve(name);
    }

    private static byte[] log(Path file) throws IOException {
        return Files.readAllBytes(Path.of(file + "-wal"));
    }

    /** Returns {@code after} as it would be if the first frame that differs from {@code before} had not reached the disk. */
    private static byte[] withoutFirstFrame(byte[] before, byte[] after) {
        int frame = (Arrays.mismatch(before, after) - HEADER) / FRAME * FRAME + HEADER;
        byte[] world = after.clone();
        byte[] lost =
                Arrays.copyOfRange(before, Math.min(frame, before.length), Math.min(frame + FRAME, before.length));
        Arrays.fill(world, frame, frame + FRAME, (byte) 0);
        System.arraycopy(lost, 0, world, frame, lost.length);
        return world;
    }

    /** Appends, and makes of that what a power failure leaves of it: {@code target}. */
    private static void cut(Path file, SessionLog log, List<SessionChange> changes, Path target) throws IOException {
        byte[] before = log(file);
        append(log, changes);
        Files.copy(file, target);
        Files.write(Path.of(target + "-wal"), withoutFirstFrame(before, log(file)));
    }

    @Test
    void aTransactionThatWasCutShortOverAnEarlierTimeOfTheLogIsNoDamage() throws IOException, SQLException {
        Path file = file("sessions.db");
        try (SqliteSessionStore store = SqliteSessionStore.at(file)) {
            SessionLog log = open(store, "client");
            for (int sequence = 1; sequence <= EARLIER; sequence++) {
                append(log, accepted(sequence)); // each ends a transaction in a frame that will be overwritten
            }
            StoreFileTest.execute(file, "PRAGMA wal_checkpoint");
            for (int sequence = EARLIER; sequence < EARLIER + 10 * CUTS; sequence += 10) {
                cut(file, log, accepted(sequence + 1, sequence + 10), file("cut-" + sequence));
            }
        }

        for (int sequence = EARLIER; sequence < EARLIER + 10 * CUTS; sequence += 10) {
            try (SqliteSessionStore store = SqliteSessionStore.at(file("cut-" + sequence))) {
                assertThat(recover(open(store, "client"))).isEqualTo(accepted(1, sequence));
            }
        }
    }

    @Test
    void twoPowerFailuresOneAfterTheOtherAreNoDamage() throws IOException {
        Path once = file("once.db");
        Path twice = file("twice.db");
        try (SqliteSessionStore store = SqliteSessionStore.at(file("sessions.db"))) {
            SessionLog log = open(store, "client");
            append(log, accepted(1));
            cut(file("sessions.db"), log, accepted(2, MANY), once);
        }

        try (SqliteSessionStore store = SqliteSessionStore.at(once)) {
            SessionLog log = open(store, "client");
            assertThat(recover(log)).isEqualTo(accepted(1, 1));
            append(log, accepted(2));
            cut(once, log, accepted(3, 400), twice);
        }

        try (SqliteSessionStore store = SqliteSessionStore.at(twice)) {
            assertThat(recover(open(store, "client"))).isEqualTo(accepted(1, 2));
        }
    }

    @Test
    void whatIsNotFlushedWithEachCommitMayLoseSeveralAndIsNoDamage() throws IOException {
        Path cut = file("cut.db");
        try (SqliteSessionStore store = SqliteSessionStore.at(file("sessions.db"), Durability.CHECKPOINT)) {
            SessionLog log = open(store, "client");
            append(log, accepted(1));
            byte[] before = log(file("sessions.db"));
            for (int sequence = 2; sequence <= 5; sequence++) {
                append(log, accepted(sequence));
            }
            Files.copy(file("sessions.db"), cut);
            Files.write(Path.of(cut + "-wal"), withoutFirstFrame(before, log(file("sessions.db"))));
        }

        try (SqliteSessionStore store = SqliteSessionStore.at(cut, Durability.CHECKPOINT)) {
            assertThat(recover(open(store, "client"))).isEqualTo(accepted(1, 1));
        }
    }
}

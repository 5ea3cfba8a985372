package io.reactivemqtt.store.sqlite;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Whether the trees of a file hold together: every entry is where a search finds it, and none has dropped out. Checksums of
 * entries tell nothing of an entry that is not met.
 */
final class IntegrityCheck implements Database.Soundness {

    private static final String CHECK = "PRAGMA integrity_check(1)";
    private static final String SOUND = "ok";

    private final CompletableFuture<String> result;

    private IntegrityCheck(CompletableFuture<String> result) {
        this.result = result;
    }

    /** Checks now; throws SQLITE_CORRUPT if the file is not sound. */
    static IntegrityCheck now(Database reader) throws SQLException {
        IntegrityCheck check = new IntegrityCheck(CompletableFuture.completedFuture(reader.textOf(CHECK)));
        check.requireSound();
        return check;
    }

    /** Checks on a thread of its own, with a {@code reader} that nobody else uses until it is closed. */
    static IntegrityCheck meanwhile(Database reader) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(reader.textOf(CHECK));
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "mqtt-session-store check");
        thread.setDaemon(true);
        thread.start();
        return new IntegrityCheck(result);
    }

    /** Checks when everything has been read, on the thread that asks and in its transaction. */
    static Database.Soundness atTheEnd(Database reader) {
        return new Database.Soundness() {
            @Override
            public boolean isKnown() {
                return false; // who only reads has no use for it
            }

            @Override
            public void requireSoundSoFar() {}

            @Override
            public void requireSound() throws SQLException {
                now(reader);
            }
        };
    }

    @Override
    public boolean isKnown() {
        return result.isDone();
    }

    @Override
    public void requireSoundSoFar() throws SQLException {
        if (isKnown()) {
            requireSound();
        }
    }

    @Override
    public void requireSound() throws SQLException {
        String found;
        try {
            found = result.get();
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof SQLException cause ? cause : new SQLException(failure.getCause());
        } catch (InterruptedException nobodyHasAReasonTo) {
            Thread.currentThread().interrupt();
            throw new SQLException(nobodyHasAReasonTo);
        }
        if (!found.equals(SOUND)) {
            throw damage(found.replace('\n', ' '));
        }
    }

    static SQLException damage(String words) {
        return new SQLiteException(words, SQLiteErrorCode.SQLITE_CORRUPT);
    }
}

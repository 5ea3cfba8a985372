package io.reactivemqtt.store.sqlite;

import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.StoreException;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteErrorCode;

/** What SQLite's result codes mean to whoever runs the application. */
final class SqlFailure {

    /** How long another process is waited for, before it is a failure. */
    static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

    private static final int PRIMARY_CODE = 0xFF;

    private SqlFailure() {}

    /** Says what failed with {@code file}, which names itself, and what can be done. */
    static Throwable inWords(Object file, Throwable failure) {
        if (failure instanceof SQLException sqlException) {
            return new StoreException("the session store " + file + " " + problem(sqlException), failure);
        } else if (failure instanceof MqttException || failure instanceof IllegalArgumentException) {
            return failure;
        } else {
            return new StoreException("the session store " + file + " failed: " + failure, failure);
        }
    }

    static StoreException closed(Object file) {
        return new StoreException("the session store " + file + " is closed", null);
    }

    static boolean isDiskFull(Throwable failure) {
        return failure instanceof SQLException sqlException && is(sqlException, SQLiteErrorCode.SQLITE_FULL);
    }

    /** Tells whether what SQLite holds in memory may differ from the disk now, so that the file is better opened anew. */
    static boolean makesConnectionDoubtful(Throwable failure) {
        return failure instanceof FileGoneException
                || (failure instanceof SQLException sqlException
                        && (is(sqlException, SQLiteErrorCode.SQLITE_IOERR)
                                || is(sqlException, SQLiteErrorCode.SQLITE_CANTOPEN)
                                || isDamage(sqlException)));
    }

    static boolean isDamage(SQLException failure) {
        return is(failure, SQLiteErrorCode.SQLITE_CORRUPT) || is(failure, SQLiteErrorCode.SQLITE_NOTADB);
    }

    static boolean is(SQLException failure, SQLiteErrorCode primary) {
        return (failure.getErrorCode() & PRIMARY_CODE) == primary.code;
    }

    private static String problem(SQLException failure) {
        if (failure instanceof FileGoneException) {
            return String.valueOf(failure.getMessage());
        } else if (isDiskFull(failure)) {
            return "cannot be written: the disk is full. Make room";
        } else if (is(failure, SQLiteErrorCode.SQLITE_IOERR)) {
            return "cannot be read or written: the disk or the file system failed (" + failure.getMessage() + ")";
        } else if (is(failure, SQLiteErrorCode.SQLITE_BUSY) || is(failure, SQLiteErrorCode.SQLITE_LOCKED)) {
            return "is locked: another program has held it for " + BUSY_TIMEOUT.toSeconds()
                    + " seconds. See who has it open";
        } else if (is(failure, SQLiteErrorCode.SQLITE_READONLY)
                || is(failure, SQLiteErrorCode.SQLITE_PERM)
                || is(failure, SQLiteErrorCode.SQLITE_CANTOPEN)) {
            return "cannot be opened for writing, or the files -wal and -shm beside it cannot (" + failure.getMessage()
                    + "). Let this user write the file and its directory";
        } else if (isDamage(failure)) {
            return "is damaged (" + failure.getMessage()
                    + "). Stop the application, move the file away, with those whose "
                    + "names begin with its name, and begin anew or restore a copy";
        } else {
            return "failed: " + failure.getMessage();
        }
    }
}

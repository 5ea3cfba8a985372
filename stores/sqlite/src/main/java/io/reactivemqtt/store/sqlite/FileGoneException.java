package io.reactivemqtt.store.sqlite;

import java.sql.SQLException;

/** The open file, or its log, no longer lies where it did: what was just committed went nowhere. */
final class FileGoneException extends SQLException {

    private static final long serialVersionUID = 1L;

    FileGoneException() {
        super(
                "was deleted, replaced or moved while it was in use, and what was written since may be lost. Put it back, with the"
                        + " files whose names begin with its name, or start the application again to begin with what lies there now");
    }
}

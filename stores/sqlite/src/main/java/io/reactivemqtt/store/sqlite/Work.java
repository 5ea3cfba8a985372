package io.reactivemqtt.store.sqlite;

import java.sql.SQLException;

/** One piece of work on the database, all or none of it. The {@link StoreThread} calls all of this. */
interface Work {

    /**
     * Does it, inside a transaction. Called again from the start if the transaction had to be given up for the sake of another
     * piece of work: what it found out takes effect in {@link #done} alone.
     */
    void run(Database database) throws SQLException;

    /** It is committed. */
    void done();

    /** It failed, or was never begun, and changed nothing; unless the commit itself failed: then nobody knows. */
    void failed(Throwable cause);
}

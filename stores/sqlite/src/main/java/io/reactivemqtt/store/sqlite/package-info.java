/**
 * Sessions in one SQLite file: they survive the process and, unless told otherwise, the power. Begin at {@link
 * io.reactivemqtt.store.sqlite.SqliteSessionStore}.
 *
 * <p>Inside: one {@code StoreThread} for each store does all that touches the file. Publishers hand it {@code Work}; what piles
 * up meanwhile shares the next transaction.
 */
@NullMarked
package io.reactivemqtt.store.sqlite;

import org.jspecify.annotations.NullMarked;

/**
 * Sessions in a database by R2DBC. Begin at {@link io.reactivemqtt.store.r2dbc.R2dbcSessionStore}.
 *
 * <p>Inside: {@code AppendStatement} does to the database what many Sessions have appended, by one statement; {@code RecoveryPages} reads it
 * back.
 */
@NullMarked
package io.reactivemqtt.store.r2dbc;

import org.jspecify.annotations.NullMarked;

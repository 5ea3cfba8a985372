/**
 * Sessions in a database by R2DBC. Begin at {@link io.reactivemqtt.store.r2dbc.R2dbcSessionStore}.
 *
 * <p>Inside: {@code Effects} makes of a list of changes what is left of it, at most one thing for each row; {@code AppendStatement} does that to
 * the database for many Sessions at once, by one statement.
 */
@NullMarked
package io.reactivemqtt.store.r2dbc;

import org.jspecify.annotations.NullMarked;

/**
 * What stores of many Sessions have in common, whatever they keep them in: for {@code reactive-mqtt-store-r2dbc} and {@code
 * reactive-mqtt-store-redis}, and for stores of your own.
 *
 * <p>{@link io.reactivemqtt.store.common.Effects} makes of a list of changes what is left of it, at most one thing for each row; {@link
 * io.reactivemqtt.store.common.SharedTransactions} lets Sessions share a transaction; {@link
 * io.reactivemqtt.store.common.RecoveryReader} reads rows back in the order of {@link io.reactivemqtt.store.SessionLog#recover}, page by
 * page.
 */
@NullMarked
package io.reactivemqtt.store.common;

import org.jspecify.annotations.NullMarked;

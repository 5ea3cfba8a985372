package io.reactivemqtt.store.r2dbc;

import io.reactivemqtt.store.common.Effects;

/**
 * What one Session appends.
 *
 * @param session its number
 * @param epoch of the owner who appends
 * @param clientIdentifier for people
 */
record Append(long session, long epoch, String clientIdentifier, Effects effects) {}

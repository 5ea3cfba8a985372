/**
 * A {@link io.reactivemqtt.store.SessionStore} in Redis, for Sessions that move between machines and for whoever runs a Redis already: {@code
 * reactive-mqtt-store-redis}. What it promises is less than what a database does; {@link io.reactivemqtt.store.redis.RedisSessionStore}
 * says what.
 */
@NullMarked
package io.reactivemqtt.store.redis;

import org.jspecify.annotations.NullMarked;

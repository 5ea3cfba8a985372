/**
 * Tools for tests of programs that use the client: {@link io.reactivemqtt.testkit.TestMessages} for handlers, {@code server} for whole
 * clients, {@code store} for session stores.
 */
@NullMarked
package io.reactivemqtt.testkit;

import org.jspecify.annotations.NullMarked;

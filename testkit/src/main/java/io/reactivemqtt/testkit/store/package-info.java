/**
 * What every {@link io.reactivemqtt.store.SessionStore} has to keep to, as tests: begin with {@link
 * io.reactivemqtt.testkit.store.SessionStoreContract}. They need JUnit and nothing else.
 */
@NullMarked
package io.reactivemqtt.testkit.store;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.reactivemqtt.store.redis;

import org.jspecify.annotations.NullMarked;

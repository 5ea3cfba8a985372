@NullMarked
package io.reactivemqtt.store.sqlite;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.reactivemqtt.store.common;

import org.jspecify.annotations.NullMarked;

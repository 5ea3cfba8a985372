@NullMarked
package io.reactivemqtt.store.r2dbc;

import org.jspecify.annotations.NullMarked;

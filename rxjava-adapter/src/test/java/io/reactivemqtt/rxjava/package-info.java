@NullMarked
package io.reactivemqtt.rxjava;

import org.jspecify.annotations.NullMarked;

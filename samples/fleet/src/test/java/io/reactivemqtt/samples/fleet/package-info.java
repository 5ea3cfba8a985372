@NullMarked
package io.reactivemqtt.samples.fleet;

import org.jspecify.annotations.NullMarked;

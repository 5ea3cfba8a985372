@NullMarked
package io.reactivemqtt.samples.live;

import org.jspecify.annotations.NullMarked;

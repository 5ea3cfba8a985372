@NullMarked
package io.reactivemqtt.samples;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.reactivemqtt.micrometer;

import org.jspecify.annotations.NullMarked;

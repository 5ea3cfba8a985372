@NullMarked
package io.reactivemqtt.jackson;

import org.jspecify.annotations.NullMarked;

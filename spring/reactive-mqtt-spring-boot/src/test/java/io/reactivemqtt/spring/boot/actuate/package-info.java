@NullMarked
package io.reactivemqtt.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.reactivemqtt.spring.boot;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.reactivemqtt.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;

/** Makes clients of properties, and starts and stops them and their consumers. */
@NullMarked
package io.reactivemqtt.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;

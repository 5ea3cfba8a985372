/** Where to connect, as Docker Compose and Testcontainers know it. */
@NullMarked
package io.reactivemqtt.spring.boot.connection;

import org.jspecify.annotations.NullMarked;

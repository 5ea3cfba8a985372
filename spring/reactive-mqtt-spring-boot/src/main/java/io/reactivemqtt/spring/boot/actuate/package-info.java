/** What Spring Boot Actuator shows of clients. */
@NullMarked
package io.reactivemqtt.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;

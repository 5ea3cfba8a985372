/** Reactive MQTT in Spring Boot: what an application writes. */
@NullMarked
package io.reactivemqtt.spring.boot;

import org.jspecify.annotations.NullMarked;

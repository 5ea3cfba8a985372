@NullMarked
package io.reactivemqtt.spring.boot.connection;

import org.jspecify.annotations.NullMarked;

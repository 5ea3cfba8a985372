/** The client against scripted, in-memory and real Servers. */
@NullMarked
package io.reactivemqtt.reactor;

import org.jspecify.annotations.NullMarked;

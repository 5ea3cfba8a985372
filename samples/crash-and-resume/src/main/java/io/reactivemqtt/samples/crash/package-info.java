/** A process that is killed while it sends and receives, and a second one that goes on. */
@NullMarked
package io.reactivemqtt.samples.crash;

import org.jspecify.annotations.NullMarked;

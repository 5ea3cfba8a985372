/** One process for an hour, whose connections are cut every few seconds: nothing may be lost, and nothing may grow. */
@NullMarked
package io.reactivemqtt.reliability.flapping;

import org.jspecify.annotations.NullMarked;

/** The command line {@code reactive-mqtt}. */
@NullMarked
package io.reactivemqtt.samples.cli;

import org.jspecify.annotations.NullMarked;

/**
 * The command line {@code reactive-mqtt}, which puts the rooms together: {@code command} and {@code script}, above {@code options}, above
 * {@code terminal}.
 */
@NullMarked
package io.reactivemqtt.samples.cli;

import org.jspecify.annotations.NullMarked;

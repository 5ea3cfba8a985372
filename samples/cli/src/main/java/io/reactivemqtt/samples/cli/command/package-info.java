/** What each command does: {@code pub}, {@code sub}, {@code session} and {@code bench}. */
@NullMarked
package io.reactivemqtt.samples.cli.command;

import org.jspecify.annotations.NullMarked;

/**
 * Gives any bytes to what reads bytes of others, and looks whether all goes as promised: {@link io.reactivemqtt.fuzz.Target} has the
 * list, {@link io.reactivemqtt.fuzz.FuzzHarness} runs them under Jazzer. Targets that need what a package keeps for itself stand in
 * that package.
 */
@NullMarked
package io.reactivemqtt.fuzz;

import org.jspecify.annotations.NullMarked;

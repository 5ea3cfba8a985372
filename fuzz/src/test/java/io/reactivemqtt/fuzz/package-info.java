/** The corpus, the short form of the fuzzing, and whether the harness finds faults. */
@NullMarked
package io.reactivemqtt.fuzz;

import org.jspecify.annotations.NullMarked;

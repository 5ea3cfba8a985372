/** Faults that the harness has to find; Jazzer looks into them, as it does not into the package above. */
@NullMarked
package io.reactivemqtt.fuzz.planted;

import org.jspecify.annotations.NullMarked;

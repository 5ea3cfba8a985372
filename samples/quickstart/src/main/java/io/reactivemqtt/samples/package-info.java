/** Programs to run and to copy from. Start with {@link io.reactivemqtt.samples.FirstProgram}. */
@NullMarked
package io.reactivemqtt.samples;

import org.jspecify.annotations.NullMarked;

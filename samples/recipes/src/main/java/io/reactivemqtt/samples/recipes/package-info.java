/** What applications need often, in a few lines each. */
@NullMarked
package io.reactivemqtt.samples.recipes;

import org.jspecify.annotations.NullMarked;

/** The whole client side by side with others, and the page about it. */
@NullMarked
package io.reactivemqtt.benchmarks;

import org.jspecify.annotations.NullMarked;

/** What Sessions in stores cost, one store beside the other, and how many clients one store and one JVM carry. */
@NullMarked
package io.reactivemqtt.benchmarks.stores;

import org.jspecify.annotations.NullMarked;

/** A Server as cheap as one can be, which counts what it is sent. */
@NullMarked
package io.reactivemqtt.benchmarks.sink;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.reactivemqtt.benchmarks.stores;

import org.jspecify.annotations.NullMarked;

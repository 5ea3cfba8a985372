/** The clients that are compared, each behind the same few calls, and the process in which one of them runs. */
@NullMarked
package io.reactivemqtt.benchmarks.client;

import org.jspecify.annotations.NullMarked;

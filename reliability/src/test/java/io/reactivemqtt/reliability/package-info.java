/** The short form of the harness, and whether the harness finds faults. */
@NullMarked
package io.reactivemqtt.reliability;

import org.jspecify.annotations.NullMarked;

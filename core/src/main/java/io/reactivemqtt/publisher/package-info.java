/** Publishers without a reactive library. Not exported. */
@NullMarked
package io.reactivemqtt.publisher;

import org.jspecify.annotations.NullMarked;

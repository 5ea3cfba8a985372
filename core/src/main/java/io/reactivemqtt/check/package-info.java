/** Internal, what values are checked by when they are made: strings that travel as UTF-8, intervals that travel as whole seconds. */
@NullMarked
package io.reactivemqtt.check;

import org.jspecify.annotations.NullMarked;

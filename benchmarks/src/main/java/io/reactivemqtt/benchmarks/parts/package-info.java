/** What the parts of the client cost, each measured alone under JMH. */
@NullMarked
package io.reactivemqtt.benchmarks.parts;

import org.jspecify.annotations.NullMarked;

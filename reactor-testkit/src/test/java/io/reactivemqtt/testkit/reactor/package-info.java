@NullMarked
package io.reactivemqtt.testkit.reactor;

import org.jspecify.annotations.NullMarked;

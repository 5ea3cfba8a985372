@NullMarked
package io.reactivemqtt.reliability.powercut;

import org.jspecify.annotations.NullMarked;

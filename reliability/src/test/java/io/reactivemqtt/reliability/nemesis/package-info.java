@NullMarked
package io.reactivemqtt.reliability.nemesis;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.reactivemqtt.samples.cli.script;

import org.jspecify.annotations.NullMarked;

/**
 * {@code reactive-mqtt script}: the client, driven by lines of JSON. It has no way to the client but the public one.
 *
 * <p>{@link io.reactivemqtt.samples.cli.script.ScriptCommand} is the command; {@code Script} reads it top-down.
 */
@NullMarked
package io.reactivemqtt.samples.cli.script;

import org.jspecify.annotations.NullMarked;

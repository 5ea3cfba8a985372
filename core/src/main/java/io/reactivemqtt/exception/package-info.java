/**
 * What goes wrong between a client, the Server and the network. The kind of exception says what the caller can do.
 */
@NullMarked
package io.reactivemqtt.exception;

import org.jspecify.annotations.NullMarked;

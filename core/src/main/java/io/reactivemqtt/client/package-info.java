/**
 * What every face of the client shares: options, results, received messages, events, and what stands in a Session.
 *
 * <p>Values are immutable and may be shared between threads.
 */
@NullMarked
package io.reactivemqtt.client;

import org.jspecify.annotations.NullMarked;

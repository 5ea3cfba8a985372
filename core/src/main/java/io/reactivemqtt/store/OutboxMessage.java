package io.reactivemqtt.store;

import io.reactivemqtt.ApplicationMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits in the outbox of a Session.
 *
 * @param number of the store; higher than that of each message that the same transaction has put there before
 * @param message at QoS 1 or 2
 * @param reference the application's own word for it, which its receipt has, or null
 */
public record OutboxMessage(
        long number, ApplicationMessage message, @Nullable String reference) {}

package io.reactivemqtt.client;

/**
 * What became of a message that was accepted by {@code enqueue}, in this process or in an earlier one, or that
 * an earlier process published and did not see acknowledged.
 *
 * @param key what {@code enqueue} returned; for a message that was published, the number that it had
 * @param result the Server's answer, or why there is none
 */
public record PublishReceipt(long key, PublishResult result) {}

package io.reactivemqtt.reactor;

/**
 * What became of a message that was accepted by {@link ReactorMqttClient#enqueue}, in this process or in an earlier one, or that
 * an earlier process published and did not see acknowledged.
 *
 * @param key what {@code enqueue} returned; for a message that was published, the number that it had
 * @param result the Server's answer, or why there is none
 */
public record DeliveryReceipt(long key, PublishResult result) {}

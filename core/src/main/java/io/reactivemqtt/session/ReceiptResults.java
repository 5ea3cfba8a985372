package io.reactivemqtt.session;

import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.UserProperties;
import io.reactivemqtt.client.PublishOutcome;
import io.reactivemqtt.client.PublishResult;
import io.reactivemqtt.exception.LimitExceededException;
import io.reactivemqtt.exception.MessageExpiredException;
import io.reactivemqtt.exception.MqttException;
import io.reactivemqtt.exception.NotSentException;
import io.reactivemqtt.exception.OutcomeUnknownException;
import io.reactivemqtt.exception.QueueFullException;
import io.reactivemqtt.exception.RequestRefusedException;
import io.reactivemqtt.exception.SessionDiscardedException;
import io.reactivemqtt.packet.PubAck;
import io.reactivemqtt.packet.PubRec;
import io.reactivemqtt.store.SessionChange.ReceiptKept;
import io.reactivemqtt.store.SessionChange.ReceiptKept.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a result, and the result that it says: without payload and properties, and without the Server's User Properties. The
 * first time a receipt is told, it says what it says in a later process.
 */
public final class ReceiptResults {

    private static final int ANY_IDENTIFIER = 1;

    private ReceiptResults() {}

    static ReceiptKept kept(long sequence, @Nullable String reference, PublishResult result) {
        MqttException failure = result.failure();
        return new ReceiptKept(
                sequence,
                reference,
                ReceiptKept.briefly(result.message()),
                outcome(result),
                result.reasonCode(),
                result.possibleRepeat(),
                shortened(failure == null ? result.reasonString() : failure.getMessage()));
    }

    private static Outcome outcome(PublishResult result) {
        MqttException failure = result.failure();
        if (failure == null) {
            return Outcome.ACKNOWLEDGED;
        } else if (result.outcome() == PublishOutcome.DROPPED) {
            return Outcome.DROPPED;
        } else if (failure instanceof RequestRefusedException) {
            return Outcome.REFUSED;
        } else if (failure instanceof LimitExceededException) {
            return Outcome.BEYOND_LIMITS;
        } else if (failure instanceof MessageExpiredException) {
            return Outcome.EXPIRED;
        } else if (failure instanceof QueueFullException) {
            return Outcome.NO_ROOM;
        } else if (result.outcome() == PublishOutcome.NOT_SENT) {
            return Outcome.NOT_SENT;
        }
        return failure instanceof SessionDiscardedException ? Outcome.SESSION_DISCARDED : Outcome.UNKNOWN;
    }

    private static @Nullable String shortened(@Nullable String words) {
        int most = ReceiptKept.LONGEST_WORDS;
        if (words == null || words.length() <= most) {
            return words;
        }
        return words.substring(0, Character.isHighSurrogate(words.charAt(most - 1)) ? most - 1 : most);
    }

    /** Returns the result that {@code receipt} says. */
    public static PublishResult of(ReceiptKept receipt) {
        String why = String.valueOf(receipt.words());
        return switch (receipt.outcome()) {
            case ACKNOWLEDGED -> succeeded(receipt);
            case REFUSED -> failed(receipt, new RequestRefusedException(why, receipt.reasonCode()));
            case BEYOND_LIMITS -> failed(receipt, new LimitExceededException(why, receipt.reasonCode()));
            case EXPIRED ->
                failed(receipt, new MessageExpiredException(receipt.message().topicName()));
            case NOT_SENT -> failed(receipt, new NotSentException(why));
            case NO_ROOM -> failed(receipt, new QueueFullException(why));
            case DROPPED -> PublishResult.dropped(receipt.message(), new OutcomeUnknownException(why));
            case SESSION_DISCARDED -> failed(receipt, new SessionDiscardedException(why));
            case UNKNOWN -> failed(receipt, new OutcomeUnknownException(why));
        };
    }

    private static PublishResult succeeded(ReceiptKept receipt) {
        ReasonCode reasonCode = receipt.reasonCode();
        return PublishResult.succeeded(
                receipt.message(),
                receipt.message().qos() == Qos.AT_LEAST_ONCE
                        ? new PubAck(ANY_IDENTIFIER, reasonCode, receipt.words(), UserProperties.EMPTY)
                        : new PubRec(ANY_IDENTIFIER, reasonCode, receipt.words(), UserProperties.EMPTY),
                receipt.possibleRepeat());
    }

    private static PublishResult failed(ReceiptKept receipt, MqttException cause) {
        return PublishResult.failed(receipt.message(), cause);
    }
}

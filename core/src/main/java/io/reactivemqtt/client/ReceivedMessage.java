package io.reactivemqtt.client;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.Qos;
import io.reactivemqtt.ReasonCode;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.exception.UndecodablePayloadException;
import java.util.List;
import java.util.Objects;

/**
 * A message as it arrived at one subscriber.
 *
 * <p>{@link #acknowledge} is for subscriptions with manual acknowledgement; elsewhere it is done already and changes nothing.
 */
public interface ReceivedMessage {

    /** Returns what was sent. */
    ApplicationMessage message();

    /** Returns where it was published. */
    default TopicName topicName() {
        return message().topicName();
    }

    /**
     * Returns the level of the Topic Name that the {@linkplain io.reactivemqtt.TopicTemplate template} of the subscription names.
     *
     * @param name without braces, as {@code id} of {@code sensors/{id}/reading}
     * @throws IllegalArgumentException if the subscription names no such level
     */
    default String variable(String name) {
        throw new IllegalArgumentException("the subscription names no level \"" + name + "\"");
    }

    /** Returns its content. */
    default Payload payload() {
        return message().payload();
    }

    /**
     * Returns the value that it carries: see {@link PayloadCodec#decode}.
     *
     * @throws UndecodablePayloadException if {@code codec} cannot read it
     */
    default <T> T decode(PayloadCodec<T> codec) {
        Objects.requireNonNull(codec, "codec");
        return codec.decode(message());
    }

    /** Returns its delivery guarantee: the lower of the QoS of the message and that of the subscription. */
    default Qos qos() {
        return message().qos();
    }

    /**
     * Tells whether this may have arrived before: the Server sends it again because an earlier acknowledgement was lost. Never
     * true at QoS 0; at QoS 2 a repeat within a Session is not delivered at all.
     */
    boolean duplicate();

    /** Returns the identifiers of the subscriptions that the Server matched; empty if it does not tell. */
    List<Integer> subscriptionIdentifiers();

    /**
     * Says that the application is done with this message. From any thread, at any time, in any order; only the first call
     * counts. Acknowledgements leave in the order of arrival, so one that is missing holds those behind it back.
     *
     * <p>Once the connection that brought the message has ended, a QoS 1 message is acknowledged no more: the Server sends it
     * again. A QoS 2 message is known to be done, and not delivered again.
     */
    void acknowledge();

    /**
     * Says that the application is done with this message, or refuses it by a code of 0x80 or above, which MQTT 3.1.1 cannot
     * tell the Server. See {@link #acknowledge()}.
     *
     * @throws IllegalArgumentException if {@code answer} does not stand in PUBACK and PUBREC
     */
    void acknowledge(ReasonCode answer);

    /**
     * Gives the message back unprocessed: another or the next subscriber of a filter that matches it gets it, and without one it stays
     * unacknowledged, so that the Server sends it again on the next connection. From any thread; it changes nothing after an
     * acknowledgement, and at QoS 0.
     *
     * <p>Reactor's operators give up elements that they have fetched ahead when they are cancelled; {@code
     * .doOnDiscard(ReceivedMessage.class, ReceivedMessage::handBack)} at the end of a chain hands those back at once.
     */
    void handBack();
}

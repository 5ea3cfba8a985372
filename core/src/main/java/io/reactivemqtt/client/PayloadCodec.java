package io.reactivemqtt.client;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.exception.UndecodablePayloadException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes payloads of values, and values of payloads. The artifact {@code reactive-mqtt-jackson} has one for JSON.
 *
 * <p>An application uses {@link #message} and {@link #decode}, and implements the other four. MUST be safe to use from several threads, and
 * MUST NOT block: {@code consume} decodes on the client's event loop.
 *
 * @param <T> the values
 */
public interface PayloadCodec<T> {

    // ---- what a codec implements

    /**
     * Returns the payload that stands for {@code value}.
     *
     * @throws IllegalArgumentException if there is none
     */
    Payload encode(T value);

    /**
     * Reads the payload of {@code message}. It is for {@link #decode}, which has checked the Content Type before.
     *
     * @return the value; null counts as a payload that cannot be read
     * @throws Exception of any kind if the payload cannot be read; {@link #decode} makes an {@link UndecodablePayloadException} of it,
     *     unless it is one
     */
    @Nullable
    T read(ApplicationMessage message) throws Exception;

    /** Returns what the payloads are, a media type (MIME type) such as {@code application/json}; null: nothing is said or checked. */
    @Nullable
    String contentType();

    /** Tells whether the payloads are UTF-8 text (Payload Format Indicator). */
    boolean isUtf8Text();

    // ---- what an application uses

    /**
     * Starts a message of {@code value}, as {@link ApplicationMessage#to(String)} does, with its Content Type and Payload Format Indicator.
     *
     * <p>They are properties of MQTT 5.0, so MQTT 3.1.1 refuses such a message: there, use the codec that {@link #withoutProperties}
     * returns.
     *
     * @throws IllegalArgumentException if {@code topicName} is not a Topic Name, or {@code value} cannot be encoded
     */
    default ApplicationMessage.Builder message(String topicName, T value) {
        Objects.requireNonNull(topicName, "topicName");
        Objects.requireNonNull(value, "value");
        ApplicationMessage.Builder message =
                ApplicationMessage.to(topicName).payload(encode(value)).utf8Payload(isUtf8Text());
        String type = contentType();
        return type == null ? message : message.contentType(type);
    }

    /**
     * Returns the value that {@code message} carries.
     *
     * <p>A Content Type has to be that of this codec, without regard to parameters and case; {@code application/vnd.acme.reading+json} is
     * also {@code application/json}. A message without one is read, as all are in MQTT 3.1.1.
     *
     * @throws UndecodablePayloadException if the Content Type is another one, or the payload cannot be read
     */
    default T decode(ApplicationMessage message) {
        Objects.requireNonNull(message, "message");
        String type = contentType();
        if (type != null && MediaTypes.contradicts(message.properties().contentType(), type)) {
            throw new UndecodablePayloadException(message, "its Content Type is not " + type, null);
        }
        T value;
        try {
            value = read(message);
        } catch (UndecodablePayloadException asItIs) {
            throw asItIs;
        } catch (Exception | StackOverflowError failure) { // the latter is what brackets without end lead to
            throw new UndecodablePayloadException(message, failure.getClass().getName(), failure);
        }
        if (value == null) {
            throw new UndecodablePayloadException(message, "it stands for null", null);
        }
        return value;
    }

    /** Returns a codec of the same payloads that neither says what they are nor checks it: MQTT 3.1.1 has nothing to say it by. */
    default PayloadCodec<T> withoutProperties() {
        return new PlainCodec<>(this);
    }
}

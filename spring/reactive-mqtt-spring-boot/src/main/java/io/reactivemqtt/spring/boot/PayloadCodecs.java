package io.reactivemqtt.spring.boot;

import io.reactivemqtt.client.PayloadCodec;
import java.lang.reflect.Type;

/**
 * Finds the codec of a type, for consumers. The one that is there if the application has none knows {@code String} (UTF-8), {@code
 * byte[]} and {@link io.reactivemqtt.Payload}, and takes everything else for JSON, read and written by the application's {@code
 * JsonMapper}.
 */
public interface PayloadCodecs {

    /**
     * Returns the codec of {@code type}.
     *
     * @throws IllegalStateException if there is none
     */
    <T> PayloadCodec<T> of(Class<T> type);

    /**
     * Returns the codec of {@code type}, which may have type arguments.
     *
     * @throws IllegalStateException if there is none
     */
    PayloadCodec<?> of(Type type);
}

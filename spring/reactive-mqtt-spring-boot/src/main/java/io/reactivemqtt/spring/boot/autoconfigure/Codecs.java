package io.reactivemqtt.spring.boot.autoconfigure;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.Payload;
import io.reactivemqtt.client.PayloadCodec;
import io.reactivemqtt.spring.boot.PayloadCodecs;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Text, bytes, and for everything else JSON. */
final class Codecs implements PayloadCodecs {

    private static final Map<Type, PayloadCodec<?>> PLAIN = Map.of(
            String.class, new Plain<String>(Payload::utf8, Payload::asUtf8, true),
            byte[].class, new Plain<byte[]>(Payload::of, Payload::toByteArray, false),
            Payload.class, new Plain<Payload>(Function.identity(), Function.identity(), false));

    private final @Nullable Function<Type, PayloadCodec<?>> json;

    /** Takes what makes codecs of JSON, or null. */
    Codecs(@Nullable Function<Type, PayloadCodec<?>> json) {
        this.json = json;
    }

    @Override
    @SuppressWarnings("unchecked") // the codec is that of the type
    public <T> PayloadCodec<T> of(Class<T> type) {
        return (PayloadCodec<T>) of((Type) type);
    }

    @Override
    public PayloadCodec<?> of(Type type) {
        PayloadCodec<?> plain = PLAIN.get(type);
        if (plain != null) {
            return plain;
        }
        if (json == null) {
            throw new IllegalStateException("no codec reads a payload as " + type.getTypeName()
                    + ": JSON needs the artifact reactive-mqtt-jackson and a JsonMapper (spring-boot-starter-jackson);"
                    + " or make a bean of type PayloadCodecs");
        }
        return json.apply(type);
    }

    private record Plain<T>(Function<T, Payload> writer, Function<Payload, T> reader, boolean isUtf8Text)
            implements PayloadCodec<T> {

        @Override
        public Payload encode(T value) {
            return writer.apply(value);
        }

        @Override
        public T read(ApplicationMessage message) {
            return reader.apply(message.payload());
        }

        @Override
        public @Nullable String contentType() {
            return null;
        }
    }
}
